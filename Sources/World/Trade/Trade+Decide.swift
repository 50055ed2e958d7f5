import EventLog
package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about trades.
  package borrowing func decide(
    _ command: TradeCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .offerTrade(let command): try decide(command, context, &decision)
    case .changeTrade(let command): try decide(command, context, &decision)
    case .acceptTrade(let command): try decide(command, context, &decision)
    case .withdrawTrade(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ command: OfferTrade, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let partner = try partner(command.partner, of: player)
    try checkOpenTrades(of: player, and: partner)
    let goods = try inventories.specify(command.goods, of: player, in: "offer_trade.goods")
    let trade = context.position.rawValue
    let expiry = context.now.microseconds.addingUpToMax(regions.rules.tradeExpiresAfterUs)
    decision.trade(
      .tradeOffered(
        .with {
          $0.trade = trade
          $0.proposer = player.rawValue
          $0.partner = partner.rawValue
          $0.goods = goods
          $0.expiresUs = expiry
        }))
    decision.hold(goods, of: player.rawValue, for: trade)
  }

  private borrowing func decide(
    _ command: ChangeTrade, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let row = try openTrade(command.trade, of: player, context, field: "change_trade.trade")
    let former = row.goods(of: player)
    let goods = try inventories.specify(
      command.goods, of: player, in: "change_trade.goods",
      releasing: (TradeID(row.trade), former))
    guard goods != former else {
      throw Rejection(
        TradeRejection.sameTerms, "That is what you give already.",
        fields: "change_trade.goods")
    }
    guard row.revision < Trades.revisionsMax else {
      throw Rejection(
        TradeRejection.tooManyChanges,
        "The terms were changed too often: accept them, or withdraw and begin anew.",
        fields: "change_trade.trade")
    }
    decision.release(former, of: player.rawValue, from: row.trade)
    decision.trade(
      .tradeChanged(
        .with {
          $0.trade = row.trade
          $0.proposer = row.proposer
          $0.partner = row.partner
          $0.player = player.rawValue
          $0.goods = goods
          $0.revision = row.revision + 1
        }))
    decision.hold(goods, of: player.rawValue, for: row.trade)
  }

  private borrowing func decide(
    _ command: AcceptTrade, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let row = try openTrade(command.trade, of: player, context, field: "accept_trade.trade")
    guard command.revision == row.revision else {
      throw Rejection(
        TradeRejection.termsChanged,
        "The terms that hold are revision \(row.revision), not \(command.revision): look again.",
        fields: "accept_trade.revision")
    }
    guard !row.isAccepted(by: player) else {
      throw Rejection(
        TradeRejection.alreadyAccepted, "You have accepted; it is the other's turn.",
        fields: "accept_trade.trade")
    }
    guard !row.proposerGoods.isEmpty || !row.partnerGoods.isEmpty else {
      throw Rejection(
        TradeRejection.nothingOffered, "Neither of you gives anything yet.",
        fields: "accept_trade.trade")
    }
    let isLast = row.isAccepted(by: row.other(than: player))
    if isLast { try checkRoom(for: row, context) }
    decision.trade(
      .tradeAccepted(
        .with {
          $0.trade = row.trade
          $0.proposer = row.proposer
          $0.partner = row.partner
          $0.player = player.rawValue
          $0.revision = row.revision
        }))
    if isLast { decision.commit(row) }
  }

  private borrowing func decide(
    _ command: WithdrawTrade, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    guard let row = trades.trade(TradeID(command.trade)), row.involves(player) else {
      throw .noSuchTrade(command.trade, field: "withdraw_trade.trade")
    }
    decision.withdraw(row, by: player)
  }
}

// What the commands check.
extension World {
  private borrowing func partner(
    _ number: UInt64, of player: PlayerID
  ) throws(Rejection) -> PlayerID {
    guard number != player.rawValue else {
      throw Rejection(
        TradeRejection.withOneself, "A trade takes two: the partner is you.",
        fields: "offer_trade.partner")
    }
    let partner = try requirePresent(number, field: "offer_trade.partner")
    guard movement.region(of: partner) == movement.region(of: player) else {
      throw Rejection(
        TradeRejection.partnerElsewhere, "Player \(partner) is in another region.",
        fields: "offer_trade.partner")
    }
    return partner
  }

  private borrowing func checkOpenTrades(
    of player: PlayerID, and partner: PlayerID
  ) throws(Rejection) {
    let max = Int(regions.rules.tradesMax)
    guard trades.count(of: player) < max else {
      throw Rejection(
        TradeRejection.tooManyTrades,
        "You take part in \(max) open trades, as many as one may; finish or withdraw one first.")
    }
    guard trades.count(of: partner) < max else {
      throw Rejection(
        TradeRejection.partnerBusy,
        "Player \(partner) takes part in \(max) open trades, as many as one may.",
        fields: "offer_trade.partner")
    }
  }

  /// The open trade of a number, if the player takes part and there is time left; `field` is the
  /// request's field that names it.
  private borrowing func openTrade(
    _ trade: UInt64, of player: PlayerID, _ context: DecisionContext, field: String
  ) throws(Rejection) -> TradeRow {
    guard let row = trades.trade(TradeID(trade)), row.involves(player) else {
      throw .noSuchTrade(trade, field: field)
    }
    guard context.now.microseconds < row.expiresUs else {
      throw Rejection(
        TradeRejection.tradeExpired, "The time to finish trade \(trade) is over.", fields: field)
    }
    return row
  }

  /// Both must be able to take in what the other gives, after giving away their own.
  private borrowing func checkRoom(
    for row: TradeRow, _ context: DecisionContext
  ) throws(Rejection) {
    try checkRoom(
      of: PlayerID(row.proposer), taking: row.partnerGoods, giving: row.proposerGoods, context,
      field: "accept_trade.trade")
    try checkRoom(
      of: PlayerID(row.partner), taking: row.proposerGoods, giving: row.partnerGoods, context,
      field: "accept_trade.trade")
  }
}
