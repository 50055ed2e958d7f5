package import Schema

extension Inventories {
  package mutating func fold(_ event: Event.OneOf_System, of entry: EntryStamp) {}
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {}
}

extension InventoryEvent.OneOf_Event {
  package func addAudience(to audiences: inout [Audience]) {}
}

extension World {
  package borrowing func decide(
    _ command: InventoryCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) { throw .unknownCommand }

  package borrowing func answer(
    _ query: InventoryQuery, _ context: DecisionContext
  ) throws(Rejection) -> InventoryAnswer { throw .unknownQuery }

  /// Gives a new player an inventory with the slots and the starting goods of the rules: `InventoryOpened`, then `GoodsGranted`
  /// unless the rules give nothing. To be called in the entry that creates the player's profile.
  ///
  /// - Throws: `too_many` when the world has issued all it ever may.
  package borrowing func decideStartingGoods(
    for player: PlayerID, _ decision: inout Decision
  ) throws(Rejection) {}
}

extension Goods {
  /// Goods as an event must have them, out of valid parts: stacks merged and by kind, new unique items numbered from `lastItem` + 1 on in
  /// the order of `items`. `lastItem` becomes the last number given.
  package static func issuing(
    coins: Int64, stacks: [ItemStack], items: [NewItems], lastItem: inout UInt64
  ) -> Goods { Goods() }
}
