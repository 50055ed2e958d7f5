package import Schema

// Arithmetic of goods: pure, total, and knowing of no inventory.
//
// Goods that were decided are normal: no negative amount, stacks by kind and items by number, each once.
// What is applied may come from a damaged log, so every sum stops at the ends of its range and never traps.

extension Goods {
  /// Whether there is nothing.
  package var isEmpty: Bool { coins == 0 && stacks.isEmpty && items.isEmpty }

  /// How many of a stackable kind there are; 0 when there are none.
  ///
  /// - Complexity: O(log n) for n stacks.
  package func quantity(of kind: UInt32) -> Int64 {
    let index = stacks.partitioningIndex { $0.kind >= kind }
    return index < stacks.count && stacks[index].kind == kind ? stacks[index].quantity : 0
  }

  /// The unique item of a number, if it is among them.
  ///
  /// - Complexity: O(log n) for n items.
  package func item(numbered number: UInt64) -> UniqueItem? {
    let index = items.partitioningIndex { $0.item >= number }
    return index < items.count && items[index].item == number ? items[index] : nil
  }

  /// Adds goods.
  ///
  /// A sum beyond 64 bits stays at the highest number.
  package mutating func add(_ other: Goods) {
    coins = coins.addingUpToMax(other.coins)
    for stack in other.stacks where stack.quantity > 0 {
      let index = stacks.partitioningIndex { $0.kind >= stack.kind }
      if index < stacks.count, stacks[index].kind == stack.kind {
        stacks[index].quantity = stacks[index].quantity.addingUpToMax(stack.quantity)
      } else {
        stacks.insert(stack, at: index)
      }
    }
    for item in other.items {
      let index = items.partitioningIndex { $0.item >= item.item }
      if index < items.count, items[index].item == item.item { continue }
      items.insert(item, at: index)
    }
  }

  /// Takes goods away.
  ///
  /// What is not there is not taken; a stack with nothing left is gone.
  package mutating func subtract(_ other: Goods) {
    coins = coins.subtractingDownToZero(other.coins)
    for stack in other.stacks {
      let index = stacks.partitioningIndex { $0.kind >= stack.kind }
      guard index < stacks.count, stacks[index].kind == stack.kind else { continue }
      stacks[index].quantity = stacks[index].quantity.subtractingDownToZero(stack.quantity)
      if stacks[index].quantity == 0 { stacks.remove(at: index) }
    }
    for item in other.items {
      let index = items.partitioningIndex { $0.item >= item.item }
      guard index < items.count, items[index].item == item.item else { continue }
      items.remove(at: index)
    }
  }

  /// The goods in words, for messages: `12 coins, 3 × Reed and Lute no. 7`.
  ///
  /// `nothing` when empty. Long lists are cut short and end with how many more there are.
  package func described(naming name: (ItemKindID) -> String) -> String {
    var parts: [String] = []
    if coins != 0 { parts.append(coins == 1 ? "1 coin" : "\(coins) coins") }
    let partsMax = 6
    let count = parts.count + stacks.count + items.count
    for stack in stacks.prefix(partsMax) {
      parts.append("\(stack.quantity) × \(name(ItemKindID(stack.kind)))")
    }
    for item in items.prefix(partsMax) {
      parts.append("\(name(ItemKindID(item.kind))) no. \(item.item)")
    }
    if count > partsMax {
      parts.removeSubrange((partsMax - 1)...)
      parts.append("\(count - parts.count) more")
    }
    guard let last = parts.popLast() else { return "nothing" }
    return parts.isEmpty ? last : "\(parts.joined(separator: ", ")) and \(last)"
  }
}

extension GoodsSpec {
  /// Whether it names nothing.
  package var isEmpty: Bool { coins == 0 && stacks.isEmpty && items.isEmpty }
}

extension Int64 {
  /// The sum with an amount, at most the highest number; a negative amount counts as none.
  func addingUpToMax(_ amount: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(Swift.max(amount, 0))
    return overflow ? .max : sum
  }

  /// The difference from an amount, at least 0; a negative amount counts as none.
  func subtractingDownToZero(_ amount: Int64) -> Int64 {
    amount >= self ? 0 : Swift.max(self - Swift.max(amount, 0), 0)
  }
}
