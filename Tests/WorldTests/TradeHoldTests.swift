import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What is on the table cannot be spent a second time, by any path.
struct TradeHoldTests {
  @Test(
    arguments: [
      (GoodsSpec.of(coins: 60), GoodsSpec.of(coins: 41), "not_enough_coins"),
      (.of(coins: 100), .of(coins: 1), "not_enough_coins"),
      (.of(stacks: [1: 20]), .of(stacks: [1: 6]), "not_enough_items"),
      (.of(stacks: [1: 25]), .of(stacks: [1: 1]), "not_enough_items"),
      (.of(items: [1]), .of(items: [1]), "item_held"),
    ])
  func `what is held is not spent`(held: GoodsSpec, spent: GoodsSpec, code: String) throws {
    let market = try Market()
    let first = try market.offer(held, by: market.ann, to: market.ben)
    let second = try market.offer(.of(), by: market.ben, to: market.ann)
    let paths: [Command] = [
      .consume(spent), .drop(spent), .give(spent, to: market.ben), .offer(spent, to: market.ben),
      .change(second, to: spent),
    ]
    for command in paths {
      #expect(market.refusal(of: command, by: market.ann)?.code == code)
    }
    try market.run(.withdraw(first), by: market.ann)
    for command in paths {
      #expect(market.refusal(of: command, by: market.ann) == nil)
    }
  }

  @Test func `what is not held is free`() throws {
    let market = try Market()
    _ = try market.offer(.of(coins: 60, stacks: [1: 20]), by: market.ann, to: market.ben)
    try market.run(.consume(.of(coins: 40, stacks: [1: 5], items: [1])), by: market.ann)
    #expect(market.owned(by: market.ann) == .of(coins: 60, stacks: [1: 20]))
    #expect(market.held(by: market.ann) == .of(coins: 60, stacks: [1: 20]))
  }

  @Test func `trades hold side by side`() throws {
    let market = try Market()
    let first = try market.offer(.of(coins: 60, stacks: [1: 5]), by: market.ann, to: market.ben)
    let second = try market.offer(.of(coins: 40, items: [1]), by: market.ann, to: market.ben)
    #expect(market.held(by: market.ann) == .of(coins: 100, stacks: [1: 5], items: [1: 3]))
    try market.run(.accept(first, revision: 1), by: market.ann)
    try market.run(.accept(first, revision: 1), by: market.ben)
    #expect(market.held(by: market.ann) == .of(coins: 40, items: [1: 3]))
    try market.run(.withdraw(second), by: market.ben)
    #expect(market.held(by: market.ann) == Goods())
    #expect(market.owned(by: market.ann) == .of(coins: 40, stacks: [1: 20], items: [1: 3]))
  }

  @Test func `a change may use what the trade itself holds, and no other's`() throws {
    let market = try Market()
    let first = try market.offer(.of(coins: 60, items: [1]), by: market.ann, to: market.ben)
    let second = try market.offer(.of(coins: 30), by: market.ann, to: market.ben)
    try market.run(.change(first, to: .of(coins: 70, items: [1])), by: market.ann)
    #expect(
      market.refusal(of: .change(first, to: .of(coins: 71, items: [1])), by: market.ann)?.code
        == "not_enough_coins")
    #expect(
      market.refusal(of: .change(second, to: .of(items: [1])), by: market.ann)?.code == "item_held")
    #expect(
      market.refusal(of: .change(second, to: .of(coins: 31)), by: market.ann)?.code
        == "not_enough_coins")
  }

  @Test func `goods received while others are held are free at once`() throws {
    let market = try Market()
    _ = try market.offer(.of(coins: 100, stacks: [1: 25]), by: market.ann, to: market.ben)
    try market.run(.give(.of(coins: 5, stacks: [1: 5]), to: market.ann), by: market.ben)
    try market.run(.consume(.of(coins: 5, stacks: [1: 5])), by: market.ann)
    #expect(market.held(by: market.ann) == .of(coins: 100, stacks: [1: 25]))
  }

  @Test func `one item is sold once`() throws {
    let market = try Market()
    let dan = try market.fixture.newPlayer("Dan")
    let first = try market.offer(.of(items: [1]), by: market.ann, to: market.ben)
    let second = try market.offer(.of(), by: market.ann, to: dan)
    #expect(
      market.refusal(of: .change(second, to: .of(items: [1])), by: market.ann)?.code == "item_held")
    try market.run(.accept(first, revision: 1), by: market.ann)
    try market.run(.accept(first, revision: 1), by: market.ben)
    #expect(
      market.refusal(of: .change(second, to: .of(items: [1])), by: market.ann)?.code
        == "no_such_item")
    #expect(market.item(1)?.place == .player(market.ben.rawValue))
  }
}
