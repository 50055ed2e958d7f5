import EventLog
import Foundation
import Projection
import Schema
import SwiftProtobuf
import Testing
import World

@testable import finalverse

/// Goal: an export holds what the log holds, neither more nor less, in every format; or there is none.
@Suite struct ExportTests {
  @Test func `every kind of event has a table, and no two tables share a name`() {
    let schema = ExportSchema(isWithoutTexts: false)
    for kind in EventCatalogue.schema.kinds {
      let name = schema.names[kind.kind.rawValue]
      #expect(name.map(EventText.eventName) == kind.name)
      #expect(schema.plans[kind.kind.rawValue].map { schema.tables[$0.table].name } == name)
    }
    #expect(schema.names.count == EventCatalogue.schema.kinds.count)
    #expect(Set(schema.tables.map { $0.name.lowercased() }).count == schema.tables.count)
    for table in schema.tables {
      #expect(Set(table.columns.map { $0.name.lowercased() }).count == table.columns.count)
    }
  }

  @Test func `columns follow from the schema`() throws {
    let schema = ExportSchema(isWithoutTexts: false)
    func columns(_ name: String) throws -> [String] {
      try #require(schema.tables.first { $0.name == name }).columns.map {
        "\($0.name) \($0.content.rawValue)"
      }
    }
    let lead = ["position integer", "event integer", "time_us integer", "actor unsigned"]
    #expect(
      try columns("trade_committed") == lead + [
        "trade unsigned", "proposer unsigned", "partner unsigned", "proposer_goods_coins integer",
        "partner_goods_coins integer",
      ])
    #expect(
      try columns("trade_committed__partner_goods_items") == [
        "position integer", "event integer", "ordinal integer", "item unsigned", "kind unsigned",
      ])
    #expect(
      try columns("presence_sessions__latest") == [
        "row integer", "ordinal integer", "session unsigned", "opened_us integer",
        "duration_us integer", "end name",
      ])
    #expect(
      try columns("world_founded__rules_starting_items").last == "value unsigned")
  }

  /// Half a minute of twenty bots on a market: nearly every kind of event.
  private static func openMarket() throws -> ReplayFile {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try ReplayFile(root.appending(path: "tools/analyst/tests/market.fvreplay").path)
  }

  @Test func `the database has every entry and every field of a market`() throws {
    let scratch = try Scratch()
    let log = try Self.openMarket()
    let file = scratch.url.appendingPathComponent("world.sqlite").path
    let export = Export(
      source: .file(log), request: ReplayRequest(), format: .sqlite, isWithProjections: true,
      isWithoutTexts: false)
    let report = try export.run(to: file)
    let last = log.header.lastPosition
    #expect(report.entries == last.rawValue)
    #expect(report.unknownEvents == 0)

    let database = try ExportedDatabase(file)
    #expect(try database.number("SELECT count(*) FROM entries") == Int64(last.rawValue))
    var events: Int64 = 0
    try ReplayRequest().run(on: log) { entry in
      let header = entry.header
      let row = try #require(try database.rows("entries", at: header.position, event: nil).first)
      #expect(row["time"] == "\(header.time)")
      #expect(row["actor"] == "\(header.actor)")
      #expect(row["command_id"] == "\(header.commandID)")
      #expect(row["events"] == "\(header.eventCount)")
      for (index, event) in entry.events.enumerated() {
        events += 1
        try database.check(event, at: header.position, event: index + 1)
      }
    }
    let counts = try ExportSchema(isWithoutTexts: false).names.values.map {
      try database.number("SELECT count(*) FROM \"\($0)\"")
    }
    #expect(counts.reduce(0, +) == events)
    #expect(try database.number("SELECT value FROM meta WHERE name = 'events'") == events)
  }

  @Test func `the database has the rows of every projection as of its last position`() throws {
    let scratch = try Scratch()
    let log = try RecordedLog.first()
    for last in [log.summary().lastPosition, Position(100)] {
      let file = scratch.url.appendingPathComponent("at-\(last).sqlite").path
      var request = ReplayRequest()
      request.through = last
      request.kinds = EventCatalogue.schema.kinds(named: "players").union([
        EventKind(system: 3, event: 1)
      ])
      _ = try Export.of(log, request).run(to: file)
      let database = try ExportedDatabase(file)
      var fold = FreshFold(log)
      try fold.advance(to: last)
      let states = try fold.states(of: .all)
      let rows = states.values.reduce(0) { $0 + Int64($1.rowCount) }
      let tables = try database.names(
        "SELECT DISTINCT table_name FROM columns WHERE origin = 'projection' AND table_name NOT LIKE '%\\_\\_%' ESCAPE '\\'"
      )
      let exported = try tables.map { try database.number("SELECT count(*) FROM \"\($0)\"") }
      #expect(exported.reduce(0, +) == rows)
      #expect(
        try database.number("SELECT coins_issued - coins_destroyed FROM inventories_ledger")
          == database.number(
            "SELECT (SELECT sum(coins) FROM inventories_inventories) "
              + "+ (SELECT ifnull(sum(goods_coins), 0) FROM inventories_piles)"))
      #expect(
        try database.number("SELECT value FROM meta WHERE name = 'projections_position'")
          == Int64(last.rawValue))
    }
  }

  @Test func `indexes are there for positions, times, actors and players`() throws {
    let scratch = try Scratch()
    let file = scratch.url.appendingPathComponent("world.sqlite").path
    _ = try Export.of(try RecordedLog.first()).run(to: file)
    let database = try ExportedDatabase(file)
    for condition in [
      "entries WHERE time_us > 5", "trade_committed WHERE position = 5",
      "trade_committed WHERE time_us > 5", "trade_committed WHERE actor = 5",
      "trade_committed WHERE partner = 5", "goods_given WHERE \"from\" = 5",
      "trade_committed__partner_goods_items WHERE item = 5",
    ] {
      #expect(
        try database.plan("SELECT * FROM \(condition)").contains("USING"), "\(condition)")
    }
  }
}
