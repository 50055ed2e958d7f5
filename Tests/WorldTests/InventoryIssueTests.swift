import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// How kinds and goods come into being.
struct InventoryIssueTests {
  @Test func `an operator adds a kind`() throws {
    let market = try Market()
    try market.operate(.define(9, "Glass harp", stackMax: 3, description: "It sings."))
    let row = try #require(market.kind(9))
    #expect(row.name == "Glass harp")
    #expect(row.stackMax == 3)
    #expect(row.description_p == "It sings.")
    try market.grant(to: market.ann, stacks: [9: 4])
    #expect(market.kind(9)?.issued == 4)
  }

  @Test(
    arguments: [
      (Command.define(0, "Drum"), "invalid_kind", "kind"),
      (.define(9, ""), "invalid_kind", "name"),
      (.define(9, " Drum"), "invalid_kind", "name"),
      (.define(9, "Drum\u{A0}"), "invalid_kind", "name"),
      (.define(9, "Dr\num"), "invalid_kind", "name"),
      (.define(9, String(repeating: "x", count: 61)), "invalid_kind", "name"),
      (.define(9, "Drum", stackMax: -1), "invalid_kind", "stack_max"),
      (.define(9, "Drum", stackMax: .min), "invalid_kind", "stack_max"),
      (.define(9, "Drum", stackMax: 1_000_000_001), "invalid_kind", "stack_max"),
      (
        .define(9, "Drum", description: String(repeating: "x", count: 501)), "invalid_kind",
        "description"
      ),
      (.define(Market.lute, "Drum"), "kind_taken", "kind"),
      (.define(9, "Lute"), "kind_name_taken", "name"),
      (.define(9, "lUTE"), "kind_name_taken", "name"),
    ])
  func `a kind that cannot be is refused`(
    command: Command, code: String, field: String
  ) throws {
    let market = try Market()
    let refusal = market.refusalToOperate(command)
    #expect(refusal?.code == code)
    #expect(refusal?.fields == ["define_item_kind.\(field)"])
  }

  @Test func `the longest name and the largest stack are allowed`() throws {
    let market = try Market()
    try market.operate(
      .define(
        .max, String(repeating: "ß", count: 60), stackMax: 1_000_000_000,
        description: String(repeating: "x", count: 500)))
    #expect(market.kind(.max)?.stackMax == 1_000_000_000)
  }

  @Test func `a world has so many kinds and no more`() throws {
    let market = try Market()
    for kind in 5...UInt32(Inventories.kindsMax) {
      market.world.inventories.fold(
        .itemKindDefined(
          .with {
            $0.kind = kind
            $0.name = "Kind \(kind)"
            $0.stackMax = 1
          }),
        of: market.fixture.entries[0].stamp)
    }
    #expect(market.refusalToOperate(.define(20_000, "Drum"))?.code == "too_many")
  }

  @Test func `granted items are new`() throws {
    let market = try Market()
    try market.grant(to: market.ann, coins: 3, stacks: [2: 7], items: [Market.bell: 1])
    #expect(
      market.owned(by: market.ann)
        == .of(coins: 103, stacks: [1: 25, 2: 7], items: [1: 3, 4: 4]))
    try market.run(.consume(.of(items: [4])), by: market.ann)
    try market.grant(to: market.ann, items: [Market.bell: 1])
    #expect(market.owned(by: market.ann).items == [.of(1, 3), .of(5, 4)])
    #expect(market.kind(Market.bell)?.issued == 2)
    #expect(market.kind(Market.bell)?.destroyed == 1)
  }

  @Test func `a grant says why and for whom`() throws {
    let market = try Market()
    let events = try market.operate(.grant(to: market.ann, coins: 3, reason: "a prize"))
    #expect(events.count == 1)
    #expect(events[0].inventory.goodsGranted.player == market.ann.rawValue)
    #expect(events[0].inventory.goodsGranted.goods == .of(coins: 3))
    #expect(events[0].inventory.goodsGranted.reason == "a prize")
  }

  @Test(
    arguments: [
      (0, "", "invalid_reason", "reason"),
      (1, "", "invalid_reason", "reason"),
      (1, String(repeating: "x", count: 201), "invalid_reason", "reason"),
      (0, "a gift", "nothing_named", nil),
      (-1, "a gift", "invalid_goods", "coins"),
      (1_000_000_000_001, "a gift", "invalid_goods", "coins"),
      (.max, "a gift", "invalid_goods", "coins"),
    ] as [(Int64, String, String, String?)])
  func `a grant that cannot be is refused`(
    coins: Int64, reason: String, code: String, field: String?
  ) throws {
    let market = try Market()
    let refusal = market.refusalToOperate(.grant(to: market.ann, coins: coins, reason: reason))
    #expect(refusal?.code == code)
    #expect(refusal?.fields == [field.map { "grant_goods.\($0)" } ?? "grant_goods"])
  }

  @Test func `a grant names kinds that are and goods of the right sort`() throws {
    let market = try Market()
    let ann = market.ann
    #expect(market.refusalToOperate(.grant(to: ann, stacks: [77: 1]))?.code == "no_such_kind")
    #expect(market.refusalToOperate(.grant(to: ann, items: [77: 1]))?.code == "no_such_kind")
    #expect(
      market.refusalToOperate(.grant(to: ann, stacks: [Market.lute: 1]))?.code == "invalid_goods")
    #expect(
      market.refusalToOperate(.grant(to: ann, items: [Market.reed: 1]))?.code == "invalid_goods")
  }

  @Test func `only those with a profile in use are granted anything`() throws {
    let market = try Market()
    let nobody = PlayerID(UInt64(99))
    #expect(market.refusalToOperate(.grant(to: nobody, coins: 1))?.code == "no_such_player")
    let dan = try market.fixture.enrol()
    #expect(market.refusalToOperate(.grant(to: dan, coins: 1))?.code == "no_such_player")
    try market.run(.retireProfile, by: market.cid)
    #expect(market.refusalToOperate(.grant(to: market.cid, coins: 1))?.code == "no_such_player")
  }

  @Test func `who is away can be granted something`() throws {
    let market = try Market()
    try market.fixture.disconnect(market.ann)
    try market.grant(to: market.ann, coins: 1)
    #expect(market.owned(by: market.ann).coins == 101)
  }

  @Test func `players neither grant nor define`() throws {
    let market = try Market()
    #expect(
      market.refusal(of: .grant(to: market.ann, coins: 1), by: market.ann)?.code == "not_allowed")
    #expect(market.refusal(of: .define(9, "Drum"), by: market.ann)?.code == "not_allowed")
  }

  @Test func `a world issues so much and no more`() throws {
    let market = try Market()
    var decision = Decision()
    decision.inventory(
      .goodsPlaced(
        .with {
          $0.pile = 1
          $0.region = 1
          $0.goods = .of(
            coins: Inventories.issuedMax - 310,
            stacks: [Market.note: Inventories.issuedMax - 10])
        }))
    market.fixture.commit(decision.events, actor: .operator, commandID: .none)
    try market.grant(to: market.ann, coins: 10)
    try market.grant(to: market.ann, stacks: [Market.note: 10])
    #expect(market.refusalToOperate(.grant(to: market.ann, coins: 1))?.code == "too_many")
    let dan = try market.fixture.enrol()
    #expect(market.refusal(of: .createProfile("Dan"), by: dan)?.code == "too_many")
    #expect(
      market.refusalToOperate(.grant(to: market.ann, stacks: [Market.note: 1]))?.code
        == "too_many")
  }
}
