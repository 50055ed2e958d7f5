import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import finalverse

@Suite struct ReplayTextTests {
  static let committed = Event.with {
    $0.trade.tradeCommitted = .with {
      $0.trade = 12
      $0.proposer = 1_000
      $0.partner = 1_001
      $0.proposerGoods.coins = 5
      $0.partnerGoods.stacks = [.with { ($0.kind, $0.quantity) = (3, 1 << 60) }]
      $0.partnerGoods.items = [.with { ($0.item, $0.kind) = (77, 9) }]
    }
  }

  @Test func `an event's line is its name and its fields`() {
    #expect(
      EventText(Self.committed).line
        == "TradeCommitted trade=12 proposer=1000 partner=1001 proposer_goods={coins=5} "
        + "partner_goods={stacks=[{kind=3 quantity=1152921504606846976}] items=[{item=77 kind=9}]}")
  }

  @Test(
    arguments: [
      ("Reed", "Reed"), ("Reed Lake", "\"Reed Lake\""), ("a=b", "\"a=b\""),
      ("say \"hi\"\n", #""say \"hi\"\n""#), ("Ünï🎵", "Ünï🎵"), ("\u{2028}", "\"\u{2028}\""),
    ])
  func `text is quoted where it must be`(name: String, written: String) {
    let event = Event.with { $0.regions.regionNamed = .with { ($0.region, $0.name) = (7, name) } }
    #expect(EventText(event).line == "RegionNamed region=7 name=\(written)")
  }

  @Test func `an event of a newer schema has no name`() throws {
    let bytes = Protobuf.field(200, holding: Protobuf.field(1, holding: []))
    #expect(EventText(try Event(serializedBytes: bytes)).line == "UnknownEvent")
    #expect(EventText(Event()).line == "UnknownEvent")
  }

  @Test(
    arguments: [
      ("{}", .message([])), (" [ ] ", .list([])), ("-1.5e3", .number("-1.5e3")),
      (#""\u00e9\ud83c\udfb5\/\b\f""#, .text("é🎵/\u{8}\u{C}")), ("null", .null),
      (
        #"{"b":[true,false],"a":{"c":"d"}}"#,
        .message([
          .init(name: "b", value: .list([.flag(true), .flag(false)])),
          .init(name: "a", value: .message([.init(name: "c", value: .text("d"))])),
        ])
      ),
    ] as [(String, FieldValue)])
  func `JSON is read with its order`(json: String, value: FieldValue) {
    #expect(FieldValue(json: Array(json.utf8)) == value)
  }

  @Test(
    arguments: [
      "", "{", "}", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"", #""\u12""#, #""\ud800""#,
      "tru", "1 2", "{},", String(repeating: "[", count: 200),
    ])
  func `what is no JSON is refused`(json: String) {
    #expect(FieldValue(json: Array(json.utf8)) == nil)
  }

  @Test func `the catalogue has every kind of the schema`() throws {
    let catalogue = EventCatalogue.schema
    let committed = EventKind(system: 6, event: 4)
    #expect(catalogue.name(of: committed) == "TradeCommitted")
    #expect(catalogue.name(of: EventKind(system: 250, event: 1)) == "250.1")
    #expect(catalogue.kinds(named: "TradeCommitted") == [committed])
    #expect(catalogue.kinds(named: "trade_committed") == [committed])
    #expect(catalogue.kinds(named: "trade").count == 6)
    #expect(catalogue.kinds(named: "TRADE").contains(committed))
    #expect(catalogue.kinds(named: "Trade Committed").isEmpty)
    #expect(Set(catalogue.kinds.map(\.kind)).count == catalogue.kinds.count)
    #expect(catalogue.overview.contains("presence (SessionOpened, SessionClosed, "))
  }

  @Test(
    arguments: [
      ([.init(.player, 1_000)], true), ([.init(.player, 1_001)], true),
      ([.init(.player, 12)], false), ([.init(.item, 77)], true), ([.init(.item, 9)], false),
      ([.init(.region, 12)], false), ([.init(.player, 1_000), .init(.item, 77)], true),
      ([.init(.player, 1_000), .init(.item, 78)], false), ([.init(.player, 2_000)], true),
      ([], true),
    ] as [([EntryFilter.Wanted], Bool)])
  func `a filter asks for fields by name, and for the actor`(
    wanted: [EntryFilter.Wanted], matches: Bool
  ) {
    let filter = EntryFilter(wanted)
    let found = filter.matches(actor: ActorID(2_000), events: [EventText(Self.committed)])
    #expect(found == matches)
  }

  /// A batch of one entry, at position 12, by player 1000.
  private func batch(of events: [Event]) throws -> EntryBatch {
    var batch = EntryBatch(after: Position(11), epoch: Epoch(1))
    try batch.append(
      time: Timestamp(microseconds: 1_770_091_506_123_456), actor: ActorID(1_000),
      commandID: CommandID(.max), kinds: events.map { _ in EventKind(system: 6, event: 4) },
      payload: try Payload.with { $0.events = events }.serializedBytes())
    return batch
  }

  @Test func `a glance at the bytes never misses an entry`() throws {
    let batch = try batch(of: [Self.committed])
    let events = [EventText(Self.committed)]
    for number: UInt64 in [1_000, 1_001, 77, 3, 9, 12, 2_000, 5, 300, 1 << 40] {
      for subject in EntryFilter.Subject.allCases {
        let filter = EntryFilter([.init(subject, number)])
        let mayMatch = batch.withEntry(at: 0) { filter.mayMatch($0) }
        #expect(mayMatch || !filter.matches(actor: ActorID(1_000), events: events))
      }
    }
    let absent = EntryFilter([.init(.item, 1 << 40)])
    let mayMatch = batch.withEntry(at: 0) { absent.mayMatch($0) }
    #expect(!mayMatch)
  }

  @Test func `an entry is lines for people and an object for programs`() throws {
    let enrolled = Event.with { $0.players.playerEnrolled = .with { $0.player = 1_002 } }
    let events = [Self.committed, enrolled]
    let text = EntryText(
      header: try batch(of: events).header(at: 0), payload: .with { $0.events = events })
    let lines = text.lines.split(separator: "\n")
    #expect(lines.count == 2)
    let head = "       12  2026-02-03T04:05:06.123456Z  player 1000   "
    #expect(lines[0] == head + EventText(Self.committed).line)
    #expect(lines[1] == String(repeating: " ", count: head.count) + "PlayerEnrolled player=1002")
    let json = try text.json()
    #expect(
      json.hasPrefix(
        """
        {"position":"12","time":"2026-02-03T04:05:06.123456Z","timeUs":"1770091506123456",\
        "epoch":"1","actor":"1000","commandId":"18446744073709551615",\
        "kinds":["TradeCommitted","PlayerEnrolled"],"events":[{"trade":{"tradeCommitted":{
        """))
    #expect(FieldValue(json: Array(json.utf8)) != nil)
  }
}
