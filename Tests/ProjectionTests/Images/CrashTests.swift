import EventLog
import Glibc
import Projection
import Testing

/// Crashes at every step of a write: whatever is left on the disk is an image, of one position or the
/// one before, whose rows are those of a fresh fold.
@Suite struct CrashTests {
  private static let pageBytes = 4_096
  private static let sectorBytes = 512

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `a power cut leaves the image as it was before a write or after it`(seed: UInt64) throws {
    var generator = RepeatableGenerator(seed: seed)
    let history = try writtenImages(count: 12)
    for step in 2..<history.count {
      // While a write's pages are being synced, any part of them is on the disk, and the meta page of
      // the write before perhaps not yet.
      var during = history[step - 1].bytes
      apply(history[step].bytes, to: &during, pagesFrom: 2) { generator.next(below: 2) == 0 }
      let isMetaLost = generator.next(below: 2) == 0
      if isMetaLost { restoreMetas(of: history[step - 2].bytes, in: &during) }
      try expect(during, at: history[isMetaLost ? step - 2 : step - 1].position)

      // Once they are synced, the write's own meta page is on the disk or not.
      var after = history[step - 1].bytes
      apply(history[step].bytes, to: &after, pagesFrom: 2) { true }
      try expect(after, at: history[step - 1].position)
      apply(history[step].bytes, to: &after, pagesFrom: 0) { true }
      try expect(after, at: history[step].position)
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `a killed process leaves an image of a position that was durable`(seed: UInt64) async throws
  {
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = directory.path as String, seed = seed as UInt64] in
      let directory = TemporaryDirectory(existing: path)
      var generator = RepeatableGenerator(seed: seed)
      let server = try AlmanacServer(in: directory)
      let rounds = 1 + generator.next(below: 20)
      while true {
        if server.position.rawValue >= UInt64(rounds) * 50 {
          // The next write goes on beside the kill.
          server.almanac.fold(through: server.position.advanced(by: 400), after: server.position)
          let next = server.position.advanced(by: 400)
          server.writer.submit([ProjectionChanges(taking: &server.almanac)], through: next)
          server.writer.durable(through: next)
          usleep(UInt32(generator.next(below: 4_000)))
          kill(getpid(), SIGKILL)
        }
        server.write(through: server.position.advanced(by: 50))
      }
    }
    let server = try AlmanacServer(in: directory)
    #expect(server.restored.discarded == nil)
    #expect(server.position > .zero)
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: server.position))
    server.write(through: Position(2_000))
    #expect(server.checkpoint?.state == (try StateSummary(of: &server.almanac)))
  }

  /// The file after each of some writes.
  private func writtenImages(count: Int) throws -> [(position: Position, bytes: [UInt8])] {
    let directory = try TemporaryDirectory()
    let server = try AlmanacServer(in: directory)
    var history: [(position: Position, bytes: [UInt8])] = []
    for _ in 0..<count {
      server.write(through: server.position.advanced(by: 30))
      history.append((server.position, try directory.contents("almanac-v3.image")))
    }
    server.writer.stop()
    return history
  }

  /// Brings those sectors of a newer file to the disk for which `isWritten` is true.
  private func apply(
    _ newer: [UInt8], to bytes: inout [UInt8], pagesFrom first: Int, isWritten: () -> Bool
  ) {
    let missing = newer.count - bytes.count
    if missing > 0 { bytes += Array(repeating: 0, count: missing) }
    let start = first * Self.pageBytes
    for sector in stride(from: start, to: newer.count, by: Self.sectorBytes) where isWritten() {
      let range = sector..<sector + Self.sectorBytes
      bytes.replaceSubrange(range, with: newer[range])
    }
  }

  private func restoreMetas(of older: [UInt8], in bytes: inout [UInt8]) {
    let range = 0..<2 * Self.pageBytes
    bytes.replaceSubrange(range, with: older[range])
  }

  /// Expects the image of these bytes to be of this position, and to be good for further writes.
  private func expect(_ bytes: [UInt8], at position: Position) throws {
    let directory = try TemporaryDirectory()
    try directory.write(bytes, to: "almanac-v3.image")
    do {
      let server = try AlmanacServer(in: directory)
      #expect(server.restored.discarded == nil)
      #expect(server.position == position)
      #expect(server.almanac.contents() == Almanac.contents(foldedThrough: position))
      server.write(through: position.advanced(by: 100))
      #expect(server.reports.texts == [])
      server.writer.stop()
    }
    let server = try AlmanacServer(in: directory)
    #expect(server.position == position.advanced(by: 100))
    #expect(server.almanac.contents() == Almanac.contents(foldedThrough: server.position))
  }
}
