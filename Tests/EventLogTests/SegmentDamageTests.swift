import EventLog
import EventLogTesting
import Foundation
import Testing

/// Goal: whatever is wrong with a byte or a page of a segment, sealed or active, is detected or harmless.
///
/// Method: a log of two segments is opened as a server opens it, read, verified and extended, after each byte was changed, pages were
/// exchanged, or pages of earlier moments put back. It is done in another process: a page that LMDB would stumble over ends that, and
/// the test fails.
@Suite struct SegmentDamageTests {
  /// How many processes share the bytes of a segment.
  static let shares = 3

  @Test(arguments: [false, true], 0..<shares)
  func `a flipped bit in any byte is detected or harmless`(isSealed: Bool, share: Int) async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [isSealed = isSealed as Bool, share = share as Int] in
      let log = try SmallLog(damaging: isSealed ? .sealed : .active)
      var detected = 0
      for offset in stride(from: share, to: log.bytes.count, by: SegmentDamageTests.shares) {
        // Of space that was never used, a sample will do.
        guard log.isUsed(around: offset) || offset % 61 == 0 else { continue }
        var bytes = log.bytes
        bytes[offset] ^= 1 << UInt8(offset / SegmentDamageTests.shares % 8)
        if try log.tries(bytes, "byte \(offset)") == .detected { detected += 1 }
      }
      if detected < 100 { print("only \(detected) bytes matter") }
    }
    expectSilence(result)
  }

  /// As a controller does that writes to the wrong place; also when the pages' own numbers fit.
  @Test(arguments: [false, true], [false, true])
  func `any two pages in each other's place are detected or harmless`(
    isSealed: Bool, isRenumbered: Bool
  ) async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [isSealed = isSealed as Bool, isRenumbered = isRenumbered as Bool] in
      let log = try SmallLog(damaging: isSealed ? .sealed : .active)
      let pages = log.bytes.count / 4_096
      var detected = 0
      for one in 0..<pages {
        for other in one + 1..<pages {
          let start = isRenumbered ? 8 : 0
          var bytes = log.bytes
          let (first, second) = (
            one * 4_096 + start..<(one + 1) * 4_096, other * 4_096 + start..<(other + 1) * 4_096
          )
          bytes.replaceSubrange(first, with: log.bytes[second])
          bytes.replaceSubrange(second, with: log.bytes[first])
          if try log.tries(bytes, "pages \(one) and \(other)") == .detected { detected += 1 }
        }
      }
      if detected < 10 { print("only \(detected) exchanges matter") }
    }
    expectSilence(result)
  }

  /// As a disk does that says it has written, and has not.
  @Test(arguments: [false, true])
  func `a page, or some, of an earlier moment are detected or harmless`(isSealed: Bool) async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [isSealed = isSealed as Bool] in
      let log = try SmallLog(damaging: isSealed ? .sealed : .active)
      var random = SplitMix(seed: 11)
      var detected = 0
      for (moment, earlier) in log.earlier.enumerated() {
        let pages = earlier.count / 4_096
        let singles = (0..<pages).map { [$0] }
        let several = (0..<24).map { _ in (0..<pages).filter { _ in random.next() % 3 == 0 } }
        for stale in singles + several {
          var bytes = log.bytes
          for page in stale {
            let range = page * 4_096..<(page + 1) * 4_096
            bytes.replaceSubrange(range, with: earlier[range])
          }
          let outcome = try log.tries(bytes, "pages \(stale) of moment \(moment)")
          if outcome == .detected { detected += 1 }
        }
      }
      if detected < 10 { print("only \(detected) pages matter") }
    }
    expectSilence(result)
  }

  /// The process prints what it finds wrong.
  private func expectSilence(_ result: ExitTest.Result?) {
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(output == "")
  }
}

/// A log of a sealed and an active segment, and one of them as it was after each of its batches.
private struct SmallLog {
  enum Kind {
    case sealed
    case active
  }

  enum Outcome {
    /// A fault said so.
    case detected
    /// What is read is what was written.
    case harmless
  }

  private static let perSegment = 9

  let fixture: LMDBFixture
  let kind: Kind
  /// The segment that is damaged.
  let bytes: [UInt8]
  /// The same at earlier moments, the latest last.
  let earlier: [[UInt8]]
  private let file: URL
  /// The other segment.
  private let other: (file: URL, bytes: Data)
  private let entries: [SampleEntry]

  init(damaging kind: Kind) throws {
    self.kind = kind
    fixture = try LMDBFixture()
    fixture.close()
    var entries = (1...2 * Self.perSegment).map { SampleEntry(number: $0) }
    // Two that fill pages of their own, for the same reason one in each segment.
    for index in [4, Self.perSegment + 4] {
      entries[index].payload = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 3 &+ index) }
    }
    var moments: [[[UInt8]]] = [[], []]
    for start in stride(from: 0, to: entries.count, by: 3) {
      if start == Self.perSegment {
        // From here on each segment is full.
        fixture.close()
        let rolling = try LMDBEventLog(
          directory: fixture.directory.path, configuration: .test(segmentBytesMax: 1),
          access: .readWrite)
        try rolling.appendSamples(Array(entries[start..<start + 3]))
      } else {
        try fixture.open()
        try fixture.log.appendSamples(Array(entries[start..<start + 3]))
        fixture.close()
      }
      let isSecond = start >= Self.perSegment
      let file = fixture.file(isSecond ? UInt64(Self.perSegment + 1) : 1)
      moments[isSecond ? 1 : 0].append(try Array(Data(contentsOf: URL(filePath: file))))
    }
    self.entries = entries.map(\.asRead)
    let files = [1, UInt64(Self.perSegment + 1)].map { [fixture] in
      URL(filePath: fixture.file($0))
    }
    let index = kind == .sealed ? 0 : 1
    file = files[index]
    bytes = try Array(Data(contentsOf: file))
    other = (files[1 - index], try Data(contentsOf: files[1 - index]))
    earlier = moments[index].filter { [bytes] in $0 != bytes }
  }

  /// Whether something was ever written near a byte.
  func isUsed(around offset: Int) -> Bool {
    bytes[max(0, offset - 16)..<min(bytes.count, offset + 16)].contains { $0 != 0 }
  }

  /// Opens the log with these bytes as the damaged segment, reads, verifies and extends it.
  func tries(_ bytes: [UInt8], _ what: String) throws -> Outcome {
    try Data(bytes).write(to: file)
    try other.bytes.write(to: other.file)
    defer { fixture.close() }
    do {
      try fixture.open()
      let read = try fixture.log.samples()
      try fixture.log.verify()
      guard isExpected(read) else {
        print("\(what): other entries were read than were written: \(read.count)")
        return .harmless
      }
      let next = SampleEntry(number: 100)
      try fixture.log.appendSamples([next])
      try fixture.log.verify()
      if try fixture.log.samples() != read + [next.asRead] {
        print("\(what): other entries were read after an append")
      }
      return .harmless
    } catch let fault as LogFault {
      if fault.file == nil { print("\(what): not said what is damaged: \(fault)") }
      return .detected
    } catch is ConformanceFailure {
      // Nothing is appended: where the file is said to end, there is no room.
      return .detected
    }
  }

  /// Of the active segment, a meta page that a disk has lost takes back the last batch, or several with
  /// the pages that go with it: that is a whole log of an earlier moment, which who has images notices.
  private func isExpected(_ read: [SampleEntry]) -> Bool {
    if read == entries { return true }
    return kind == .active && read.count >= Self.perSegment && read.count % 3 == 0
      && read == Array(entries.prefix(read.count))
  }
}
