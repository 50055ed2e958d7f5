import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What players do with what they own.
struct InventoryCommandTests {
  @Test func `a new player has the slots and starting goods of the rules`() throws {
    let market = try Market()
    #expect(market.owned(by: market.ann) == .of(coins: 100, stacks: [1: 25], items: [1: 3]))
    #expect(market.owned(by: market.ben) == .of(coins: 100, stacks: [1: 25], items: [2: 3]))
    #expect(market.world.inventories.inventory(of: market.ann)?.slots == 6)
    #expect(market.world.inventories.counters().lastItem == 3)
  }

  @Test func `rules that give nothing grant nothing`() throws {
    let market = try Market {
      $0.startingCoins = 0
      $0.startingStacks = []
      $0.startingItems = []
    }
    #expect(market.owned(by: market.ann) == Goods())
    let grants = try market.fixture.entries.flatMap { try $0.events() }.filter {
      $0.inventory.goodsGranted.player != 0
    }
    #expect(grants.isEmpty)
  }

  @Test func `what is consumed is gone for good`() throws {
    let market = try Market()
    try market.run(.consume(.of(coins: 30, stacks: [1: 25], items: [1])), by: market.ann)
    #expect(market.owned(by: market.ann) == .of(coins: 70))
    #expect(market.world.inventories.counters().coinsDestroyed == 30)
    #expect(market.kind(Market.reed)?.destroyed == 25)
    #expect(market.kind(Market.lute)?.destroyed == 1)
    #expect(market.item(1) == nil)
  }

  @Test func `what is dropped lies where the player stands`() throws {
    let market = try Market()
    let pile = try market.drop(.of(coins: 10, stacks: [1: 5], items: [1]), by: market.ann)
    let row = try #require(market.pile(pile))
    #expect(row.region == 1)
    #expect(row.at == market.place(of: market.ann))
    #expect(row.goods == .of(coins: 10, stacks: [1: 5], items: [1: 3]))
    #expect(row.droppedUs == market.now.microseconds)
    #expect(market.item(1)?.place == .pile(pile.rawValue))
    #expect(market.owned(by: market.ann) == .of(coins: 90, stacks: [1: 20]))
  }

  @Test func `what is dropped on the way lies where the player is by then`() throws {
    let market = try Market()
    let start = try #require(market.place(of: market.ann))
    let goal = Point.at(start.xMm + 10_000, start.yMm)
    try market.run(.startMove(to: goal, speed: 1_000), by: market.ann)
    market.fixture.sleep(4_000_000)
    let pile = try market.drop(.of(coins: 1), by: market.ann)
    #expect(market.pile(pile)?.at.xMm == start.xMm + 4_000)
  }

  @Test func `a pile is picked up in parts and then gone`() throws {
    let market = try Market()
    let pile = try market.drop(.of(coins: 10, stacks: [1: 5], items: [1]), by: market.ann)
    try market.run(.pickUp(.of(stacks: [1: 2], items: [1]), from: pile), by: market.ben)
    #expect(market.pile(pile)?.goods == .of(coins: 10, stacks: [1: 3]))
    #expect(market.owned(by: market.ben) == .of(coins: 100, stacks: [1: 27], items: [1: 3, 2: 3]))
    try market.run(.pickUp(from: pile), by: market.ann)
    #expect(market.pile(pile) == nil)
    #expect(market.world.inventories.pileCount(in: RegionID(UInt32(1))) == 0)
    #expect(market.owned(by: market.ann) == .of(coins: 100, stacks: [1: 23]))
    #expect(market.refusal(of: .pickUp(from: pile), by: market.ann)?.code == "no_such_pile")
  }

