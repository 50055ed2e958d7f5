import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What is told about goods, and to whom.
struct InventoryQueryTests {
  private static func answer(
    _ query: InventoryQuery.OneOf_Query, in market: Market, by player: PlayerID?
  ) throws -> InventoryAnswer {
    let requester =
      player.map { Requester(actor: $0.actor, role: .player) }
      ?? Requester(actor: .operator, role: .operator)
    return try market.world.answer(
      Query.with { $0.inventory.query = query }, market.fixture.context(requester)
    ).inventory
  }

  private static func code(
    _ query: InventoryQuery.OneOf_Query, in market: Market, by player: PlayerID?
  ) -> String? {
    do {
      _ = try answer(query, in: market, by: player)
      return nil
    } catch {
      return (error as? Rejection)?.code
    }
  }

  @Test func `a player sees the own inventory, an operator any`() throws {
    let market = try Market()
    let own = try Self.answer(.inventory(.init()), in: market, by: market.ann)
    #expect(own.inventory.player == market.ann.rawValue)
    #expect(own.inventory.owned == market.owned(by: market.ann))
    let anns = InventoryQuery.OneOf_Query.inventory(.with { $0.player = market.ann.rawValue })
    #expect(try Self.answer(anns, in: market, by: nil) == own)
    #expect(Self.code(anns, in: market, by: market.ben) == "not_allowed")
    #expect(
      Self.code(.inventory(.with { $0.player = 99 }), in: market, by: nil) == "no_such_player")
    #expect(Self.code(.inventory(.init()), in: market, by: nil) == "not_allowed")
  }

  @Test func `piles are listed by number, up to a thousand`() throws {
    let market = try Market()
    let first = try market.drop(.of(coins: 1), by: market.ann)
    try market.drop(.of(coins: 1), by: market.cid)
    let here = try Self.answer(.piles(.init()), in: market, by: market.ben).piles
    #expect(here.count == 1)
    #expect(here.piles.map(\.pile) == [first.rawValue])
    let there = try Self.answer(.piles(.with { $0.region = 3 }), in: market, by: market.ben).piles
    #expect(there.count == 1)
    #expect(there.piles[0].goods == .of(coins: 1))
    #expect(
      Self.code(.piles(.with { $0.region = 4 }), in: market, by: market.ben) == "no_such_region")
    for pile in 2_000..<3_100 as Range<UInt64> {
      market.world.inventories.fold(
        .goodsPlaced(
          .with {
            $0.pile = pile
            $0.region = 1
            $0.goods = .of(coins: 1)
          }),
        of: market.fixture.entries[0].stamp)
    }
    let many = try Self.answer(.piles(.init()), in: market, by: market.ben).piles
    #expect(many.count == 1_101)
    #expect(many.piles.count == 1_000)
    #expect(many.piles.map(\.pile) == many.piles.map(\.pile).sorted())
  }

  @Test func `everybody sees the kinds`() throws {
    let market = try Market()
    let kinds = try Self.answer(.kinds(.init()), in: market, by: market.ann).kinds.kinds
    #expect(kinds.map(\.name) == ["Reed", "Note", "Lute", "Bell"])
    #expect(kinds.map(\.issued) == [75, 0, 3, 0])
  }

  @Test func `an operator follows a unique item`() throws {
    let market = try Market()
    let query = InventoryQuery.OneOf_Query.item(.with { $0.item = 2 })
    #expect(try Self.answer(query, in: market, by: nil).item.player == market.ben.rawValue)
    let pile = try market.drop(.of(items: [2]), by: market.ben)
    #expect(try Self.answer(query, in: market, by: nil).item.pile == pile.rawValue)
    #expect(Self.code(query, in: market, by: market.ben) == "not_allowed")
    #expect(Self.code(.item(.with { $0.item = 99 }), in: market, by: nil) == "no_such_item")
  }

  @Test func `a query that names nothing is refused`() throws {
    let market = try Market()
    let context = market.fixture.context(Requester(actor: market.ann.actor, role: .player))
    let rejection = #expect(throws: Rejection.self) {
      try market.world.answer(InventoryQuery(), context)
    }
    #expect(rejection?.code == "unknown_request")
  }

  @Test(
    arguments: [
      (InventoryEvent.OneOf_Event.itemKindDefined(.init()), [.everyone]),
      (.goodsGranted(.with { $0.player = 7 }), [.player(PlayerID(UInt64(7)))]),
      (.goodsConsumed(.with { $0.player = 7 }), [.player(PlayerID(UInt64(7)))]),
      (
        .goodsDropped(
          .with {
            $0.player = 7
            $0.region = 3
          }), [.player(PlayerID(UInt64(7))), .region(RegionID(UInt32(3)))]
      ),
      (
        .goodsPickedUp(
          .with {
            $0.player = 7
            $0.region = 3
          }), [.player(PlayerID(UInt64(7))), .region(RegionID(UInt32(3)))]
      ),
      (
        .goodsGiven(
          .with {
            $0.from = 7
            $0.to = 8
          }), [.player(PlayerID(UInt64(7))), .player(PlayerID(UInt64(8)))]
      ),
      (.goodsHeld(.with { $0.player = 7 }), [.player(PlayerID(UInt64(7)))]),
      (.goodsReleased(.with { $0.player = 7 }), [.player(PlayerID(UInt64(7)))]),
      (
        .goodsTraded(
          .with {
            $0.from = 7
            $0.to = 8
          }), [.player(PlayerID(UInt64(7))), .player(PlayerID(UInt64(8)))]
      ),
      (.goodsPlaced(.with { $0.region = 3 }), [.region(RegionID(UInt32(3)))]),
      (.inventoryOpened(.with { $0.player = 7 }), [.player(PlayerID(UInt64(7)))]),
    ] as [(InventoryEvent.OneOf_Event, [Audience])])
  func `an event is for the owners and for those who are there`(
    event: InventoryEvent.OneOf_Event, audiences: [Audience]
  ) {
    var found: [Audience] = []
    event.addAudience(to: &found)
    #expect(found == audiences)
  }
}
