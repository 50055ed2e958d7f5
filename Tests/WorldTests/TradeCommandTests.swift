import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Offering, changing, accepting and withdrawing.
struct TradeCommandTests {
  @Test func `a trade commits in one entry with both sides`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 30, items: [1]), by: market.ann, to: market.ben)
    try market.run(.change(trade, to: .of(stacks: [1: 10])), by: market.ben)
    try market.run(.accept(trade, revision: 2), by: market.ann)
    let events = try market.run(.accept(trade, revision: 2), by: market.ben)
    #expect(
      events.map(\.system) == [
        .trade(
          .with {
            $0.tradeAccepted = .with {
              $0.trade = trade.rawValue
              $0.proposer = market.ann.rawValue
              $0.partner = market.ben.rawValue
              $0.player = market.ben.rawValue
              $0.revision = 2
            }
          }),
        .trade(
          .with {
            $0.tradeCommitted = .with {
              $0.trade = trade.rawValue
              $0.proposer = market.ann.rawValue
              $0.partner = market.ben.rawValue
              $0.proposerGoods = .of(coins: 30, items: [1: 3])
              $0.partnerGoods = .of(stacks: [1: 10])
            }
          }),
        .inventory(
          .with {
            $0.goodsTraded = .with {
              $0.trade = trade.rawValue
              $0.from = market.ann.rawValue
              $0.to = market.ben.rawValue
              $0.goods = .of(coins: 30, items: [1: 3])
            }
          }),
        .inventory(
          .with {
            $0.goodsTraded = .with {
              $0.trade = trade.rawValue
              $0.from = market.ben.rawValue
              $0.to = market.ann.rawValue
              $0.goods = .of(stacks: [1: 10])
            }
          }),
      ])
    #expect(market.owned(by: market.ann) == .of(coins: 70, stacks: [1: 35]))
    #expect(market.owned(by: market.ben) == .of(coins: 130, stacks: [1: 15], items: [1: 3, 2: 3]))
    #expect(market.held(by: market.ann) == Goods())
    #expect(market.held(by: market.ben) == Goods())
    #expect(market.trade(trade) == nil)
  }

  @Test func `an offer opens a trade and holds its goods`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 30, items: [1]), by: market.ann, to: market.ben)
    let row = try #require(market.trade(trade))
    #expect(row.proposer == market.ann.rawValue)
    #expect(row.partner == market.ben.rawValue)
    #expect(row.proposerGoods == .of(coins: 30, items: [1: 3]))
    #expect(row.partnerGoods == Goods())
    #expect(row.revision == 1)
    #expect(row.offeredUs == market.now.microseconds)
    #expect(row.expiresUs == market.now.microseconds + 60_000_000)
    #expect(market.held(by: market.ann) == .of(coins: 30, items: [1: 3]))
    #expect(market.owned(by: market.ann) == .of(coins: 100, stacks: [1: 25], items: [1: 3]))
  }

  @Test func `an empty side neither holds nor moves anything`() throws {
    let market = try Market()
    let trade = TradeID(market.fixture.nextPosition.rawValue)
    #expect(try market.run(.offer(.of(), to: market.ben), by: market.ann).count == 1)
    #expect(try market.run(.change(trade, to: .of(coins: 5)), by: market.ben).count == 2)
    try market.run(.accept(trade, revision: 2), by: market.ben)
    #expect(try market.run(.accept(trade, revision: 2), by: market.ann).count == 3)
    #expect(market.owned(by: market.ann).coins == 105)
  }

  @Test func `a change releases the old goods and holds the new`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 80, items: [1]), by: market.ann, to: market.ben)
    let events = try market.run(
      .change(trade, to: .of(coins: 90, stacks: [1: 25])), by: market.ann)
    #expect(events.count == 3)
    #expect(events[0].inventory.goodsReleased.goods == .of(coins: 80, items: [1: 3]))
    #expect(events[1].trade.tradeChanged.player == market.ann.rawValue)
    #expect(events[1].trade.tradeChanged.revision == 2)
    #expect(events[2].inventory.goodsHeld.goods == .of(coins: 90, stacks: [1: 25]))
    #expect(market.held(by: market.ann) == .of(coins: 90, stacks: [1: 25]))
    try market.run(.change(trade, to: .of()), by: market.ann)
    #expect(market.held(by: market.ann) == Goods())
    #expect(market.trade(trade)?.revision == 3)
  }

  @Test func `a change voids both acceptances`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 50), by: market.ann, to: market.ben)
    try market.run(.accept(trade, revision: 1), by: market.ann)
    try market.run(.change(trade, to: .of(coins: 1)), by: market.ben)
    #expect(market.trade(trade)?.proposerAccepted == false)
    try market.run(.accept(trade, revision: 2), by: market.ben)
    #expect(market.trade(trade)?.partnerAccepted == true)
    #expect(market.owned(by: market.ann).coins == 100)
  }

  @Test func `terms cannot be swapped under the other's hand`() throws {
    let market = try Market()
    let trade = try market.offer(.of(items: [1]), by: market.ann, to: market.ben)
    try market.run(.change(trade, to: .of(coins: 100)), by: market.ben)
    // Ben is about to accept revision 2: his coins for the lute. Ann is quicker.
    try market.run(.change(trade, to: .of(stacks: [1: 1])), by: market.ann)
    try market.run(.accept(trade, revision: 3), by: market.ann)
    let refusal = market.refusal(of: .accept(trade, revision: 2), by: market.ben)
    #expect(refusal?.code == "terms_changed")
    #expect(refusal?.fields == ["accept_trade.revision"])
    #expect(refusal?.message == "The terms that hold are revision 3, not 2: look again.")
    #expect(market.owned(by: market.ben).coins == 100)
    #expect(
      market.refusal(of: .accept(trade, revision: 4), by: market.ben)?.code == "terms_changed")
    #expect(
      market.refusal(of: .accept(trade, revision: 0), by: market.ben)?.code == "terms_changed")
  }

  @Test func `going back to former terms is a new revision all the same`() throws {
    let market = try Market()
    let trade = try market.offer(.of(items: [1]), by: market.ann, to: market.ben)
    try market.run(.change(trade, to: .of()), by: market.ann)
    try market.run(.change(trade, to: .of(items: [1])), by: market.ann)
    #expect(
      market.refusal(of: .accept(trade, revision: 1), by: market.ben)?.code == "terms_changed")
    try market.run(.accept(trade, revision: 3), by: market.ben)
  }

  @Test func `an offer needs a partner who is there`() throws {
    let market = try Market()
    func code(_ partner: PlayerID) -> String? {
      market.refusal(of: .offer(.of(coins: 1), to: partner), by: market.ann)?.code
    }
    #expect(code(market.ann) == "with_oneself")
    #expect(code(market.cid) == "partner_elsewhere")
    #expect(code(PlayerID(UInt64(99))) == "no_such_player")
    #expect(code(PlayerID(UInt64.max)) == "no_such_player")
    let dan = try market.fixture.enrol()
    #expect(code(dan) == "no_such_player")
    try market.fixture.disconnect(market.ben)
    #expect(code(market.ben) == "not_present")
  }

  @Test(
    arguments: [
      (GoodsSpec.of(coins: 101), "not_enough_coins"),
      (.of(stacks: [1: 26]), "not_enough_items"),
      (.of(items: [2]), "no_such_item"),
      (.of(stacks: [77: 1]), "no_such_kind"),
      (.of(coins: .min), "invalid_goods"),
    ])
  func `nobody offers what is not there`(goods: GoodsSpec, code: String) throws {
    let market = try Market()
    let refusal = market.refusal(of: .offer(goods, to: market.ben), by: market.ann)
    #expect(refusal?.code == code)
    #expect(refusal?.fields.first?.hasPrefix("offer_trade.goods.") == true)
    let trade = try market.offer(.of(coins: 1), by: market.ann, to: market.ben)
    let change = market.refusal(of: .change(trade, to: goods), by: market.ann)
    #expect(change?.code == code)
    #expect(change?.fields.first?.hasPrefix("change_trade.goods.") == true)
  }

  @Test func `a player has so many open trades and no more`() throws {
    let market = try Market()
    let trades = try (1...3).map {
      try market.offer(.of(coins: $0), by: market.ann, to: market.ben)
    }
    let offer = Command.offer(.of(coins: 1), to: market.ben)
    #expect(market.refusal(of: offer, by: market.ann)?.code == "too_many_trades")
    let dan = try market.fixture.newPlayer("Dan")
    #expect(market.refusal(of: offer, by: dan)?.code == "partner_busy")
    try market.run(.withdraw(trades[1]), by: market.ben)
    try market.run(offer, by: dan)
    #expect(market.world.trades.rows(of: market.ben).map(\.proposer).last == dan.rawValue)
  }

  @Test func `a trade is nobody else's business`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 1), by: market.ann, to: market.ben)
    let commands: [Command] = [
      .change(trade, to: .of(coins: 2)), .accept(trade, revision: 1), .withdraw(trade),
    ]
    for command in commands {
      #expect(market.refusal(of: command, by: market.cid)?.code == "no_such_trade")
    }
    let absent = TradeID(UInt64.max)
    #expect(market.refusal(of: .withdraw(absent), by: market.ann)?.code == "no_such_trade")
    #expect(
      market.refusal(of: .accept(absent, revision: 1), by: market.ann)?.code == "no_such_trade")
  }

  @Test func `the same terms are no change`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 1, stacks: [1: 3]), by: market.ann, to: market.ben)
    let same = Command.change(trade, to: .of(coins: 1, stacks: [1: 1, 1: 2]))
    #expect(market.refusal(of: same, by: market.ann)?.code == "same_terms")
    #expect(market.refusal(of: .change(trade, to: .of()), by: market.ben)?.code == "same_terms")
  }

  @Test func `terms change so often and no more`() throws {
    let market = try Market()
    let trade = try market.offer(.of(), by: market.ann, to: market.ben)
    for revision in 2...Int64(Trades.revisionsMax) {
      try market.run(.change(trade, to: .of(coins: revision % 2 + 1)), by: market.ann)
    }
    #expect(market.trade(trade)?.revision == Trades.revisionsMax)
    let command = Command.change(trade, to: .of(coins: 7))
    #expect(market.refusal(of: command, by: market.ben)?.code == "too_many_changes")
  }

  @Test func `nobody accepts twice, or nothing`() throws {
    let market = try Market()
    let trade = try market.offer(.of(), by: market.ann, to: market.ben)
    let accept = Command.accept(trade, revision: 1)
    #expect(market.refusal(of: accept, by: market.ann)?.code == "nothing_offered")
    try market.run(.change(trade, to: .of(coins: 1)), by: market.ann)
    try market.run(.accept(trade, revision: 2), by: market.ann)
    #expect(
      market.refusal(of: .accept(trade, revision: 2), by: market.ann)?.code == "already_accepted")
  }

  @Test func `who has accepted may leave, and the other still agrees`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 40), by: market.ann, to: market.ben)
    try market.run(.accept(trade, revision: 1), by: market.ann)
    try market.fixture.disconnect(market.ann)
    try market.run(.accept(trade, revision: 1), by: market.ben)
    #expect(market.owned(by: market.ann).coins == 60)
    #expect(market.owned(by: market.ben).coins == 140)
  }
}
