import Projection
package import Schema

/// Why an inventory cannot take goods in.
package enum RoomShortage: Hashable, Sendable {
  /// The goods need more slots than are free.
  case slots(needed: Int64, free: Int64)
  /// There would be more coins than a player may own.
  case coins
  /// There would be more of a stackable kind than a player may own.
  case stack(ItemKindID)
}

extension Inventories {
  /// What keeps a player from taking goods in after giving others away; nil when they fit.
  ///
  /// - Parameter given: goods in normal form that the player owns.
  /// - Complexity: O(s log g) for s stacks in the inventory and g in the goods.
  package borrowing func shortage(
    of player: PlayerID, taking goods: Goods, giving given: Goods = Goods()
  ) -> RoomShortage? {
    let row = inventories[player] ?? InventoryRow()
    let coins = row.coins.subtractingDownToZero(given.coins).addingUpToMax(goods.coins)
    if coins > Self.coinsMax { return .coins }
    if goods.stacks.isEmpty, goods.items.isEmpty { return nil }
    var used = Int64(row.items.count - given.items.count)
    var needed = Int64(goods.items.count)
    for stack in row.stacks {
      let taken = goods.quantity(of: stack.kind)
      let rest = stack.quantity.subtractingDownToZero(given.quantity(of: stack.kind))
      let slotsBefore = slots(of: rest, stack.kind)
      used = used.addingUpToMax(slotsBefore)
      guard taken > 0 else { continue }
      let sum = rest.addingUpToMax(taken)
      if sum > Self.quantityMax { return .stack(ItemKindID(stack.kind)) }
      needed += slots(of: sum, stack.kind) - slotsBefore
    }
    for stack in goods.stacks where row.stack(of: stack.kind) == nil {
      needed = needed.addingUpToMax(slots(of: stack.quantity, stack.kind))
    }
    let free = Int64(row.slots) - used
    return needed > free ? .slots(needed: needed, free: max(free, 0)) : nil
  }

  /// How many slots of an inventory are taken.
  borrowing func slotsUsed(_ row: InventoryRow) -> Int64 {
    var used = Int64(row.items.count)
    for stack in row.stacks { used = used.addingUpToMax(slots(of: stack.quantity, stack.kind)) }
    return used
  }

  private borrowing func slots(of quantity: Int64, _ kind: UInt32) -> Int64 {
    Goods.slots(of: quantity, stackMax: stackMax(of: ItemKindID(kind)) ?? 1)
  }
}

extension World {
  /// Checks that a player can take goods in after giving others away; `field` is the request's field
  /// that asks for it.
  ///
  /// - Throws: `no_room`, `too_many`. The message says whose inventory it is: the sender's own, or
  ///   another's by name.
  package borrowing func checkRoom(
    of player: PlayerID, taking goods: Goods, giving given: Goods = Goods(),
    _ context: DecisionContext, field: String
  ) throws(Rejection) {
    guard let shortage = inventories.shortage(of: player, taking: goods, giving: given) else {
      return
    }
    let isOwn = context.requester.role == .player && context.requester.player == player
    let name = players.profile(of: player)?.name ?? "player \(player)"
    let inventory = isOwn ? "your inventory" : "the inventory of \(name)"
    let what = inventories.describe(goods)
    switch shortage {
    case .slots(let needed, let free):
      throw Rejection(
        InventoryRejection.noRoom,
        "There is no room for \(what) in \(inventory): slots needed \(needed), free \(free).",
        fields: field)
    case .coins:
      throw Rejection(
        InventoryRejection.tooMany,
        "With \(what), \(inventory) would have more than \(Inventories.coinsMax) coins.",
        fields: field)
    case .stack(let kind):
      throw Rejection(
        InventoryRejection.tooMany,
        "With \(what), \(inventory) would have more than \(Inventories.quantityMax) of "
          + "\(inventories.name(of: kind)).",
        fields: field)
    }
  }
}
