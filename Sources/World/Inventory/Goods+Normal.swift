package import Schema
import SwiftProtobuf

/// Why goods or a kind of item, as a request or a world file names them, make no sense.
package struct GoodsFault: Error, Equatable, Sendable {
  /// The field at fault, as a path within the goods: `coins`, `stacks[3].quantity`, `items[1]`.
  package let field: String
  /// What is wrong and what is allowed, as a sentence.
  package let message: String
  /// Whether what is named does not exist, rather than being named badly.
  package let isUnknownKind: Bool

  /// A fault of one field.
  init(field: String, isUnknownKind: Bool = false, _ message: String) {
    self.field = field
    self.message = message
    self.isUnknownKind = isUnknownKind
  }

  fileprivate static func coins(_ coins: Int64) -> Self {
    Self(
      field: "coins",
      "\(coins) coins are not possible; 0 to \(Inventories.coinsMax) are.")
  }

  fileprivate static func quantity(_ quantity: Int64, at index: Int) -> Self {
    Self(
      field: "stacks[\(index)].quantity",
      "A quantity of \(quantity) is not possible; 1 to \(Inventories.quantityMax) is.")
  }

  fileprivate static func sum(ofKind kind: UInt32) -> Self {
    Self(
      field: "stacks",
      "The quantities of item kind \(kind) are more than \(Inventories.quantityMax) together.")
  }

  fileprivate static func unknownKind(_ kind: UInt32, in field: String) -> Self {
    Self(
      field: field, isUnknownKind: true,
      "There is no item kind \(kind). The kinds can be asked for.")
  }

  fileprivate static func notStackable(_ kind: UInt32, at index: Int) -> Self {
    Self(
      field: "stacks[\(index)].kind",
      "Items of kind \(kind) are unique: name each by its number, not by a quantity.")
  }

  fileprivate static func notUnique(_ kind: UInt32, at index: Int) -> Self {
    Self(
      field: "items[\(index)].kind",
      "Items of kind \(kind) are stackable: name them by a quantity, not as unique items.")
  }

  fileprivate static func newItemCount(_ count: UInt32, at index: Int) -> Self {
    Self(
      field: "items[\(index)].count",
      "\(count) new items are not possible; 1 to \(Goods.newItemsMax) are.")
  }

  fileprivate static var newItemSum: Self {
    Self(
      field: "items", "More than \(Goods.newItemsMax) new unique items at once are not possible.")
  }

  fileprivate static var itemZero: Self {
    Self(field: "items", "Unique items are numbered from 1; 0 is none.")
  }

  fileprivate static func itemTwice(_ item: UInt64) -> Self {
    Self(field: "items", "Item \(item) is named twice; it exists once.")
  }
}

extension GoodsSpec {
  /// The same goods in normal form: stacks of a kind summed, stacks by kind and items by number.
  ///
  /// - Parameter stackMax: how many of a kind share a slot, 0 for unique ones; nil for no such kind.
  /// - Throws: ``GoodsFault`` for a negative or excessive amount, an item named twice, a kind that is
  ///   unknown or not stackable.
  package func normalised(
    stackMax: (ItemKindID) -> Int64?
  ) throws(GoodsFault) -> GoodsSpec {
    guard (0...Inventories.coinsMax).contains(coins) else { throw .coins(coins) }
    var normal = GoodsSpec()
    normal.coins = coins
    normal.stacks = try stacks.normalised(stackMax: stackMax)
    normal.items = items.sorted()
    if normal.items.first == 0 { throw .itemZero }
    for (item, next) in zip(normal.items, normal.items.dropFirst()) where item == next {
      throw .itemTwice(item)
    }
    return normal
  }
}

extension Goods {
  /// Most unique items that are made at once.
  package static let newItemsMax = 1_000

