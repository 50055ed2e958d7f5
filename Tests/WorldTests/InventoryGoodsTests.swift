import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Goods by themselves: no world, no inventory.
struct InventoryGoodsTests {
  /// Kinds 1 and 2 are stackable, 3 is unique, others are unknown.
  private static func stackMax(_ kind: ItemKindID) -> Int64? {
    switch kind.number {
    case 1: 10
    case 2: 1_000_000_000
    case 3: 0
    default: nil
    }
  }

  @Test func `a spec comes out merged and in order`() throws {
    let spec = GoodsSpec.of(coins: 7, stacks: [2: 5, 1: 3, 2: 6], items: [9, 4, 12])
    let normal = try spec.normalised(stackMax: Self.stackMax)
    #expect(normal == .of(coins: 7, stacks: [1: 3, 2: 11], items: [4, 9, 12]))
  }

  @Test func `what a newer schema adds to a stack is left out`() throws {
    var spec = GoodsSpec.of(stacks: [1: 3])
    spec.stacks[0] = try ItemStack(serializedBytes: [0x08, 1, 0x10, 3, 0x78, 99] as [UInt8])
    let normal = try spec.normalised(stackMax: Self.stackMax)
    #expect(normal == .of(stacks: [1: 3]))
  }

  @Test(
    arguments: [
      (GoodsSpec.of(coins: -1), "coins"),
      (.of(coins: .min), "coins"),
      (.of(coins: .max), "coins"),
      (.of(coins: Inventories.coinsMax + 1), "coins"),
      (.of(stacks: [1: 1, 2: 0]), "stacks[1].quantity"),
      (.of(stacks: [1: -5]), "stacks[0].quantity"),
      (.of(stacks: [1: .min]), "stacks[0].quantity"),
      (.of(stacks: [1: .max]), "stacks[0].quantity"),
      (.of(stacks: [1: Inventories.quantityMax, 1: 1]), "stacks"),
      (.of(stacks: [1: 1, 7: 1]), "stacks[1].kind"),
      (.of(stacks: [0: 1]), "stacks[0].kind"),
      (.of(stacks: [3: 1]), "stacks[0].kind"),
      (.of(items: [0]), "items"),
      (.of(items: [5, 6, 5]), "items"),
      (.of(items: [.max, .max]), "items"),
    ])
  func `a senseless spec is refused`(spec: GoodsSpec, field: String) {
    let fault = #expect(throws: GoodsFault.self) {
      try spec.normalised(stackMax: Self.stackMax)
    }
    #expect(fault?.field == field)
  }

  @Test func `the highest amounts are allowed`() throws {
    let spec = GoodsSpec.of(
      coins: Inventories.coinsMax, stacks: [1: Inventories.quantityMax], items: [.max])
    #expect(try spec.normalised(stackMax: Self.stackMax) == spec)
  }

  @Test(
    arguments: [
      (Goods(), Goods(), Goods()),
      (.of(coins: 1), .of(coins: 2), .of(coins: 3)),
      (.of(stacks: [2: 1]), .of(stacks: [1: 4, 2: 5]), .of(stacks: [1: 4, 2: 6])),
      (.of(items: [5: 3]), .of(items: [4: 3, 9: 3]), .of(items: [4: 3, 5: 3, 9: 3])),
      (.of(items: [5: 3]), .of(items: [5: 3]), .of(items: [5: 3])),
      (.of(coins: .max), .of(coins: .max), .of(coins: .max)),
      (.of(stacks: [1: .max]), .of(stacks: [1: 1]), .of(stacks: [1: .max])),
      (.of(coins: 5), .of(coins: -9, stacks: [1: -1]), .of(coins: 5)),
      (.of(coins: 5), .of(coins: .min, stacks: [1: .min]), .of(coins: 5)),
    ])
  func `goods add up`(goods: Goods, other: Goods, sum: Goods) {
    var result = goods
    result.add(other)
    #expect(result == sum)
  }

  @Test(
    arguments: [
      (Goods(), Goods(), Goods()),
      (.of(coins: 5), .of(coins: 2), .of(coins: 3)),
      (.of(coins: 5), .of(coins: 9), .of()),
      (.of(stacks: [1: 4, 2: 6]), .of(stacks: [2: 5]), .of(stacks: [1: 4, 2: 1])),
      (.of(stacks: [1: 4, 2: 6]), .of(stacks: [1: 4]), .of(stacks: [2: 6])),
      (.of(stacks: [1: 4]), .of(stacks: [1: 5, 2: 5]), .of()),
      (.of(items: [4: 3, 5: 3]), .of(items: [4: 3, 6: 3]), .of(items: [5: 3])),
      (.of(coins: .max), .of(coins: .min), .of(coins: .max)),
      (.of(coins: .min), .of(coins: .max), .of()),
      (.of(stacks: [1: 4]), .of(stacks: [1: .min]), .of(stacks: [1: 4])),
    ])
  func `goods are taken away`(goods: Goods, other: Goods, rest: Goods) {
    var result = goods
    result.subtract(other)
    #expect(result == rest)
  }

  @Test func `only nothing is empty`() {
    #expect(Goods().isEmpty)
    #expect(GoodsSpec().isEmpty)
    for goods in [Goods.of(coins: 1), .of(stacks: [1: 1]), .of(items: [1: 3])] {
      #expect(!goods.isEmpty)
    }
    for spec in [GoodsSpec.of(coins: -1), .of(stacks: [1: 0]), .of(items: [0])] {
      #expect(!spec.isEmpty)
    }
  }

  @Test(
    arguments: [
      (Goods(), "nothing"),
      (.of(coins: 1), "1 coin"),
      (.of(coins: 12), "12 coins"),
      (.of(stacks: [2: 3]), "3 × kind 2"),
      (.of(coins: 2, stacks: [1: 3]), "2 coins and 3 × kind 1"),
      (.of(coins: 2, stacks: [1: 3], items: [7: 3]), "2 coins, 3 × kind 1 and kind 3 no. 7"),
      (
        .of(coins: 2, items: [1: 3, 2: 3, 3: 3, 4: 3, 5: 3]),
        "2 coins, kind 3 no. 1, kind 3 no. 2, kind 3 no. 3, kind 3 no. 4 and kind 3 no. 5"
      ),
      (
        .of(coins: 2, stacks: [1: 1, 2: 1], items: [1: 3, 2: 3, 3: 3, 4: 3]),
        "2 coins, 1 × kind 1, 1 × kind 2, kind 3 no. 1, kind 3 no. 2 and 2 more"
      ),
    ])
  func `goods are put into words`(goods: Goods, words: String) {
    #expect(goods.described { "kind \($0)" } == words)
  }

  @Test func `new items are numbered after the last`() throws {
    let goods = try Goods.issuing(
      coins: 5, stacks: [.of(2, 1), .of(1, 4)], items: [.of(3, 2), .of(3, 1)], after: 41,
      stackMax: Self.stackMax)
    #expect(goods == .of(coins: 5, stacks: [1: 4, 2: 1], items: [42: 3, 43: 3, 44: 3]))
  }

  @Test(
    arguments: [
      ([NewItems.of(3, 0)], "items[0].count"),
      ([.of(3, 1), .of(3, 1_001)], "items[1].count"),
      ([.of(3, .max)], "items[0].count"),
      ([.of(3, 600), .of(3, 401)], "items"),
      ([.of(1, 1)], "items[0].kind"),
      ([.of(9, 1)], "items[0].kind"),
    ])
  func `new items that cannot be are refused`(items: [NewItems], field: String) {
    let fault = #expect(throws: GoodsFault.self) {
      try Goods.issuing(
        coins: 0, stacks: [], items: items, after: 0, stackMax: Self.stackMax)
    }
    #expect(fault?.field == field)
  }

  @Test(
    arguments: [
      (0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (20, 10, 2), (21, 10, 3),
      (.max, 1, .max), (.max, .max, 1), (5, 0, 5), (5, -3, 5), (-5, 10, 0), (.min, 10, 0),
    ] as [(Int64, Int64, Int64)])
  func `a stack takes a slot for each full or begun one`(
    quantity: Int64, stackMax: Int64, slots: Int64
  ) {
    #expect(Goods.slots(of: quantity, stackMax: stackMax) == slots)
  }

  @Test func `goods take the slots of their parts`() {
    let goods = Goods.of(coins: 9, stacks: [1: 11, 2: 1], items: [1: 3, 2: 3])
    #expect(goods.slots(stackMax: Self.stackMax) == 5)
    #expect(Goods.of(stacks: [1: .max, 8: .max]).slots(stackMax: Self.stackMax) == .max)
  }
}
