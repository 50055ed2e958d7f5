package import Schema

extension Trades {
  package mutating func fold(_ event: Event.OneOf_System, of entry: EntryStamp) {}
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {}
}

extension TradeEvent.OneOf_Event {
  package func addAudience(to audiences: inout [Audience]) {}
}

extension World {
  package borrowing func decide(
    _ command: TradeCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) { throw .unknownCommand }

  package borrowing func answer(
    _ query: TradeQuery, _ context: DecisionContext
  ) throws(Rejection) -> TradeAnswer { throw .unknownQuery }

  /// Ends an open trade that was not finished in time: `TradeExpired`, and what it held is released. For the scheduler.
  ///
  /// - Throws: `no_such_trade` when it is no longer open or not yet due; then there is nothing to be done.
  package borrowing func decideExpiry(
    of trade: TradeID, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) { throw .unknownCommand }

  /// Calls off every open trade of a player who leaves the world, in the order of their numbers: for each `TradeWithdrawn`, and a
  /// `GoodsReleased` for each side that holds something. At most 3 × ``Trades/openMax`` events.
  package borrowing func decideWithdrawAll(of player: PlayerID, _ decision: inout Decision) {}
}
