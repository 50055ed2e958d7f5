package import Schema

extension Scheduler {
  /// Applies one event.
  package mutating func fold(_ event: Event.OneOf_System, of entry: EntryStamp) {
    switch event {
    case .movement(let event):
      if let event = event.event { follow(event) }
    case .trade(let event):
      if let event = event.event { follow(event) }
    case .players, .presence, .regions, .inventory: break
    }
  }

  private mutating func follow(_ event: MovementEvent.OneOf_Event) {
    switch event {
    case .moveStarted(let started): expectCrossing(of: started.player, at: started.borderUs)
    case .borderCrossed(let crossed): expectCrossing(of: crossed.player, at: crossed.borderUs)
    case .playerPlaced(let placed): cancel(.borderCrossing, placed.player)
    case .moveStopped(let stopped): cancel(.borderCrossing, stopped.player)
    case .playerRemoved(let removed): cancel(.borderCrossing, removed.player)
    }
  }

  private mutating func expectCrossing(of player: UInt64, at time: Int64) {
    if time == 0 {
      cancel(.borderCrossing, player)
    } else {
      schedule(.borderCrossing, player, due: time)
    }
  }

  private mutating func follow(_ event: TradeEvent.OneOf_Event) {
    switch event {
    case .tradeOffered(let offered): schedule(.tradeExpiry, offered.trade, due: offered.expiresUs)
    case .tradeCommitted(let committed): cancel(.tradeExpiry, committed.trade)
    case .tradeWithdrawn(let withdrawn): cancel(.tradeExpiry, withdrawn.trade)
    case .tradeExpired(let expired): cancel(.tradeExpiry, expired.trade)
    case .tradeChanged, .tradeAccepted: break
    }
  }
}
