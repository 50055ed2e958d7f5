import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// How trades end other than by agreement, and who learns of it.
struct TradeEndingTests {
  @Test func `either calls it off and everything is free`() throws {
    let market = try Market()
    for player in [market.ann, market.ben] {
      let trade = try market.offer(.of(coins: 30), by: market.ann, to: market.ben)
      try market.run(.change(trade, to: .of(items: [2])), by: market.ben)
      let events = try market.run(.withdraw(trade), by: player)
      #expect(events.count == 3)
      #expect(events[0].trade.tradeWithdrawn.player == player.rawValue)
      #expect(events[1].inventory.goodsReleased.player == market.ann.rawValue)
      #expect(events[2].inventory.goodsReleased.player == market.ben.rawValue)
      #expect(market.held(by: market.ann) == Goods())
      #expect(market.held(by: market.ben) == Goods())
      #expect(market.refusal(of: .withdraw(trade), by: player)?.code == "no_such_trade")
    }
  }

  @Test func `the scheduler ends what nobody finished`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 30), by: market.ann, to: market.ben)
    market.fixture.sleep(59_999_999)
    market.fixture.catchUp()
    #expect(market.trade(trade) != nil)
    market.fixture.sleep(1)
    #expect(market.world.scheduler.nextDue == market.now)
    market.fixture.catchUp()
    let events = try market.fixture.entries.last?.events() ?? []
    #expect(events.count == 2)
    #expect(events.first?.trade.tradeExpired.trade == trade.rawValue)
    #expect(events.last?.inventory.goodsReleased.goods == .of(coins: 30))
    #expect(market.trade(trade) == nil)
    #expect(market.world.scheduler.nextDue == nil)
    #expect(market.held(by: market.ann) == Goods())
  }

  @Test func `a finished trade does not expire`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 30), by: market.ann, to: market.ben)
    #expect(market.world.scheduler.nextDue?.microseconds == market.trade(trade)?.expiresUs)
    try market.run(.accept(trade, revision: 1), by: market.ann)
    try market.run(.accept(trade, revision: 1), by: market.ben)
    #expect(market.world.scheduler.nextDue == nil)
    let rejection = #expect(throws: Rejection.self) {
      try market.fixture.serve(
        .fire(
          .with {
            $0.kind = .tradeExpiry
            $0.subject = trade.rawValue
            $0.dueUs = market.now.microseconds
          }))
    }
    #expect(rejection?.code == "no_such_trade")
  }

  @Test func `an expiry does not come early`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 30), by: market.ann, to: market.ben)
    let rejection = #expect(throws: Rejection.self) {
      try market.fixture.serve(
        .fire(
          .with {
            $0.kind = .tradeExpiry
            $0.subject = trade.rawValue
          }))
    }
    #expect(rejection?.code == "no_such_trade")
    #expect(market.trade(trade) != nil)
  }

  @Test func `what is overdue can be called off and nothing else`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 30), by: market.ann, to: market.ben)
    try market.run(.accept(trade, revision: 1), by: market.ann)
    market.fixture.sleep(60_000_000)
    #expect(
      market.refusal(of: .accept(trade, revision: 1), by: market.ben)?.code == "trade_expired")
    #expect(
      market.refusal(of: .change(trade, to: .of(coins: 1)), by: market.ben)?.code == "trade_expired"
    )
    try market.run(.withdraw(trade), by: market.ben)
  }

  @Test func `who retires calls off everything in one entry`() throws {
    let market = try Market { $0.tradesMax = Trades.openMax }
    for number in 1...Int64(Trades.openMax) {
      let isProposer = number % 2 == 0
      let (proposer, partner) = isProposer ? (market.ann, market.ben) : (market.ben, market.ann)
      let trade = try market.offer(.of(coins: 1), by: proposer, to: partner)
      try market.run(.change(trade, to: .of(stacks: [1: 1])), by: partner)
    }
    try market.run(.startMove(to: .at(1, 0)), by: market.ann)
    let events = try market.run(.retireProfile, by: market.ann)
    #expect(events.count <= Decision.eventsMax)
    let withdrawn = events.map(\.trade.tradeWithdrawn).filter { $0.trade != 0 }
    #expect(withdrawn.count == Int(Trades.openMax))
    #expect(withdrawn.allSatisfy { $0.player == market.ann.rawValue })
    #expect(withdrawn.map(\.trade) == withdrawn.map(\.trade).sorted())
    #expect(market.held(by: market.ben) == Goods())
    #expect(market.held(by: market.ann) == Goods())
    #expect(market.world.trades.rows(of: market.ben).isEmpty)
    #expect(market.owned(by: market.ann) == .of(coins: 100, stacks: [1: 25], items: [1: 3]))
  }

  @Test func `only those who trade see their trades`() throws {
    let market = try Market()
    let trade = try market.offer(.of(coins: 30), by: market.ann, to: market.ben)
    func ask(_ query: TradeQuery.OneOf_Query, _ player: PlayerID) throws(Rejection) -> TradeAnswer {
      let requester = Requester(actor: player.actor, role: .player)
      return try market.world.answer(.with { $0.query = query }, market.fixture.context(requester))
    }
    let one = TradeQuery.OneOf_Query.trade(.with { $0.trade = trade.rawValue })
    for player in [market.ann, market.ben] {
      #expect(try ask(one, player).trade == market.trade(trade))
      #expect(try ask(.trades(.init()), player).trades.trades == [market.trade(trade)])
    }
    #expect(try ask(.trades(.init()), market.cid).answer == .trades(.init()))
    let rejection = #expect(throws: Rejection.self) { try ask(one, market.cid) }
    #expect(rejection?.code == "no_such_trade")
    let unknown = #expect(throws: Rejection.self) {
      let requester = Requester(actor: market.ann.actor, role: .player)
      _ = try market.world.answer(TradeQuery(), market.fixture.context(requester))
    }
    #expect(unknown?.code == "unknown_request")
  }

  @Test func `both who trade learn of everything, and nobody else`() {
    let both = [Audience.player(PlayerID(UInt64(7))), .player(PlayerID(UInt64(8)))]
    let events: [TradeEvent.OneOf_Event] = [
      .tradeOffered(
        .with {
          $0.proposer = 7
          $0.partner = 8
        }),
      .tradeChanged(
        .with {
          $0.proposer = 7
          $0.partner = 8
        }),
      .tradeAccepted(
        .with {
          $0.proposer = 7
          $0.partner = 8
        }),
      .tradeCommitted(
        .with {
          $0.proposer = 7
          $0.partner = 8
        }),
      .tradeWithdrawn(
        .with {
          $0.proposer = 7
          $0.partner = 8
        }),
      .tradeExpired(
        .with {
          $0.proposer = 7
          $0.partner = 8
        }),
    ]
    for event in events {
      var audiences: [Audience] = []
      event.addAudience(to: &audiences)
      #expect(audiences == both)
    }
  }
}
