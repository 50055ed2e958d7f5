import EventLog
import Projection
import Testing

/// Images whose bytes are not what was written.
///
/// The reading is done in another process each time, since what is tested for is that it ends by
/// itself.
@Suite struct DamageTests {
  /// How many processes share the bytes of an image.
  static let shares = 4

  @Test(arguments: 0..<shares)
  func `a flipped bit in any byte is detected or harmless`(share: Int) async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [share = share as Int] in
      let image = try SmallImage()
      var discarded = 0
      for offset in stride(from: share, to: image.bytes.count, by: DamageTests.shares) {
        // Of space that was never used, a sample will do.
        guard image.isUsed(around: offset) || offset % 61 == 0 else { continue }
        var bytes = image.bytes
        bytes[offset] ^= 1 << UInt8(offset / DamageTests.shares % 8)
        let outcome = try image.read(bytes, "byte \(offset)", writingOn: offset % 16 == share)
        if outcome == .discarded { discarded += 1 }
      }
      if discarded < 200 { print("only \(discarded) bytes matter") }
    }
    expectSilence(result)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `random damage is detected or harmless`(seed: UInt64) async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [seed = seed as UInt64] in
      let image = try SmallImage()
      var generator = RepeatableGenerator(seed: seed)
      for round in 0..<300 {
        var bytes = image.bytes
        // Headers of pages and nodes are where damage is dangerous; they are at the pages' ends.
        let page = generator.next(below: bytes.count / 4_096) * 4_096
        for _ in 0...generator.next(below: 6) {
          let isHeader = generator.next(below: 2) == 0
          let offset = page + (isHeader ? generator.next(below: 64) : generator.next(below: 4_096))
          bytes[offset] = generator.next(below: 2) == 0 ? 0xFF : UInt8(generator.next(below: 256))
        }
        _ = try image.read(bytes, "round \(round)", writingOn: round % 4 == 0)
      }
    }
    expectSilence(result)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `pages of an older image are detected or harmless`(seed: UInt64) async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [seed = seed as UInt64] in
      let image = try SmallImage()
      var generator = RepeatableGenerator(seed: seed)
      for round in 0..<100 {
        var bytes = image.bytes
        for page in 0..<(image.olderBytes.count / 4_096) where generator.next(below: 3) == 0 {
          let range = page * 4_096..<(page + 1) * 4_096
          bytes.replaceSubrange(range, with: image.olderBytes[range])
        }
        _ = try image.read(bytes, "round \(round)", writingOn: round % 4 == 0)
      }
    }
    expectSilence(result)
  }

  /// As a controller does that writes to the wrong place; also when the pages' own numbers fit.
  @Test(arguments: [false, true])
  func `any two pages in each other's place are detected or harmless`(isRenumbered: Bool) async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [isRenumbered = isRenumbered as Bool] in
      let image = try SmallImage()
      let pages = image.bytes.count / 4_096
      var discarded = 0
      for one in 0..<pages {
        for other in one + 1..<pages {
          var bytes = image.bytes
          let start = isRenumbered ? 8 : 0
          let (first, second) = (
            one * 4_096 + start..<(one + 1) * 4_096, other * 4_096 + start..<(other + 1) * 4_096
          )
          bytes.replaceSubrange(first, with: image.bytes[second])
          bytes.replaceSubrange(second, with: image.bytes[first])
          let outcome = try image.read(
            bytes, "pages \(one) and \(other)", writingOn: other % 4 == 0)
          if outcome == .discarded { discarded += 1 }
        }
      }
      if discarded < 20 { print("only \(discarded) places matter") }
    }
    expectSilence(result)
  }

  @Test func `an older image put back is folded on from where it is`() throws {
    let image = try SmallImage()
    let outcome = try image.read(image.olderBytes, "older image", writingOn: true)
    #expect(outcome == .harmless)
  }

  /// The process prints what it finds wrong.
  private func expectSilence(_ result: ExitTest.Result?) {
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(output == "")
  }
}

/// What became of damage.
private enum Outcome {
  /// The image was said to be damaged, and not used.
  case discarded
  /// The rows were those of the image's position.
  case harmless
  /// The rows were wrong.
  case unnoticed
}

/// The bytes of a small image with rows long and short, used and free pages, and of the same image
/// some writes before.
private struct SmallImage {
  let bytes: [UInt8]
  let olderBytes: [UInt8]
  /// Where damaged images are put, one after the other.
  private let directory: TemporaryDirectory
  private let contents: [Position: Almanac.Contents]

  private static let positions = [20, 40, 60, 80].map { Position($0) }
  private static let goesOnTo = Position(150)

  init() throws {
    directory = try TemporaryDirectory()
    var versions: [[UInt8]] = []
    let server = try AlmanacServer(in: directory)
    for position in Self.positions {
      server.write(through: position)
      versions.append(try directory.contents("almanac-v3.image"))
    }
    server.writer.stop()
    bytes = versions[3]
    olderBytes = versions[1]
    contents = Dictionary(
      uniqueKeysWithValues: (Self.positions + [.zero, Self.goesOnTo]).map { position in
        (position, Almanac.contents(foldedThrough: position))
      })
  }

  /// Whether something was ever written near a byte.
  func isUsed(around offset: Int) -> Bool {
    bytes[max(0, offset - 16)..<min(bytes.count, offset + 16)].contains { $0 != 0 }
  }

  /// Restores an image of these bytes, and writes to it and restores it again when that is wanted.
  func read(_ bytes: [UInt8], _ what: String, writingOn: Bool) throws -> Outcome {
    try directory.write(bytes, to: "almanac-v3.image")
    let outcome = try outcome(what, writingOn: writingOn)
    guard outcome == .harmless, writingOn else { return outcome }
    let after = try self.outcome("\(what), after writing on", writingOn: false)
    return after == .discarded ? .harmless : after
  }

  private func outcome(_ what: String, writingOn: Bool) throws -> Outcome {
    let server = try AlmanacServer(in: directory, logEndsAt: Self.goesOnTo)
    defer { server.writer.stop() }
    if let fault = server.restored.discarded {
      guard fault.file?.hasSuffix("almanac-v3.image") == true, server.almanac.jobs.count == 0 else {
        print("\(what): not said what is damaged: \(fault)")
        return .unnoticed
      }
      return .discarded
    }
    guard server.almanac.contents() == contents[server.position] else {
      print("\(what): wrong rows at position \(server.position)")
      return .unnoticed
    }
    if writingOn { server.write(through: Self.goesOnTo) }
    return .harmless
  }
}
