import Schema

/// How a trade goes.
struct TradeStory: Sendable {
  /// How it ended.
  private enum End {
    case committed(TradeCommitted)
    case withdrawn(by: UInt64)
    case expired
  }

  private var revision: UInt32 = 1
  private var accepted: [UInt64] = []
  private var end: End?

  /// Whether it has ended.
  var isOver: Bool { end != nil }

  /// Goes on with an event that names the trade.
  mutating func note(_ event: Event) {
    guard case .trade(let event)? = event.system else { return }
    switch event.event {
    case .tradeChanged(let event):
      revision = event.revision
      accepted = []
    case .tradeAccepted(let event): accepted.append(event.player)
    case .tradeCommitted(let event): end = .committed(event)
    case .tradeWithdrawn(let event): end = .withdrawn(by: event.player)
    case .tradeExpired: end = .expired
    case .tradeOffered, nil: break
    }
  }

  /// How it ended, or how it stands.
  func closing(_ trade: UInt64, _ names: NameBook) -> String {
    switch end {
    case .committed(let event):
      return "trade \(trade) took place: \(names.player(event.proposer)) gave "
        + "\(names.goods(event.proposerGoods)), \(names.player(event.partner)) gave "
        + names.goods(event.partnerGoods)
    case .withdrawn(let player): return "trade \(trade) was called off by \(names.player(player))"
    case .expired: return "trade \(trade) expired"
    case nil:
      let by = accepted.map(names.player).joined(separator: " and ")
      return "trade \(trade) is open at revision \(revision), accepted by "
        + (by.isEmpty ? "nobody yet" : by)
    }
  }
}
