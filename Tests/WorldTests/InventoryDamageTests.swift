import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What a damaged log may bring: events that no decision would have made.
///
/// Folding them, deciding on what comes of it, answering and checking may find fault, but never trap.
struct InventoryDamageTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `no event is too absurd to be folded`(seed: UInt64) throws {
    let market = try Market()
    market.fixture.isChecking = false
    var damage = Damage(draw: Draw(seed: seed))
    for step in 0..<4_000 {
      market.fixture.commit([damage.event()], actor: .operator, commandID: .none)
      if step % 10 == 0 { poke(market, &damage) }
    }
    _ = market.world.violations()
    var replayed = World()
    for entry in market.fixture.entries { replayed.fold(try entry.events()[...], of: entry.stamp) }
    let original = try market.world.rows()
    #expect(try replayed.rows() == original)
    market.world.inventories.rebuildIndexes()
    market.world.trades.rebuildIndexes()
  }

  /// Decides and asks all there is, whatever comes of it.
  private func poke(_ market: Market, _ damage: inout Damage) {
    let spec = damage.spec()
    let pile = PileID(UInt64(damage.draw.number(0...9)))
    let trade = TradeID(UInt64(damage.draw.number(0...9)))
    let revision = market.trade(trade)?.revision ?? 0
    let commands: [Command] = [
      .consume(spec), .drop(spec), .pickUp(from: pile), .pickUp(spec, from: pile),
      .give(spec, to: market.ben), .offer(spec, to: market.ben), .change(trade, to: spec),
      .accept(trade, revision: revision), .withdraw(trade), .retireProfile,
    ]
    for command in commands { _ = market.refusal(of: command, by: market.ann) }
    let grants: [Command] = [
      .grant(to: market.ann, coins: 1, stacks: [1: 1], items: [3: 2]),
      .define(UInt32(damage.draw.number(0...9)), "Drum"),
    ]
    for command in grants { _ = market.refusalToOperate(command) }
    for query in [
      InventoryQuery.OneOf_Query.inventory(.init()), .piles(.init()), .kinds(.init()),
      .item(.with { $0.item = 1 }),
    ] {
      _ = try? market.fixture.ask(.with { $0.inventory.query = query }, by: market.ann)
    }
  }

  @Test func `countless trades do not stop a retirement`() throws {
    let market = try Market()
    market.fixture.isChecking = false
    for number in 1...100 as ClosedRange<UInt64> {
      var decision = Decision()
      decision.trade(
        .tradeOffered(
          .with {
            $0.trade = number
            $0.proposer = market.ann.rawValue
            $0.partner = market.ben.rawValue
            $0.goods = .of(coins: .max)
          }))
      market.fixture.commit(decision.events, actor: .operator, commandID: .none)
    }
    let events = try market.run(.retireProfile, by: market.ann)
    #expect(events.count <= Decision.eventsMax)
  }
}

/// Draws events and requests without sense.
private struct Damage {
  var draw: Draw

  mutating func event() -> Event {
    draw.once(in: 3)
      ? .with { $0.trade.event = trade() } : .with { $0.inventory.event = inventory() }
  }

  mutating func spec() -> GoodsSpec {
    let goods = goods()
    return .with {
      $0.coins = goods.coins
      $0.stacks = goods.stacks
      $0.items = goods.items.map(\.item)
    }
  }

  private mutating func player() -> UInt64 { UInt64(draw.number(998...1_003)) }

  private mutating func small() -> UInt64 { UInt64(draw.number(0...9)) }

  private mutating func kind() -> UInt32 { UInt32(draw.number(0...5)) }

  private mutating func goods() -> Goods {
    var goods = Goods()
    goods.coins = draw.once(in: 2) ? draw.absurdity() : draw.number(-5...20)
    for _ in 0..<draw.number(0...3) {
      let quantity = draw.once(in: 3) ? draw.absurdity() : draw.number(-5...20)
      goods.stacks.append(.of(kind(), quantity))
    }
    for _ in 0..<draw.number(0...3) { goods.items.append(.of(small(), kind())) }
    return goods
  }

  private mutating func inventory() -> InventoryEvent.OneOf_Event {
    let (player, other, number, goods, kind) = (player(), player(), small(), goods(), kind())
    let region = UInt32(small())
    let absurdity = draw.absurdity()
    var event = InventoryEvent()
    switch draw.number(0...10) {
    case 0:
      event.itemKindDefined.kind = kind
      event.itemKindDefined.name = "Kind \(number)"
      event.itemKindDefined.stackMax = absurdity
    case 1:
      event.goodsGranted.player = player
      event.goodsGranted.goods = goods
    case 2:
      event.goodsConsumed.player = player
      event.goodsConsumed.goods = goods
    case 3:
      event.goodsDropped.player = player
      event.goodsDropped.pile = number
      event.goodsDropped.region = region
      event.goodsDropped.at = .at(absurdity, absurdity)
      event.goodsDropped.goods = goods
    case 4:
      event.goodsPickedUp.player = player
      event.goodsPickedUp.pile = number
      event.goodsPickedUp.region = region
      event.goodsPickedUp.goods = goods
    case 5:
      event.goodsGiven.from = player
      event.goodsGiven.to = other
      event.goodsGiven.goods = goods
    case 6:
      event.goodsHeld.player = player
      event.goodsHeld.trade = number
      event.goodsHeld.goods = goods
    case 7:
      event.goodsReleased.player = player
      event.goodsReleased.trade = number
      event.goodsReleased.goods = goods
    case 8:
      event.goodsTraded.trade = number
      event.goodsTraded.from = player
      event.goodsTraded.to = other
      event.goodsTraded.goods = goods
    case 9:
      event.goodsPlaced.pile = number
      event.goodsPlaced.region = region
      event.goodsPlaced.at = .at(absurdity, absurdity)
      event.goodsPlaced.goods = goods
    default:
      event.inventoryOpened.player = player
      event.inventoryOpened.slots = UInt32(truncatingIfNeeded: absurdity)
    }
    return event.event ?? .goodsHeld(.init())
  }

  private mutating func trade() -> TradeEvent.OneOf_Event {
    let (player, other, number, goods) = (player(), player(), small(), goods())
    var event = TradeEvent()
    switch draw.number(0...6) {
    case 0...1:
      event.tradeOffered.trade = number
      event.tradeOffered.proposer = player
      event.tradeOffered.partner = other
      event.tradeOffered.goods = goods
      event.tradeOffered.expiresUs = draw.absurdity()
    case 2:
      event.tradeChanged.trade = number
      event.tradeChanged.player = player
      event.tradeChanged.goods = goods
      event.tradeChanged.revision = UInt32(truncatingIfNeeded: draw.absurdity())
    case 3:
      event.tradeAccepted.trade = number
      event.tradeAccepted.player = player
    case 4: event.tradeCommitted.trade = number
    case 5: event.tradeWithdrawn.trade = number
    default: event.tradeExpired.trade = number
    }
    return event.event ?? .tradeExpired(.init())
  }
}