  @Test func `goods are given`() throws {
    let market = try Market()
    try market.run(.give(.of(coins: 5, stacks: [1: 1], items: [1]), to: market.ben), by: market.ann)
    #expect(market.owned(by: market.ann) == .of(coins: 95, stacks: [1: 24]))
    #expect(market.owned(by: market.ben) == .of(coins: 105, stacks: [1: 26], items: [1: 3, 2: 3]))
    #expect(
      market.item(1)?.place == .player(market.ben.rawValue))
  }

  @Test(
    arguments: [
      (GoodsSpec.of(coins: 101), "not_enough_coins", "coins"),
      (.of(stacks: [1: 26]), "not_enough_items", "stacks"),
      (.of(stacks: [1: 20, 1: 6]), "not_enough_items", "stacks"),
      (.of(stacks: [2: 1]), "not_enough_items", "stacks"),
      (.of(items: [2]), "no_such_item", "items"),
      (.of(items: [999]), "no_such_item", "items"),
      (.of(stacks: [77: 1]), "no_such_kind", "stacks[0].kind"),
      (.of(stacks: [3: 1]), "invalid_goods", "stacks[0].kind"),
      (.of(coins: -1), "invalid_goods", "coins"),
      (.of(coins: .max), "invalid_goods", "coins"),
      (.of(stacks: [1: .min]), "invalid_goods", "stacks[0].quantity"),
      (.of(items: [1, 1]), "invalid_goods", "items"),
      (.of(), "nothing_named", nil),
    ] as [(GoodsSpec, String, String?)])
  func `nobody spends what is not there`(goods: GoodsSpec, code: String, field: String?) throws {
    let market = try Market()
    let commands: [(Command, String)] = [
      (.consume(goods), "consume_goods.goods"), (.drop(goods), "drop_goods.goods"),
      (.give(goods, to: market.ben), "give_goods.goods"),
    ]
    for (command, path) in commands {
      let refusal = market.refusal(of: command, by: market.ann)
      #expect(refusal?.code == code)
      #expect(refusal?.fields == [field.map { "\(path).\($0)" } ?? path])
    }
  }

  @Test(
    arguments: [
      (GoodsSpec.of(coins: 11), "not_enough_coins"),
      (.of(stacks: [1: 6]), "not_enough_items"),
      (.of(stacks: [2: 1]), "not_enough_items"),
      (.of(items: [2]), "no_such_item"),
      (.of(stacks: [77: 1]), "no_such_kind"),
      (.of(coins: -1), "invalid_goods"),
      (.of(), "nothing_named"),
    ])
  func `nobody picks up what does not lie there`(goods: GoodsSpec, code: String) throws {
    let market = try Market()
    let pile = try market.drop(.of(coins: 10, stacks: [1: 5], items: [1]), by: market.ann)
    #expect(market.refusal(of: .pickUp(goods, from: pile), by: market.ann)?.code == code)
  }

  @Test func `a message says what is missing`() throws {
    let market = try Market()
    _ = try market.offer(.of(coins: 30), by: market.ann, to: market.ben)
    #expect(
      market.refusal(of: .consume(.of(coins: 80)), by: market.ann)?.message
        == "You have 100 coins, 70 of them free to be spent; 80 are asked for.")
    #expect(
      market.refusal(of: .consume(.of(stacks: [1: 30])), by: market.ann)?.message
        == "You have 25 × Reed, 25 of them free to be spent; 30 are asked for.")
  }

  @Test func `a pile or a player far away is out of reach`() throws {
    let market = try Market()
    let pile = try market.drop(.of(coins: 1), by: market.ann)
    let pickUp = market.refusal(of: .pickUp(from: pile), by: market.cid)
    #expect(pickUp?.code == "out_of_reach")
    #expect(pickUp?.fields == ["pick_up_goods.pile"])
    let give = market.refusal(of: .give(.of(coins: 1), to: market.cid), by: market.ann)
    #expect(give?.code == "out_of_reach")
    #expect(give?.fields == ["give_goods.to"])
  }

  @Test func `nobody gives to oneself, to nobody, or to somebody away`() throws {
    let market = try Market()
    let gift = GoodsSpec.of(coins: 1)
    #expect(market.refusal(of: .give(gift, to: market.ann), by: market.ann)?.code == "to_oneself")
    let nobody = PlayerID(UInt64(99))
    #expect(market.refusal(of: .give(gift, to: nobody), by: market.ann)?.code == "no_such_player")
    try market.fixture.disconnect(market.ben)
    #expect(market.refusal(of: .give(gift, to: market.ben), by: market.ann)?.code == "not_present")
  }

  @Test func `who is away, has no profile or has retired spends nothing`() throws {
    let market = try Market()
    let command = Command.consume(.of(coins: 1))
    let dan = try market.fixture.enrol()
    #expect(market.refusal(of: command, by: dan)?.code == "no_profile")
    try market.fixture.disconnect(market.ann)
    #expect(market.refusal(of: command, by: market.ann)?.code == "not_connected")
    try market.run(.retireProfile, by: market.ben)
    #expect(market.refusal(of: command, by: market.ben)?.code == "retired")
    #expect(market.refusalToOperate(command)?.code == "not_allowed")
  }

  @Test func `a command that names nothing is refused`() throws {
    let market = try Market()
    #expect(
      market.refusal(of: .with { $0.inventory = .init() }, by: market.ann)?.code
        == "unknown_request")
    #expect(
      market.refusal(of: .with { $0.trade = .init() }, by: market.ann)?.code == "unknown_request")
  }
}
