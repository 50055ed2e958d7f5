import EventLog
import Foundation
import Schema
import SwiftProtobuf
import Testing

@testable import finalverse

/// Goal: what is unusual arrives as it was: the largest numbers, all characters, what is not set.
@Suite struct ExportValueTests {
  private static let text = "a, \"b\"\r\n\tc ' \\ ü 🦊\u{1}"

  /// One entry with what is hard to write: extremes, quotes, lines, what is set to nothing and what is not set.
  private static func makeLog() throws -> InMemoryEventLog {
    let events: [Event] = [
      .with {
        $0.players.profileChanged = .with {
          $0.player = .max
          $0.name = text
          $0.look = ""
        }
      },
      .with {
        $0.inventory.goodsGiven = .with {
          $0.from = UInt64(Int64.max)
          $0.to = UInt64(Int64.max) + 1
          $0.goods.coins = .min
          $0.goods.stacks = [
            .with { ($0.kind, $0.quantity) = (.max, .max) }, .with { $0.kind = 2 },
          ]
        }
      },
      .with { $0.presence.sessionClosed.end = .lost },
      .with { $0.presence.sessionClosed.end = .UNRECOGNIZED(77) },
      .with { $0.presence.sessionClosed.player = 5 },
    ]
    return try makeLog(
      payload: Payload.with { $0.events = events }.wireBytes, count: events.count,
      kinds: [
        EventKind(system: 1, event: 3), EventKind(system: 2, event: 2),
        EventKind(system: 5, event: 6),
      ])
  }

  /// A log of one entry.
  private static func makeLog(
    payload: [UInt8], count: Int, kinds: EventKinds
  ) throws -> InMemoryEventLog {
    let log = InMemoryEventLog()
    let epoch = log.takeEpoch()
    var batch = EntryBatch(after: .zero, epoch: epoch)
    try batch.append(
      time: Timestamp(microseconds: -1), actor: ActorID(.max), commandID: CommandID(.max),
      eventCount: count, kinds: kinds, payload: unsafe payload.span.bytes)
    guard case .appended = log.append(batch, epoch: epoch, expected: .zero) else {
      throw Failure(.fault, "the batch was not appended")
    }
    return log
  }

