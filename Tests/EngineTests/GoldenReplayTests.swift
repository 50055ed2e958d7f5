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

  @Test(arguments: ["first-slice"])
  func `a recorded stretch of log folds to its recorded state`(name: String) throws {
    let replay = try Data(contentsOf: Self.directory.appendingPathComponent("\(name).entries"))
    let recorded = try JSONDecoder().decode(
      RecordedState.self,
      from: Data(contentsOf: Self.directory.appendingPathComponent("\(name).json")))
    var world = World()
    let entries = try fold([UInt8](replay), into: &world)
    let state = try RecordedState(entries: entries, world: &world)
    #expect(state.entries == recorded.entries)
    for (name, table) in recorded.projections { #expect(state.projections[name] == table) }
    let violations = world.violations()
    #expect(violations == [])
  }

  /// Records `Replays/first-slice`; only when asked to, since a replay is made once.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["RECORD_REPLAYS"] != nil))
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
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try Data(bytes).write(to: Self.directory.appendingPathComponent("first-slice.entries"))
    try encoder.encode(RecordedState(entries: entries, world: &world))
      .write(to: Self.directory.appendingPathComponent("first-slice.json"))
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
private struct RecordedState: Codable, Equatable {
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