  /// Goods that are to be created, in normal form, new unique items numbered from `lastItem` + 1 on.
  ///
  /// The highest number given is that of the last item, since items are listed by number.
  ///
  /// - Parameters:
  ///   - lastItem: the highest number given to a unique item so far; 0 before the first.
  ///   - stackMax: how many of a kind share a slot, 0 for unique ones; nil for no such kind.
  /// - Throws: ``GoodsFault`` for a negative or excessive amount, a kind that is unknown, a stack of a
  ///   unique kind, or new items of a stackable one.
  package static func issuing(
    coins: Int64, stacks: [ItemStack], items: [NewItems], after lastItem: UInt64,
    stackMax: (ItemKindID) -> Int64?
  ) throws(GoodsFault) -> Goods {
    guard (0...Inventories.coinsMax).contains(coins) else { throw .coins(coins) }
    var goods = Goods()
    goods.coins = coins
    goods.stacks = try stacks.normalised(stackMax: stackMax)
    var last = lastItem
    for (index, new) in items.enumerated() {
      guard let stackMax = stackMax(ItemKindID(new.kind)) else {
        throw .unknownKind(new.kind, in: "items[\(index)].kind")
      }
      guard stackMax == 0 else { throw .notUnique(new.kind, at: index) }
      guard new.count > 0, new.count <= newItemsMax else {
        throw .newItemCount(new.count, at: index)
      }
      guard goods.items.count + Int(new.count) <= newItemsMax else { throw .newItemSum }
      for _ in 0..<new.count {
        last &+= 1
        goods.items.append(
          .with {
            $0.item = last
            $0.kind = new.kind
          })
      }
    }
    return goods
  }

  /// How many inventory slots the goods take, apart from what is there already.
  ///
  /// - Parameter stackMax: how many of a kind share a slot, 0 for unique ones; nil for no such kind.
  package func slots(stackMax: (ItemKindID) -> Int64?) -> Int64 {
    var slots = Int64(items.count)
    for stack in stacks {
      slots = slots.addingUpToMax(
        Self.slots(of: stack.quantity, stackMax: stackMax(ItemKindID(stack.kind)) ?? 1))
    }
    return slots
  }

  /// How many slots a quantity of one kind takes: one for each full or begun `stackMax`.
  ///
  /// A `stackMax` below 1, which no stackable kind has, counts as 1.
  package static func slots(of quantity: Int64, stackMax: Int64) -> Int64 {
    guard quantity > 0 else { return 0 }
    return 1 + (quantity - 1) / max(stackMax, 1)
  }
}

extension [ItemStack] {
  /// One stack a kind, by kind.
  fileprivate func normalised(
    stackMax: (ItemKindID) -> Int64?
  ) throws(GoodsFault) -> [ItemStack] {
    var normal: [ItemStack] = []
    normal.reserveCapacity(count)
    var isSorted = true
    for (index, stack) in enumerated() {
      guard (1...Inventories.quantityMax).contains(stack.quantity) else {
        throw .quantity(stack.quantity, at: index)
      }
      guard let stackMax = stackMax(ItemKindID(stack.kind)) else {
        throw .unknownKind(stack.kind, in: "stacks[\(index)].kind")
      }
      guard stackMax > 0 else { throw .notStackable(stack.kind, at: index) }
      if let last = normal.last, last.kind >= stack.kind { isSorted = false }
      // Made anew, so that fields of a newer schema do not slip into the log.
      normal.append(
        .with {
          $0.kind = stack.kind
          $0.quantity = stack.quantity
        })
    }
    return isSorted ? normal : try normal.merged()
  }

  private func merged() throws(GoodsFault) -> [ItemStack] {
    var merged: [ItemStack] = []
    for stack in sorted(by: { $0.kind < $1.kind }) {
      guard let last = merged.last, last.kind == stack.kind else {
        merged.append(stack)
        continue
      }
      let sum = last.quantity + stack.quantity
      guard sum <= Inventories.quantityMax else { throw .sum(ofKind: stack.kind) }
      merged[merged.count - 1].quantity = sum
    }
    return merged
  }
}
