/// Why a request about goods is refused.
package enum InventoryRejection: String, RejectionCode {
  /// The sender has fewer coins free than the request names.
  case notEnoughCoins = "not_enough_coins"
  /// The sender, or the pile, has fewer of a kind free than the request names.
  case notEnoughItems = "not_enough_items"
  /// The unique item is not the sender's, or not in the pile.
  case noSuchItem = "no_such_item"
  /// The unique item is set aside for a trade.
  case itemHeld = "item_held"
  /// The goods do not fit into the receiver's inventory.
  case noRoom = "no_room"
  /// Somebody would own, or the world would have issued, more than there may ever be.
  case tooMany = "too_many"
  /// The request names no goods.
  case nothingNamed = "nothing_named"
  /// The goods are named badly: an amount that cannot be, an item twice, a stack of unique items.
  case invalidGoods = "invalid_goods"
  /// There is no such kind of item.
  case noSuchKind = "no_such_kind"
  /// There is no such pile; perhaps somebody was quicker.
  case noSuchPile = "no_such_pile"
  /// The pile or the receiver is farther away than the sender can reach.
  case outOfReach = "out_of_reach"
  /// The receiver is the sender.
  case toOneself = "to_oneself"
  /// A new kind's number, name, stack size or description is not allowed.
  case invalidKind = "invalid_kind"
  /// There is a kind of that number already.
  case kindTaken = "kind_taken"
  /// There is a kind of that name already.
  case kindNameTaken = "kind_name_taken"
}

extension Rejection {
  /// Goods that make no sense; `path` is where the request names them.
  init(_ fault: GoodsFault, in path: String) {
    self.init(
      fault.isUnknownKind ? InventoryRejection.noSuchKind : .invalidGoods, fault.message,
      fields: "\(path).\(fault.field)")
  }

  /// The request names no goods.
  static func nothingNamed(in field: String) -> Self {
    Self(
      InventoryRejection.nothingNamed,
      "The request names no goods: it needs coins, a stack or a unique item.", fields: field)
  }
}
