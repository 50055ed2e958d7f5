import EventLog
import Projection
import Schema
import Testing

/// Whatever LMDB makes of an image in its life passes the check of its pages.
@Suite struct ImageLifeTests {
  @Test(arguments: 0..<4 as Range<UInt64>)
  func `images that grow, shrink and are read meanwhile are never taken for damaged`(
    seed: UInt64
  ) throws {
    let directory = try TemporaryDirectory()
    var generator = RepeatableGenerator(seed: seed)
    var roster = Archive()
    let restored = try restore(&roster, in: directory)
    let writer = ImageWriter(
      [restored.image], now: { AlmanacServer.time },
      onReport: { Issue.record("an image failed: \($0)") })
    var held: ImageSnapshot?
    for round in 1...60 as ClosedRange<UInt64> {
      change(&roster, &generator)
      writer.submit([ProjectionChanges(taking: &roster)], through: Position(round))
      writer.durable(through: Position(round))
      writer.waitUntilIdle()
      // A snapshot that is kept for a while makes free pages wait in lists.
      if generator.next(below: 4) == 0 { held = try restored.image.snapshot() }
      if generator.next(below: 8) == 0 { held = nil }
      guard round % 5 == 0 else { continue }
      var again = Archive()
      let reread = try restore(&again, in: directory)
      #expect(reread.discarded == nil)
      #expect(reread.position == Position(round))
      #expect(try StateSummary(of: &again) == StateSummary(of: &roster))
      let reader = try ImageReader(of: Archive.name, in: directory.path)
      #expect(try reader.snapshot().checkedCheckpoint()?.position == Position(round))
    }
    _ = held
    writer.stop()
  }

  private func change(_ archive: inout Archive, _ generator: inout RepeatableGenerator) {
    // Waves, so that tables gain levels and lose them again.
    let isGrowing = generator.next(below: 3) > 0
    for _ in 0..<generator.next(below: 1_500) {
      let key = UInt64(generator.next(below: 12_000)) &* 0x9E37_79B9_7F4A_7C15
      if isGrowing {
        archive.jobs.set(key, to: job(due: Int64(generator.next(below: 1_000_000)), subject: key))
      } else {
        archive.jobs.remove(key)
      }
    }
    for _ in 0..<generator.next(below: 40) {
      let actor = UInt64(generator.next(below: 200))
      if isGrowing {
        // From a few bytes up to several pages.
        archive.retries.set(actor, to: retryRow(actor: actor, count: generator.next(below: 900)))
      } else {
        archive.retries.remove(actor)
      }
    }
    guard generator.next(below: 12) == 0 else { return }
    for key in archive.jobs.sortedKeys() { archive.jobs.remove(key) }
  }

  private func restore(
    _ archive: inout Archive, in directory: TemporaryDirectory
  ) throws -> Image.Restored {
    try Image.restore(
      &archive, in: directory.path, of: AlmanacServer.logID, through: Position(100),
      configuration: Image.Configuration(mapBytes: 256 << 20, diskReserveBytes: 0))
  }
}

/// A projection whose tables grow to several levels of pages.
private struct Archive: Projection, ~Copyable {
  static let name = "archive"
  static let version: UInt32 = 1

  var jobs = Table<UInt64, JobRow>("jobs")
  var retries = Table<UInt64, RetryRow>("retries")

  mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&jobs)
    try visitor.visit(&retries)
  }
}
