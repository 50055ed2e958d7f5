import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Thousands of random dealings among five players, sensible and absurd.
///
/// After every entry all invariants hold; in the end a second world that folds what was kept is the
/// same to the last byte.
struct TradeRandomTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `whatever players do, nothing is made or lost`(seed: UInt64) throws {
    let dealers = try Dealers(seed: seed)
    for _ in 0..<3_000 { try dealers.step() }
    let fixture = dealers.market.fixture
    var replayed = World()
    var kinds: [EventKind: Int] = [:]
    for entry in fixture.entries {
      let events = try entry.events()
      replayed.fold(events[...], of: entry.stamp)
      for event in events { kinds[try #require(event.kind), default: 0] += 1 }
    }
    let original = try fixture.world.rows()
    #expect(try replayed.rows() == original)
    fixture.world.inventories.rebuildIndexes()
    fixture.world.trades.rebuildIndexes()
    #expect(fixture.world.violations() == [])
    // The test is worth something only if every kind of event of both systems came up.
    for event in 2...9 as ClosedRange<UInt8> {
      #expect(kinds[EventKind(system: 5, event: event), default: 0] > 5)
    }
    for event in 1...6 as ClosedRange<UInt8> {
      #expect(kinds[EventKind(system: 6, event: event), default: 0] > 5)
    }
  }
}

/// Players who deal at random.
private final class Dealers {
  let market: Market
  private var draw: Draw
  private var players: [PlayerID]

  init(seed: UInt64) throws {
    let market = try Market { $0.inventorySlots = 8 }
    let others = try ["Dan", "Eve", "Fay"].map { try market.fixture.newPlayer($0) }
    self.market = market
    players = [market.ann, market.ben, market.cid] + others
    draw = Draw(seed: seed)
  }

  /// One dealing, accepted or refused.
  func step() throws {
    guard let player = draw.element(of: players) else { return }
    switch draw.number(0...99) {
    case 0: try comeOrGo(player)
    case 1: try replace(player)
    case 2...4: market.fixture.wait(draw.number(0...40_000_000))
    case 5...6: market.fixture.sleep(draw.number(0...20_000_000))
    case 7...12: _ = try? market.operate(grant(to: player))
    default: _ = try? market.run(command(of: player), by: player)
    }
  }

  private func comeOrGo(_ player: PlayerID) throws {
    if market.world.presence.isConnected(player) {
      try market.fixture.disconnect(player)
    } else {
      try market.fixture.connect(player)
    }
  }

  /// Somebody retires, rarely, and somebody new comes instead.
  private func replace(_ player: PlayerID) throws {
    guard draw.once(in: 8) else { return }
    guard (try? market.run(.retireProfile, by: player)) != nil else { return }
    players.removeAll { $0 == player }
    players.append(try market.fixture.newPlayer("Player \(market.world.players.next)"))
  }

  private func grant(to player: PlayerID) -> Command {
    let coins = draw.once(in: 6) ? draw.absurdity() : draw.number(0...50)
    let stacks = draw.number(0...15)
    let items = UInt32(draw.number(0...1))
    return .grant(
      to: player, coins: coins, stacks: stacks > 0 ? [Market.reed: stacks] : [:],
      items: items > 0 ? [Market.bell: items] : [:])
  }

  private func command(of player: PlayerID) -> Command {
    let other = draw.once(in: 30) ? PlayerID(UInt64.max) : draw.element(of: players) ?? player
    switch draw.number(0...19) {
    case 0: return .consume(goods(of: player))
    case 1...2: return .drop(goods(of: player))
    case 3...4: return pickUp()
    case 5...6: return .give(goods(of: player), to: other)
    case 7...9: return .offer(goods(of: player), to: other)
    case 10...12: return .change(trade(of: player), to: goods(of: player))
    case 13: return .withdraw(trade(of: player))
    default:
      let trade = trade(of: player)
      let revision = market.trade(trade)?.revision ?? 1
      return .accept(trade, revision: draw.once(in: 10) ? revision &- 1 : revision)
    }
  }

  private func trade(of player: PlayerID) -> TradeID {
    if draw.once(in: 20) { return TradeID(UInt64(bitPattern: draw.absurdity())) }
    return TradeID(draw.element(of: market.world.trades.rows(of: player))?.trade ?? 0)
  }

  private func pickUp() -> Command {
    guard let pile = draw.element(of: market.world.inventories.pileRows(in: RegionID(UInt32(1))))
    else { return .pickUp(from: PileID(UInt64(bitPattern: draw.absurdity()))) }
    if draw.once(in: 2) { return .pickUp(from: PileID(pile.pile)) }
    return .pickUp(part(of: pile.goods), from: PileID(pile.pile))
  }

  private func goods(of player: PlayerID) -> GoodsSpec {
    part(of: market.owned(by: player))
  }

  /// Some of the goods, now and then something absurd besides.
  private func part(of goods: Goods) -> GoodsSpec {
    var spec = GoodsSpec()
    if draw.once(in: 2) { spec.coins = draw.number(0...max(0, min(goods.coins, 40))) }
    for stack in goods.stacks where draw.once(in: 2) {
      spec.stacks.append(.of(stack.kind, draw.number(1...stack.quantity)))
    }
    for item in goods.items where draw.once(in: 3) { spec.items.append(item.item) }
    guard draw.once(in: 15) else { return spec }
    switch draw.number(0...3) {
    case 0: spec.coins = draw.absurdity()
    case 1: spec.stacks.append(.of(UInt32(draw.number(0...9)), draw.absurdity()))
    case 2: spec.items.append(UInt64(bitPattern: draw.absurdity()))
    default: spec.items += spec.items
    }
    return spec
  }
}