  @Test func `a database keeps extremes`() throws {
    let scratch = try Scratch()
    let file = scratch.url.appendingPathComponent("x.sqlite").path
    _ = try Export.of(try Self.makeLog()).run(to: file)
    let database = try ExportedDatabase(file)
    let entry = try #require(try database.rows("SELECT * FROM entries").first)
    #expect(entry["time"] == "1969-12-31T23:59:59.999999Z")
    #expect(entry["time_us"] == "-1")
    #expect(entry["actor"] == "18446744073709551615")
    #expect(entry["kinds"] == "profile_changed session_closed goods_given")
    let changed = try #require(try database.rows("SELECT * FROM profile_changed").first)
    #expect(changed["player"] == "18446744073709551615")
    #expect(changed["name"] == Self.text)
    #expect(changed["look"] == "")
    #expect(changed["name_key"] == nil)
    #expect(changed["home_region"] == nil)
    #expect(changed["region"] == "0")
    let given = try #require(try database.rows("SELECT * FROM goods_given").first)
    #expect(given["from"] == "9223372036854775807")
    #expect(given["to"] == "9223372036854775808")
    #expect(given["goods_coins"] == "-9223372036854775808")
    let stacks = try database.rows("SELECT * FROM goods_given__goods_stacks ORDER BY ordinal")
    #expect(stacks.map { $0["kind"] } == ["4294967295", "2"])
    #expect(stacks.map { $0["quantity"] } == ["9223372036854775807", "0"])
    #expect(stacks.map { $0["event"] } == ["2", "2"])
    let ends = try database.rows("SELECT \"end\", event FROM session_closed ORDER BY event")
    #expect(
      ends.map { $0["end"] } == ["SESSION_END_LOST", "77", "SESSION_END_UNSPECIFIED"])
  }

  @Test func `comma-separated values are quoted where they must be`() throws {
    let scratch = try Scratch()
    let directory = scratch.url.appendingPathComponent("x")
    _ = try Export.of(try Self.makeLog(), as: .csv).run(to: directory.path)
    func file(_ name: String) throws -> String {
      String(
        decoding: try Data(contentsOf: directory.appendingPathComponent(name + ".csv")),
        as: UTF8.self)
    }
    #expect(
      try file("profile_changed") == """
        position,event,time_us,actor,player,name,name_key,look,home_region,region
        1,1,-1,18446744073709551615,18446744073709551615,\
        "a, ""b""\r\n\tc ' \\ ü 🦊\u{1}",,"",,0

        """)
    #expect(try file("goods_given__goods_items") == "position,event,ordinal,item,kind\n")
    #expect(
      try file("goods_given__goods_stacks") == """
        position,event,ordinal,kind,quantity
        1,2,1,4294967295,9223372036854775807
        1,2,2,2,0

        """)
  }

  @Test func `JSON lines are JSON`() throws {
    let scratch = try Scratch()
    let directory = scratch.url.appendingPathComponent("x")
    _ = try Export.of(try Self.makeLog(), as: .jsonl).run(to: directory.path)
    func object(_ name: String) throws -> [String: Any] {
      let data = try Data(contentsOf: directory.appendingPathComponent(name + ".jsonl"))
      #expect(data.last == UInt8(ascii: "\n"))
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    let changed = try object("profile_changed")
    #expect(changed["name"] as? String == Self.text)
    #expect(changed["look"] as? String == "")
    #expect(changed["name_key"] is NSNull)
    #expect((changed["player"] as? NSNumber)?.uint64Value == .max)
    #expect((try object("goods_given")["goods_coins"] as? NSNumber)?.int64Value == .min)
  }

  @Test(arguments: ExportFormat.allCases)
  func `texts are left out on request, and nothing else`(_ format: ExportFormat) throws {
    let scratch = try Scratch()
    let path = scratch.url.appendingPathComponent("x").path
    _ = try Export.of(try RecordedLog.first(), as: format, isWithoutTexts: true).run(to: path)
    let tables = ExportSchema(isWithoutTexts: true).tables.filter { $0.origin != .log }
    let written = try Self.contents(of: path)
    let log = try RecordedLog.first()
    try ReplayRequest().run(on: log) { entry in
      for case .profileCreated(let created)? in entry.payload.events.map(\.players.event) {
        #expect(!written.contains(created.name))
      }
    }
    #expect(written.contains("SESSION_END_"))
    #expect(tables.contains { $0.columns.contains { $0.content == .text } })
  }

  /// All bytes of a file, or of the files in a directory, as far as they are text.
  private static func contents(of path: String) throws -> String {
    let url = URL(fileURLWithPath: path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let files = names.isEmpty ? [url] : names.map { url.appendingPathComponent($0) }
    return try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
      .joined()
  }

  @Test func `events of a newer schema are counted and left out`() throws {
    let scratch = try Scratch()
    let file = scratch.url.appendingPathComponent("x.sqlite").path
    let known = Event.with { $0.players.playerEnrolled.player = 1_000 }.wireBytes
    // A system that is not there, an event that is not there, and an event with nothing in it.
    let unknown: [[UInt8]] = [
      Protobuf.field(200, holding: Protobuf.field(1, holding: [])),
      Protobuf.field(1, holding: Protobuf.field(250, holding: [8, 1])), [],
    ]
    let payload = (unknown + [known]).flatMap { Protobuf.field(1, holding: $0) }
    let log = try Self.makeLog(
      payload: payload, count: 4,
      kinds: [
        EventKind(system: 1, event: 1), EventKind(system: 1, event: 250),
        EventKind(system: 200, event: 1),
      ])
    let report = try Export.of(log).run(to: file)
    #expect(report.unknownEvents == 3)
    let database = try ExportedDatabase(file)
    #expect(try database.rows("SELECT * FROM player_enrolled").first?["event"] == "4")
    #expect(
      try database.rows("SELECT kinds FROM entries").first?["kinds"]
        == "player_enrolled 1.250 200.1")
  }

  @Test(arguments: ExportFormat.allCases)
  func `a payload that is none leaves nothing behind`(_ format: ExportFormat) throws {
    let scratch = try Scratch()
    let path = scratch.url.appendingPathComponent("x").path
    // Text that is no UTF-8, a field that is cut off, a number without an end.
    let broken: [[UInt8]] = [
      [0x12, 2, 0xC3, 0x28], [0x12, 9, 0x61], [8] + Array(repeating: 0xFF, count: 10),
    ]
    for content in broken {
      let event = Protobuf.field(1, holding: Protobuf.field(2, holding: content))
      let log = try Self.makeLog(
        payload: Protobuf.field(1, holding: event), count: 1,
        kinds: [EventKind(system: 1, event: 2)])
      let failure = #expect(throws: Failure.self) {
        let export = Export(
          source: .log(log, images: nil), request: ReplayRequest(), format: format,
          isWithProjections: false, isWithoutTexts: false)
        _ = try export.run(to: path)
      }
      #expect(failure?.status == .damaged)
      #expect(failure?.message.contains("position 1") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).isEmpty)
    }
  }
}
