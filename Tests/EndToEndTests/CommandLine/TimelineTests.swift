import EventLog
import Foundation
import Schema
import SwiftProtobuf
import Testing
import World

@testable import finalverse

@Suite struct TimelineTests {
  private func names(_ subject: EntryFilter.Subject) -> Set<String> {
    let catalogue = EventCatalogue.schema
    return Set(catalogue.kinds(mentioning: subject).map { catalogue.name(of: $0) })
  }

  @Test func `the schema tells which kinds can name a thing`() {
    let items = names(.item)
    #expect(items.isSuperset(of: ["GoodsGiven", "GoodsHeld", "TradeOffered", "TradeCommitted"]))
    #expect(items.isDisjoint(with: ["MoveStarted", "TradeAccepted", "ProfileCreated"]))
    let trades = names(.trade)
    #expect(trades.isSuperset(of: ["GoodsHeld", "GoodsTraded", "TradeOffered", "TradeExpired"]))
    #expect(trades.isDisjoint(with: ["GoodsGiven", "SessionOpened"]))
    let regions = names(.region)
    #expect(regions.isSuperset(of: ["BorderCrossed", "GoodsDropped", "ProfileCreated"]))
    #expect(regions.isDisjoint(with: ["TradeOffered", "GoodsHeld"]))
    #expect(names(.player).isSuperset(of: ["GoodsGiven", "TradeOffered", "PlayerEnrolled"]))
    #expect(names(.player).contains("PerformanceGiven"))
  }

  private func tell(
    _ subject: EntryFilter.Subject, _ number: UInt64, of log: any LogReader,
    _ change: (inout Timeline) -> Void = { _ in }
  ) throws -> (lines: [Timeline.Line], end: Timeline.Ending) {
    var timeline = Timeline(of: EntryFilter.Wanted(subject, number))
    change(&timeline)
    var lines: [Timeline.Line] = []
    let end = try timeline.run(on: log) { lines.append($0) }
    return (lines, end)
  }

  /// The events of a thing, by decoding every entry.
  private func search(
    _ subject: EntryFilter.Subject, _ number: UInt64, in log: any LogReader
  ) throws -> [Event] {
    let filter = EntryFilter([EntryFilter.Wanted(subject, number)])
    var found: [Event] = []
    try ReplayRequest().run(on: log) { entry in
      found += entry.payload.events.filter {
        filter.matches(actor: entry.header.actor, events: [EventText($0)])
      }
    }
    return found
  }

  @Test func `every hand an item passed through is told, and where it is`() throws {
    let log = try RecordedLog.first()
    var fold = FreshFold(log)
    try fold.advance(to: log.summary().lastPosition)
    let last = fold.world.inventories.counters().lastItem
    #expect(last > 0)
    for item in 1...last {
      let (lines, end) = try tell(.item, item, of: log)
      #expect(try lines.map(\.event) == search(.item, item, in: log))
      #expect(end.events == lines.count)
      switch fold.world.inventories.item(ItemID(item))?.place {
      case .player(let player)?:
        #expect(end.sentence.contains("belongs to"))
        #expect(end.sentence.contains("(player \(player))"))
      case .pile(let pile)?: #expect(end.sentence.contains("lies in pile \(pile) in "))
      case nil: #expect(end.sentence.contains("is no more"))
      }
    }
  }

  @Test func `every trade is told to its outcome`() throws {
    let log = try RecordedLog.first()
    var fold = FreshFold(log)
    try fold.advance(to: log.summary().lastPosition)
    var outcomes: [UInt64: String] = [:]
    try ReplayRequest().run(on: log) { entry in
      for event in entry.payload.events {
        switch event.trade.event {
        case .tradeOffered(let event)?: outcomes[event.trade] = " is open at revision "
        case .tradeCommitted(let event)?: outcomes[event.trade] = " took place: "
        case .tradeWithdrawn(let event)?: outcomes[event.trade] = " was called off by "
        case .tradeExpired(let event)?: outcomes[event.trade] = " expired"
        default: break
        }
      }
    }
    #expect(!outcomes.isEmpty)
    for (trade, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
      let (lines, end) = try tell(.trade, trade, of: log)
      #expect(end.sentence.hasPrefix("trade \(trade)\(outcome)"))
      #expect(lines.first?.header.position.rawValue == trade)
      #expect(try lines.map(\.event) == search(.trade, trade, in: log))
    }
  }

  @Test(
    arguments: [
      (nil, "trade 5 is open at revision 2, accepted by player 1001"),
      (.tradeWithdrawn(.with { $0.player = 1_000 }), "trade 5 was called off by player 1000"),
      (.tradeExpired(.init()), "trade 5 expired"),
      (
        .tradeCommitted(
          .with { ($0.proposer, $0.partner, $0.partnerGoods.coins) = (1_000, 1_001, 1) }),
        "trade 5 took place: player 1000 gave nothing, player 1001 gave 1 coin"
      ),
    ] as [(TradeEvent.OneOf_Event?, String)])
  func `a trade is told as it stands`(end: TradeEvent.OneOf_Event?, closing: String) {
    var story = TradeStory()
    let events: [TradeEvent.OneOf_Event] = [
      .tradeOffered(.init()), .tradeAccepted(.with { $0.player = 1_000 }),
      .tradeChanged(.with { $0.revision = 2 }), .tradeAccepted(.with { $0.player = 1_001 }),
    ]
    for event in events + [end].compactMap(\.self) {
      #expect(!story.isOver)
      story.note(.with { $0.trade.event = event })
    }
    #expect(story.isOver == (end != nil))
    #expect(story.closing(5, NameBook()) == closing)
  }

  @Test func `players and regions are told, within bounds`() throws {
    let log = try RecordedLog.first()
    let (all, end) = try tell(.player, 1_000, of: log)
    #expect(try all.map(\.event) == search(.player, 1_000, in: log))
    #expect(all.first?.sentence == "player 1000 signed in for the first time")
    #expect(end.text == end.sentence)
    let middle = all[all.count / 2].header.position
    let (some, bounded) = try tell(.player, 1_000, of: log) {
      $0.from = .position(middle)
      $0.to = .position(middle)
    }
    #expect(!some.isEmpty)
    #expect(some.allSatisfy { $0.header.position == middle })
    #expect(bounded.events == all.filter { $0.header.position <= middle }.count)
    let (two, limited) = try tell(.region, 1, of: log) { $0.limit = 2 }
    #expect(two.count == 2)
    #expect(limited.text.hasSuffix("(2 of them shown)"))
    let failure = #expect(throws: Failure.self) { try tell(.item, 999_999, of: log) }
    #expect(failure?.status == .noData)
  }

  @Test func `a line is text or JSON`() throws {
    let log = try RecordedLog.first()
    let (lines, end) = try tell(.player, 1_000, of: log) { $0.limit = 1 }
    #expect(lines[0].text.contains("Z  player 1000 signed in for the first time"))
    let json = try JSONSerialization.jsonObject(with: Data(try lines[0].json().utf8))
    let object = try #require(json as? [String: Any])
    #expect(object["kind"] as? String == "PlayerEnrolled")
    #expect(object["text"] as? String == lines[0].sentence)
    #expect(end.json.hasPrefix(#"{"end":{"text":""#))
  }
}
