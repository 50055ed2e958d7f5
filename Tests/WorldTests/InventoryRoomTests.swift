import Schema
import Testing

@testable import World

/// What fits into an inventory, and what is more than there may be.
///
/// Everybody starts with 4 of 6 slots taken: 25 reeds take 3, the lute 1.
struct InventoryRoomTests {
  @Test(
    arguments: [
      (0, 0, nil),
      (25, 0, nil),
      (25, 1, "slots needed 3, free 2"),
      (5, 2, nil),
      (6, 2, "slots needed 3, free 2"),
      (5, 3, "slots needed 3, free 2"),
      (26, 0, "slots needed 3, free 2"),
    ] as [(Int64, UInt32, String?)])
  func `a grant must fit`(reeds: Int64, lutes: UInt32, shortage: String?) throws {
    let market = try Market()
    let command = Command.grant(
      to: market.ann, coins: 1, stacks: reeds > 0 ? [1: reeds] : [:],
      items: lutes > 0 ? [3: lutes] : [:])
    let refusal = market.refusalToOperate(command)
    #expect(refusal?.code == shortage.map { _ in "no_room" })
    if let shortage {
      #expect(refusal?.message.hasSuffix("in the inventory of Ann: \(shortage).") == true)
      #expect(refusal?.fields == ["grant_goods"])
    } else {
      try market.operate(command)
    }
  }

  @Test func `coins need no slot`() throws {
    let market = try Market()
    try market.grant(to: market.ann, items: [Market.bell: 2])
    try market.grant(to: market.ann, coins: 1_000_000)
    #expect(market.owned(by: market.ann).coins == 1_000_100)
  }

  @Test func `a full inventory still takes what tops a stack up`() throws {
    let market = try Market()
    try market.grant(to: market.ann, items: [Market.bell: 2])
    try market.grant(to: market.ann, stacks: [Market.reed: 5])
    let refusal = market.refusalToOperate(.grant(to: market.ann, stacks: [Market.reed: 1]))
    #expect(refusal?.code == "no_room")
  }

  @Test func `who has no room picks up a part`() throws {
    let market = try Market()
    try market.grant(to: market.ben, items: [Market.bell: 2])
    let pile = try market.drop(.of(coins: 5, stacks: [1: 8], items: [1]), by: market.ann)
    let refusal = market.refusal(of: .pickUp(from: pile), by: market.ben)
    #expect(refusal?.code == "no_room")
    #expect(
      refusal?.message
        == "There is no room for 5 coins, 8 × Reed and Lute no. 1 in your inventory: "
        + "slots needed 2, free 0.")
    try market.run(.pickUp(.of(coins: 5, stacks: [1: 5]), from: pile), by: market.ben)
    #expect(market.pile(pile)?.goods == .of(stacks: [1: 3], items: [1: 3]))
  }

  @Test func `a gift must fit`() throws {
    let market = try Market()
    try market.grant(to: market.ben, items: [Market.bell: 2])
    let refusal = market.refusal(of: .give(.of(items: [1]), to: market.ben), by: market.ann)
    #expect(refusal?.code == "no_room")
    #expect(refusal?.message.contains("the inventory of Ben") == true)
  }

  @Test func `an exchange has the room that the own side leaves`() throws {
    let market = try Market()
    try market.grant(to: market.ann, items: [Market.bell: 2])
    try market.grant(to: market.ben, items: [Market.bell: 2])
    let trade = try market.offer(.of(stacks: [1: 6], items: [1]), by: market.ann, to: market.ben)
    try market.run(.change(trade, to: .of(stacks: [1: 6], items: [2])), by: market.ben)
    try market.run(.accept(trade, revision: 2), by: market.ann)
    try market.run(.accept(trade, revision: 2), by: market.ben)
    #expect(market.owned(by: market.ann).items.map(\.item) == [2, 4, 5])
    #expect(market.owned(by: market.ben).items.map(\.item) == [1, 6, 7])
  }

  @Test func `a trade that does not fit says who has no room`() throws {
    let market = try Market()
    try market.grant(to: market.ben, items: [Market.bell: 2])
    let trade = try market.offer(.of(items: [1]), by: market.ann, to: market.ben)
    try market.run(.accept(trade, revision: 1), by: market.ben)
    let refusal = market.refusal(of: .accept(trade, revision: 1), by: market.ann)
    #expect(refusal?.code == "no_room")
    #expect(
      refusal?.message
        == "There is no room for Lute no. 1 in the inventory of Ben: slots needed 1, free 0.")
    #expect(refusal?.fields == ["accept_trade.trade"])
    try market.run(.drop(.of(stacks: [1: 5])), by: market.ben)
    try market.run(.accept(trade, revision: 1), by: market.ann)
    #expect(market.item(1)?.place == .player(market.ben.rawValue))
  }

  @Test func `nobody owns more coins than there may be`() throws {
    let market = try Market()
    for _ in 0..<999 { try market.grant(to: market.ann, coins: 1_000_000_000_000) }
    #expect(
      market.refusalToOperate(.grant(to: market.ann, coins: 1_000_000_000_000))?.code
        == "too_many")
    try market.grant(to: market.ann, coins: 999_999_999_900)
    #expect(market.owned(by: market.ann).coins == Inventories.coinsMax)
    let gift = Command.give(.of(coins: 1), to: market.ann)
    #expect(market.refusal(of: gift, by: market.ben)?.code == "too_many")
    let pile = try market.drop(.of(coins: 1), by: market.ben)
    #expect(market.refusal(of: .pickUp(from: pile), by: market.ann)?.code == "too_many")
    let trade = try market.offer(.of(coins: 9), by: market.ann, to: market.ben)
    try market.run(.change(trade, to: .of(coins: 10)), by: market.ben)
    try market.run(.accept(trade, revision: 2), by: market.ann)
    let refusal = market.refusal(of: .accept(trade, revision: 2), by: market.ben)
    #expect(refusal?.code == "too_many")
    #expect(
      refusal?.message
        == "With 10 coins, the inventory of Ann would have more than 1000000000000000 coins.")
    try market.run(.change(trade, to: .of(coins: 9)), by: market.ben)
    try market.run(.accept(trade, revision: 3), by: market.ann)
    try market.run(.accept(trade, revision: 3), by: market.ben)
    #expect(market.owned(by: market.ann).coins == Inventories.coinsMax)
  }

  @Test func `nobody owns more of a kind than there may be`() throws {
    let market = try Market { $0.inventorySlots = Inventories.slotsMax }
    try market.grant(to: market.ann, stacks: [Market.note: 990_000_000_000])
    #expect(
      market.refusalToOperate(.grant(to: market.ann, stacks: [Market.note: 20_000_000_000]))?
        .code == "too_many")
    #expect(
      market.refusalToOperate(.grant(to: market.ann, stacks: [Market.note: .max]))?.code
        == "invalid_goods")
    try market.grant(to: market.ann, stacks: [Market.note: 6_000_000_000])
    #expect(market.owned(by: market.ann).quantity(of: Market.note) == 996_000_000_000)
    #expect(
      market.refusalToOperate(.grant(to: market.ann, stacks: [Market.note: 1]))?.code == "no_room")
  }
}
