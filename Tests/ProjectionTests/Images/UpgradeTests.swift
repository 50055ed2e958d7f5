import EventLog
import Projection
import Schema
import Testing

/// The upgrade of `docs/upgrading.md`, from start to end, with a projection whose rows change their
/// meaning: the next version counts the jobs of each kind in rows, and has due times in milliseconds.
///
/// The old server writes its image all the while; the new program folds its own beside it, is interrupted,
/// and goes on; the new server starts from that; and the old one still finds what it had.
@Suite struct UpgradeTests {
  @Test func `a new version is folded beside the old one, and either starts from its own`() throws {
    let directory = try TemporaryDirectory()
    let drafts = directory.file("draft")
    do {
      let old = try AlmanacServer(in: directory)
      old.write(through: Position(3_000))

      // The new program folds a part and ends; the old server goes on.
      #expect(try fold(through: Position(1_000), in: drafts) == .zero)
      old.write(through: Position(3_500))
      #expect(try fold(through: Position(2_500), in: drafts) == Position(1_000))
      old.write(through: Position(4_000))
      #expect(try fold(through: Position(4_000), in: drafts) == Position(2_500))
      let draft = try #require(try ImageDraftFile(of: NextAlmanac.self, in: drafts))
      #expect(try draft.adopt(into: directory.path, replacing: false))
      #expect(try ImageReader.versions(of: "almanac", in: directory.path) == [3, 4])

      old.write(through: Position(4_500))
      #expect(old.reports.texts == [])
    }
    var next = NextAlmanac()
    do {
      let started = try restore(&next, in: directory.path, through: Position(4_500))
      #expect(started.discarded == nil)
      #expect(started.position == Position(4_000), "only the tail is left to fold")
      next.fold(through: Position(5_000), after: started.position)
      try write(&next, to: started.image, through: Position(5_000))
      var fresh = NextAlmanac()
      fresh.fold(through: Position(5_000), after: .zero)
      #expect(try StateSummary(of: &next) == StateSummary(of: &fresh))
      #expect(started.image.checkpoint?.state == (try StateSummary(of: &fresh)))
      #expect(next.jobs.count == Almanac(foldedThrough: Position(5_000)).jobs.count)
    }
    // The old program again: its image is where it left it.
    do {
      let old = try AlmanacServer(in: directory)
      #expect(old.restored.discarded == nil)
      #expect(old.position == Position(4_500))
      old.write(through: Position(5_200))
      #expect(old.almanac.contents() == Almanac.contents(foldedThrough: Position(5_200)))
    }
    // And the new one once more.
    var again = NextAlmanac()
    let restarted = try restore(&again, in: directory.path, through: Position(5_200))
    #expect(restarted.discarded == nil)
    #expect(restarted.position == Position(5_000))
    #expect(try StateSummary(of: &again) == StateSummary(of: &next))
  }

  @Test func `an image that is there meanwhile is not replaced`() throws {
    let directory = try TemporaryDirectory()
    let drafts = directory.file("draft")
    _ = try fold(through: Position(100), in: drafts)
    do {
      var served = NextAlmanac()
      let server = try restore(&served, in: directory.path, through: Position(200))
      served.fold(through: Position(200), after: .zero)
      try write(&served, to: server.image, through: Position(200))
    }
    let before = try directory.contents("almanac-v4.image")
    let draft = try #require(try ImageDraftFile(of: NextAlmanac.self, in: drafts))
    #expect(try !draft.adopt(into: directory.path, replacing: false))
    #expect(try directory.contents("almanac-v4.image") == before)
    #expect(try draft.adopt(into: directory.path, replacing: true))
    let reader = try ImageReader(of: "almanac", in: directory.path)
    #expect(try reader.snapshot().checkedCheckpoint()?.position == Position(100))
    #expect(try ImageDraftFile(of: NextAlmanac.self, in: drafts) == nil)
  }

  /// What a run of the new program's rebuild does: goes on where the last one was, and ends.
  ///
  /// - Returns: where it began.
  private func fold(through last: Position, in drafts: String) throws -> Position {
    var next = NextAlmanac()
    let restored = try restore(&next, in: drafts, through: last)
    #expect(restored.discarded == nil)
    next.fold(through: last, after: restored.position)
    try write(&next, to: restored.image, through: last)
    try restored.image.synchronize()
    return restored.position
  }

  private func restore(
    _ next: inout NextAlmanac, in directory: String, through last: Position
  ) throws -> Image.Restored {
    try Image.restore(
      &next, in: directory, of: AlmanacServer.logID, through: last, configuration: .small)
  }

  private func write(
    _ next: inout NextAlmanac, to image: Image, through last: Position
  ) throws {
    try image.write(
      ProjectionChanges(taking: &next), through: last, at: AlmanacServer.time)
  }
}

/// The almanac of the next version.
private struct NextAlmanac: Projection, ~Copyable {
  static let name = "almanac"
  static let version: UInt32 = 4

  var jobs = Table<JobKey, JobRow>("jobs")
  /// How many jobs there are of each kind.
  var counts = Table<UInt64, RetryRow>("counts")

  mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&jobs)
    try visitor.visit(&counts)
  }

  /// Applies the entries of the log that ``Almanac`` is folded from.
  mutating func fold(through last: Position, after seen: Position) {
    guard seen < last else { return }
    for number in seen.next.rawValue...last.rawValue { fold(number) }
  }

  private mutating func fold(_ position: UInt64) {
    var generator = RepeatableGenerator(seed: position)
    let key = JobKey(
      kind: UInt8(generator.next(below: 3)), subject: UInt64(generator.next(below: 60)))
    switch generator.next(below: 10) {
    case 0..<5:
      if !jobs.contains(key) { counts.upsert(UInt64(key.kind)) { $0.accepted += 1 } }
      jobs.set(key, to: job(due: Int64(position) * 1_000, subject: key.subject))
    case 5..<8:
      if jobs.remove(key) { counts.upsert(UInt64(key.kind)) { $0.accepted -= 1 } }
    default: break
    }
  }
}
