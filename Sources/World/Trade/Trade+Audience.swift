package import Schema

extension TradeEvent.OneOf_Event {
  /// Adds who may see the event: the two who trade.
  package func addAudience(to audiences: inout [Audience]) {
    let (proposer, partner) =
      switch self {
      case .tradeOffered(let event): (event.proposer, event.partner)
      case .tradeChanged(let event): (event.proposer, event.partner)
      case .tradeAccepted(let event): (event.proposer, event.partner)
      case .tradeCommitted(let event): (event.proposer, event.partner)
      case .tradeWithdrawn(let event): (event.proposer, event.partner)
      case .tradeExpired(let event): (event.proposer, event.partner)
      }
    audiences.append(.player(PlayerID(proposer)))
    audiences.append(.player(PlayerID(partner)))
  }
}
