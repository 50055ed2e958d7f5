import EventLog
import Schema
import SwiftProtobuf

// How trades end other than by a command about them, and the events that several endings share.

extension World {
  /// Ends an open trade that was not finished in time.
  ///
  /// `TradeExpired`, and a `GoodsReleased` for each side that holds something. For the scheduler.
  ///
  /// - Throws: `no_such_trade` when it is no longer open or not yet due; there is nothing to be done.
  package borrowing func decideExpiry(
    of trade: TradeID, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard let row = trades.trade(trade), context.now.microseconds >= row.expiresUs else {
      throw .noSuchTrade(trade.rawValue, field: "subject")
    }
    decision.trade(
      .tradeExpired(
        .with {
          $0.trade = row.trade
          $0.proposer = row.proposer
          $0.partner = row.partner
        }))
    decision.releaseSides(of: row)
  }

  /// Calls off every open trade of a player who leaves the world, in the order of their numbers.
  ///
  /// For each `TradeWithdrawn`, and a `GoodsReleased` for each side that holds something: at most
  /// 3 × ``Trades/openMax`` events.
  package borrowing func decideWithdrawAll(
    of player: PlayerID, _ decision: inout Decision
  ) {
    for row in trades.rows(of: player).prefix(Int(Trades.openMax)) {
      decision.withdraw(row, by: player)
    }
  }
}

extension Decision {
  /// Calls a trade off.
  mutating func withdraw(_ row: TradeRow, by player: PlayerID) {
    trade(
      .tradeWithdrawn(
        .with {
          $0.trade = row.trade
          $0.proposer = row.proposer
          $0.partner = row.partner
          $0.player = player.rawValue
        }))
    releaseSides(of: row)
  }

  /// Exchanges the goods of a trade.
  mutating func commit(_ row: TradeRow) {
    trade(
      .tradeCommitted(
        .with {
          $0.trade = row.trade
          $0.proposer = row.proposer
          $0.partner = row.partner
          $0.proposerGoods = row.proposerGoods
          $0.partnerGoods = row.partnerGoods
        }))
    exchange(row.proposerGoods, from: row.proposer, to: row.partner, in: row.trade)
    exchange(row.partnerGoods, from: row.partner, to: row.proposer, in: row.trade)
  }

  /// Sets goods aside for a trade, if there are any.
  mutating func hold(_ goods: Goods, of player: UInt64, for trade: UInt64) {
    if goods.isEmpty { return }
    inventory(
      .goodsHeld(
        .with {
          $0.player = player
          $0.trade = trade
          $0.goods = goods
        }))
  }

  /// Makes goods that were set aside free again, if there are any.
  mutating func release(_ goods: Goods, of player: UInt64, from trade: UInt64) {
    if goods.isEmpty { return }
    inventory(
      .goodsReleased(
        .with {
          $0.player = player
          $0.trade = trade
          $0.goods = goods
        }))
  }

  fileprivate mutating func releaseSides(of row: TradeRow) {
    release(row.proposerGoods, of: row.proposer, from: row.trade)
    release(row.partnerGoods, of: row.partner, from: row.trade)
  }

  private mutating func exchange(
    _ goods: Goods, from: UInt64, to: UInt64, in trade: UInt64
  ) {
    if goods.isEmpty { return }
    inventory(
      .goodsTraded(
        .with {
          $0.trade = trade
          $0.from = from
          $0.to = to
          $0.goods = goods
        }))
  }
}
