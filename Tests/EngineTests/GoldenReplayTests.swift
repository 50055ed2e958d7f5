import EventLog
import Foundation
import Projection
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

/// Folds every recorded stretch of log in `Replays/` and compares the state with the recorded one.
///
/// A replay is never edited: when one of these fails, a fold or an encoding has changed its meaning.
/// Projections that are younger than a recording are not in it.
@Suite struct GoldenReplayTests {
  static let directory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Replays")

  @Test func `every recorded state has its recording here`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
    #expect(
      Set(files.filter { $0.hasSuffix(".json") })
        == ["first-slice.json", "market-day.json", "living-month.json"])
  }

  @Test func `the first slice folds to its recorded state`() throws {
    let bytes = try [UInt8](
      Data(contentsOf: Self.directory.appendingPathComponent("first-slice.entries")))
    var world = World()
    let entries = try fold(bytes, into: &world)
    try expect(&world, after: entries, isAsRecordedIn: "first-slice")
  }

  @Test func `the market day folds to its recorded state`() throws {
    let file = try recording("market-day")
    #expect(file.header.entries >= 50_000)
    #expect(!file.header.isSelected)
    var world = World()
    try LogFolder.fold(recorded: file, into: &world, through: file.header.lastPosition)
    try expect(&world, after: Int(file.header.entries), isAsRecordedIn: "market-day")
  }

  @Test func `the living month folds to its recorded state`() throws {
    let file = try recording("living-month")
    #expect(file.header.entries >= 1_000)
    var world = World()
    try LogFolder.fold(recorded: file, into: &world, through: file.header.lastPosition)
    try expect(&world, after: Int(file.header.entries), isAsRecordedIn: "living-month")
  }

  @Test func `a market day has all that a market has`() throws {
    let file = try recording("market-day")
    let kinds = Set(
      [
        TradeEvent.OneOf_Event.tradeOffered(.init()), .tradeChanged(.init()),
        .tradeAccepted(.init()), .tradeCommitted(.init()), .tradeWithdrawn(.init()),
        .tradeExpired(.init()),
      ].compactMap { kind in Event.with { $0.trade.event = kind }.kind })
    var counts: [EventKind: Int] = [:]
    try file.read(from: .first, through: nil, kinds: kinds) { entry in
      for kind in kinds where entry.kinds.contains(kind) { counts[kind, default: 0] += 1 }
      return .proceed
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { $0 >= 100 }, "\(counts)")
  }

  @Test func `a projection that came later is no difference, one that is gone is`() throws {
    var world = World()
    let state = try RecordedState(entries: 1, world: &world)
    var recorded = state
    recorded.projections["movement"] = nil
    #expect(recorded.differences(from: state) == [])
    recorded.projections["weather"] = RecordedState.Table(digest: "00", rows: 0)
    #expect(recorded.differences(from: state) == ["weather"])
    recorded.projections["weather"] = nil
    recorded.projections["trades"]?.rows = 1
    #expect(recorded.differences(from: state) == ["trades"])
    recorded.entries = 2
    #expect(recorded.differences(from: state) == ["entries", "trades"])
  }

  /// Records `Replays/first-slice`; only when asked to, since a replay is made once.
  @Test(.enabled(if: isToBeRecorded("first-slice")))
  func `record the first slice`() throws {
    let fixture = try CoreFixture(InMemoryEventLog())
    var playing = try Playing(fixture, players: 8)
    try playing.play(rounds: 400)
    var bytes: [UInt8] = []
    try fixture.log.read(from: .first) { entry in
      unsafe entry.bytes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      return .proceed
    }
    var world = World()
    let entries = try fold(bytes, into: &world)
    try Data(bytes).write(to: Self.directory.appendingPathComponent("first-slice.entries"))
    try write(RecordedState(entries: entries, world: &world), as: "first-slice")
  }

  /// Records `Replays/market-day`; only when asked to.
  @Test(.enabled(if: isToBeRecorded("market-day")))
  func `record the market day`() throws {
    let fixture = try CoreFixture(InMemoryEventLog(), world: MarketDay.world)
    var day = try MarketDay(fixture, traders: 48)
    try day.play(entries: 52_000)
    try record(fixture.log, of: MarketDay.world, as: "market-day")
  }

  /// Records `Replays/living-month`; only when asked to.
  @Test(.enabled(if: isToBeRecorded("living-month")))
  func `record the living month`() throws {
    let fixture = try CoreFixture(InMemoryEventLog(), world: LivingMonth.world)
    var month = try LivingMonth(fixture)
    try month.play()
    try record(fixture.log, of: LivingMonth.world, as: "living-month")
  }

  private func recording(_ name: String) throws -> ReplayFile {
    try ReplayFile(Self.directory.appendingPathComponent("\(name).fvreplay").path)
  }

  /// Writes a log to a replay file, and the state that it folds to beside it.
  private func record(_ log: any EventLog, of file: WorldFile, as name: String) throws {
    let writer = try ReplayFileWriter(
      Self.directory.appendingPathComponent("\(name).fvreplay").path,
      logID: log.summary().logID, name: file.name, isSelected: false)
    try log.read(from: .first) { entry in
      try writer.append(entry)
      return .proceed
    }
    let (header, byteCount) = try writer.finish()
    print("\(header.entries) entries in \(byteCount) bytes")
    var world = World()
    try LogFolder.fold(log, into: &world)
    try write(RecordedState(entries: Int(header.entries), world: &world), as: name)
  }

  private static func isToBeRecorded(_ name: String) -> Bool {
    ProcessInfo.processInfo.environment["RECORD_REPLAY"] == name
  }

  private func write(_ state: RecordedState, as name: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(state)
      .write(to: Self.directory.appendingPathComponent("\(name).json"))
  }

  /// Expects the state that was recorded: in the projections that there were then.
  private func expect(
    _ world: inout World, after entries: Int, isAsRecordedIn name: String
  ) throws {
    let recorded = try JSONDecoder().decode(
      RecordedState.self,
      from: Data(contentsOf: Self.directory.appendingPathComponent("\(name).json")))
    let state = try RecordedState(entries: entries, world: &world)
    #expect(recorded.differences(from: state) == [])
    let violations = world.violations()
    #expect(violations == [])
  }

  /// Folds entries that follow one another in `bytes`.
  ///
  /// - Returns: how many there are.
  private func fold(_ bytes: [UInt8], into world: inout World) throws -> Int {
    var offset = 0
    var position = Position.zero
    while offset < bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      try #require(length > 0 && offset + length <= bytes.count)
      position = position.next
      let entry = unsafe try EntryView(
        validating: bytes.span.bytes.extracting(offset..<offset + length), expected: position)
      world.fold(try Payload(wire: entry.payload).events[...], of: EntryStamp(entry))
      offset += length
    }
    return Int(position.rawValue)
  }
}

/// What a replay must fold to.
private struct RecordedState: Codable {
  struct Table: Codable, Equatable {
    var digest: String
    var rows: UInt64
  }

  var entries: Int
  var projections: [String: Table]

  init(entries: Int, world: inout World) throws {
    self.entries = entries
    var summaries = Summaries()
    try world.visitProjections(&summaries)
    projections = summaries.projections
  }

  /// What of this is not so in `state`, in order.
  ///
  /// A projection that was not there yet when this was recorded says nothing.
  func differences(from state: Self) -> [String] {
    let changed = projections.filter { state.projections[$0.key] != $0.value }.keys.sorted()
    return (entries == state.entries ? [] : ["entries"]) + changed
  }

  private struct Summaries: ProjectionVisitor {
    typealias Failure = ImageFault

    var projections: [String: Table] = [:]

    mutating func visit<P: Projection & ~Copyable>(
      _ projection: inout P, as member: ProjectionSet
    ) throws(ImageFault) {
      let summary = try StateSummary(of: &projection)
      projections[P.name] = Table(digest: "\(summary.digest)", rows: summary.rowCount)
    }
  }
}
