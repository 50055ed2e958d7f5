import Schema
import SwiftProtobuf

// What happens to one inventory. Total: amounts that are not there are not taken, sums stop at the ends of
// their range, and no more is ever held than is owned.

extension InventoryRow {
  /// Where a kind's stack is, or would be inserted.
  private func stackIndex(_ kind: UInt32) -> (index: Int, exists: Bool) {
    let index = stacks.partitioningIndex { $0.kind >= kind }
    return (index, index < stacks.count && stacks[index].kind == kind)
  }

  /// Where a unique item is, or would be inserted.
  private func itemIndex(_ item: UInt64) -> (index: Int, exists: Bool) {
    let index = items.partitioningIndex { $0.item >= item }
    return (index, index < items.count && items[index].item == item)
  }

  /// The stack of a kind, if there is one.
  func stack(of kind: UInt32) -> HeldStack? {
    let (index, exists) = stackIndex(kind)
    return exists ? stacks[index] : nil
  }

  /// The unique item of a number, if it is here.
  func item(numbered number: UInt64) -> HeldItem? {
    let (index, exists) = itemIndex(number)
    return exists ? items[index] : nil
  }

  /// Adds goods, free to be spent.
  mutating func put(_ goods: Goods) {
    coins = coins.addingUpToMax(goods.coins)
    for stack in goods.stacks where stack.quantity > 0 {
      let (index, exists) = stackIndex(stack.kind)
      if exists {
        stacks[index].quantity = stacks[index].quantity.addingUpToMax(stack.quantity)
      } else {
        var new = HeldStack()
        new.kind = stack.kind
        new.quantity = stack.quantity
        stacks.insert(new, at: index)
      }
    }
    for item in goods.items {
      let (index, exists) = itemIndex(item.item)
      if exists { continue }
      var new = HeldItem()
      new.item = item.item
      new.kind = item.kind
      items.insert(new, at: index)
    }
  }

  /// Takes goods out.
  mutating func take(_ goods: Goods) {
    coins = coins.subtractingDownToZero(goods.coins)
    coinsHeld = min(coinsHeld, coins)
    for stack in goods.stacks {
      let (index, exists) = stackIndex(stack.kind)
      guard exists else { continue }
      let rest = stacks[index].quantity.subtractingDownToZero(stack.quantity)
      if rest == 0 {
        stacks.remove(at: index)
      } else {
        stacks[index].quantity = rest
        stacks[index].held = min(stacks[index].held, rest)
      }
    }
    for item in goods.items {
      let (index, exists) = itemIndex(item.item)
      if exists { items.remove(at: index) }
    }
  }

  /// Sets goods aside for a trade.
  mutating func hold(_ goods: Goods, for trade: UInt64) {
    coinsHeld = min(coinsHeld.addingUpToMax(goods.coins), coins)
    for stack in goods.stacks {
      let (index, exists) = stackIndex(stack.kind)
      guard exists else { continue }
      let held = stacks[index].held.addingUpToMax(stack.quantity)
      stacks[index].held = min(held, stacks[index].quantity)
    }
    for item in goods.items {
      let (index, exists) = itemIndex(item.item)
      if exists { items[index].trade = trade }
    }
  }

  /// Makes goods that were set aside for a trade free again.
  mutating func release(_ goods: Goods, from trade: UInt64) {
    coinsHeld = coinsHeld.subtractingDownToZero(goods.coins)
    for stack in goods.stacks {
      let (index, exists) = stackIndex(stack.kind)
      guard exists else { continue }
      stacks[index].held = stacks[index].held.subtractingDownToZero(stack.quantity)
    }
    for item in goods.items {
      let (index, exists) = itemIndex(item.item)
      if exists, items[index].trade == trade { items[index].trade = 0 }
    }
  }

  /// Everything owned, whether set aside or not.
  var owned: Goods {
    var goods = Goods()
    goods.coins = coins
    goods.stacks = stacks.map { stack in
      .with {
        $0.kind = stack.kind
        $0.quantity = stack.quantity
      }
    }
    goods.items = items.map { $0.unique }
    return goods
  }

  /// What is set aside for trades.
  var held: Goods {
    var goods = Goods()
    goods.coins = coinsHeld
    goods.stacks = stacks.filter { $0.held > 0 }.map { stack in
      .with {
        $0.kind = stack.kind
        $0.quantity = stack.held
      }
    }
    goods.items = items.filter { $0.trade != 0 }.map { $0.unique }
    return goods
  }
}

extension HeldItem {
  /// The item as goods list it.
  var unique: UniqueItem {
    .with {
      $0.item = item
      $0.kind = kind
    }
  }
}
