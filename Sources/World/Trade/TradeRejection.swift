/// Why a request about trades is refused.
package enum TradeRejection: String, RejectionCode {
  /// The partner is the sender.
  case withOneself = "with_oneself"
  /// The partner is in another region.
  case partnerElsewhere = "partner_elsewhere"
  /// The sender takes part in as many trades as the rules allow.
  case tooManyTrades = "too_many_trades"
  /// The partner takes part in as many trades as the rules allow.
  case partnerBusy = "partner_busy"
  /// There is no such open trade, or the sender takes no part in it.
  case noSuchTrade = "no_such_trade"
  /// The time to finish it is over.
  case tradeExpired = "trade_expired"
  /// The change would change nothing.
  case sameTerms = "same_terms"
  /// The terms were changed too often.
  case tooManyChanges = "too_many_changes"
  /// The sender has seen other terms than those that hold.
  case termsChanged = "terms_changed"
  /// The sender has accepted these terms before.
  case alreadyAccepted = "already_accepted"
  /// Neither side gives anything.
  case nothingOffered = "nothing_offered"
}

extension Rejection {
  /// There is no such open trade, or it is none of the sender's business; `field` is the request's
  /// field that names it.
  static func noSuchTrade(_ trade: UInt64, field: String) -> Self {
    Self(
      TradeRejection.noSuchTrade,
      "You take part in no open trade \(trade); it may be finished, called off or expired.",
      fields: field)
  }
}
