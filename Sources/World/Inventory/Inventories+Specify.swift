import Projection
package import Schema

extension Inventories {
  /// The goods of a player that a request names, in normal form, if all of them are free to be spent.
  ///
  /// - Parameters:
  ///   - path: where the request names the goods, for the fields at fault: `give_goods.goods`.
  ///   - hold: what is set aside for one trade and would be released first.
  /// - Throws: `invalid_goods`, `no_such_kind`; `not_enough_coins`, `not_enough_items`,
  ///   `no_such_item`, `item_held`. The message names the first thing that is missing.
  package borrowing func specify(
    _ spec: GoodsSpec, of player: PlayerID, in path: String,
    releasing hold: (trade: TradeID, goods: Goods)? = nil
  ) throws(Rejection) -> Goods {
    let row = inventories[player] ?? InventoryRow()
    let normal = try normalise(spec, in: path)
    let coinsFree = row.coins.subtractingDownToZero(row.coinsHeld)
      .addingUpToMax(hold?.goods.coins ?? 0)
    guard normal.coins <= coinsFree else {
      throw notEnoughCoins(normal.coins, free: coinsFree, owned: row.coins, in: path)
    }
    for stack in normal.stacks {
      let owned = row.stack(of: stack.kind) ?? HeldStack()
      let released = hold?.goods.quantity(of: stack.kind) ?? 0
      let free = owned.quantity.subtractingDownToZero(owned.held).addingUpToMax(released)
      guard stack.quantity <= free else {
        throw notEnough(stack, free: free, owned: owned.quantity, in: path)
      }
    }
    var goods = Goods()
    goods.coins = normal.coins
    goods.stacks = normal.stacks
    goods.items.reserveCapacity(normal.items.count)
    for number in normal.items {
      guard let item = row.item(numbered: number) else {
        throw Rejection(
          InventoryRejection.noSuchItem, "You have no item \(number).", fields: "\(path).items")
      }
      guard item.trade == 0 || item.trade == hold?.trade.rawValue else {
        throw Rejection(
          InventoryRejection.itemHeld,
          "\(name(of: ItemKindID(item.kind))) no. \(number) is set aside for trade \(item.trade).",
          fields: "\(path).items")
      }
      goods.items.append(item.unique)
    }
    return goods
  }

  /// The goods of a pile that a request names, in normal form, if all of them lie there.
  ///
  /// - Throws: `invalid_goods`, `no_such_kind`; `not_enough_coins`, `not_enough_items`,
  ///   `no_such_item`. The message names the first thing that is missing.
  package borrowing func specify(
    _ spec: GoodsSpec, of pile: PileRow, in path: String
  ) throws(Rejection) -> Goods {
    let normal = try normalise(spec, in: path)
    guard normal.coins <= pile.goods.coins else {
      throw Rejection(
        InventoryRejection.notEnoughCoins,
        "\(pile.goods.coins) coins lie there; \(normal.coins) are asked for.",
        fields: "\(path).coins")
    }
    for stack in normal.stacks {
      let quantity = pile.goods.quantity(of: stack.kind)
      guard stack.quantity <= quantity else {
        throw Rejection(
          InventoryRejection.notEnoughItems,
          "\(quantity) × \(name(of: ItemKindID(stack.kind))) lie there; "
            + "\(stack.quantity) are asked for.",
          fields: "\(path).stacks")
      }
    }
    var goods = Goods()
    goods.coins = normal.coins
    goods.stacks = normal.stacks
    for number in normal.items {
      guard let item = pile.goods.item(numbered: number) else {
        throw Rejection(
          InventoryRejection.noSuchItem, "Item \(number) does not lie there.",
          fields: "\(path).items")
      }
      goods.items.append(item)
    }
    return goods
  }

  private borrowing func normalise(
    _ spec: GoodsSpec, in path: String
  ) throws(Rejection) -> GoodsSpec {
    do throws(GoodsFault) {
      return try spec.normalised { stackMax(of: $0) }
    } catch {
      throw Rejection(error, in: path)
    }
  }

  private borrowing func notEnoughCoins(
    _ asked: Int64, free: Int64, owned: Int64, in path: String
  ) -> Rejection {
    Rejection(
      InventoryRejection.notEnoughCoins,
      "You have \(owned) coins, \(free) of them free to be spent; \(asked) are asked for.",
      fields: "\(path).coins")
  }

  private borrowing func notEnough(
    _ asked: ItemStack, free: Int64, owned: Int64, in path: String
  ) -> Rejection {
    Rejection(
      InventoryRejection.notEnoughItems,
      "You have \(owned) × \(name(of: ItemKindID(asked.kind))), \(free) of them free to be spent; "
        + "\(asked.quantity) are asked for.",
      fields: "\(path).stacks")
  }
}
