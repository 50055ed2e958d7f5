import Schema

/// What a player owns, as it follows from the events that a bot was told of.
///
/// Every change says what is wrong with it, if anything is, and is made all the same: the bot goes
/// on with what it was told.
struct Belongings: Equatable, Sendable {
  /// Some of one kind.
  struct Stack: Equatable, Sendable {
    var quantity: Int64 = 0
    var held: Int64 = 0
  }

  /// A unique item.
  struct Item: Equatable, Sendable {
    var kind: UInt32
    /// The trade that it is held for; 0 when free.
    var trade: UInt64
  }

  /// What is wrong with a change.
  struct Flaw: Equatable {
    let kind: Contradiction.Kind
    let detail: String
  }

  var coins: Int64 = 0
  var coinsHeld: Int64 = 0
  var stacks: [UInt32: Stack] = [:]
  var items: [UInt64: Item] = [:]

  init() {}

  init(_ row: InventoryRow) {
    coins = row.coins
    coinsHeld = row.coinsHeld
    for stack in row.stacks {
      stacks[stack.kind] = Stack(quantity: stack.quantity, held: stack.held)
    }
    for item in row.items {
      items[item.item] = Item(kind: item.kind, trade: item.trade)
    }
  }

  /// Goods come in.
  mutating func receive(_ goods: Goods) -> [Flaw] {
    change(goods, quantity: 1, held: 0)
    var flaws: [Flaw] = []
    for item in goods.items {
      if items[item.item] != nil {
        flaws.append(Flaw(kind: .itemDuplicated, detail: "item \(item.item) came again"))
      }
      items[item.item] = Item(kind: item.kind, trade: 0)
    }
    return flaws
  }

  /// Goods go.
  ///
  /// - Parameter trade: The trade that they were held for; 0 when they were free.
  mutating func surrender(_ goods: Goods, heldFor trade: UInt64) -> [Flaw] {
    change(goods, quantity: -1, held: trade == 0 ? 0 : -1)
    let flaws = goods.items.compactMap { flaw(in: $0, heldFor: trade, "went") }
    for item in goods.items { items[item.item] = nil }
    return flaws
  }

  /// Free goods are set aside.
  mutating func hold(_ goods: Goods, for trade: UInt64) -> [Flaw] {
    change(goods, quantity: 0, held: 1)
    let flaws = goods.items.compactMap { flaw(in: $0, heldFor: 0, "was held") }
    for item in goods.items { items[item.item]?.trade = trade }
    return flaws
  }

  /// Goods that were set aside are free again.
  mutating func release(_ goods: Goods, from trade: UInt64) -> [Flaw] {
    change(goods, quantity: 0, held: -1)
    let flaws = goods.items.compactMap { flaw(in: $0, heldFor: trade, "was released") }
    for item in goods.items { items[item.item]?.trade = 0 }
    return flaws
  }

  /// What is less than nothing, or held and not owned.
  var deficits: [Flaw] {
    var flaws: [Flaw] = []
    if coins < 0 || coinsHeld < 0 || coinsHeld > coins {
      flaws.append(deficit("coins", coins, coinsHeld))
    }
    for (kind, stack) in stacks.sorted(by: { $0.key < $1.key }) {
      if stack.quantity < 0 || stack.held < 0 || stack.held > stack.quantity {
        flaws.append(deficit("of kind \(kind)", stack.quantity, stack.held))
      }
    }
    return flaws
  }

  /// How these belongings differ from others; nil when they do not.
  func difference(from other: Belongings) -> String? {
    if self == other { return nil }
    var parts: [String] = []
    if (coins, coinsHeld) != (other.coins, other.coinsHeld) {
      parts.append("coins \(coins)/\(coinsHeld) and not \(other.coins)/\(other.coinsHeld)")
    }
    for kind in Set(stacks.keys).union(other.stacks.keys).sorted() {
      let (mine, theirs) = (stacks[kind] ?? Stack(), other.stacks[kind] ?? Stack())
      if mine != theirs {
        let count = "\(mine.quantity)/\(mine.held) and not \(theirs.quantity)/\(theirs.held)"
        parts.append("kind \(kind): \(count)")
      }
    }
    for item in Set(items.keys).union(other.items.keys).sorted()
    where items[item] != other.items[item] {
      parts.append("item \(item): \(describe(items[item])) and not \(describe(other.items[item]))")
    }
    return parts.joined(separator: "; ")
  }

  private mutating func change(_ goods: Goods, quantity: Int64, held: Int64) {
    coins += goods.coins * quantity
    coinsHeld += goods.coins * held
    for stack in goods.stacks {
      var mine = stacks[stack.kind] ?? Stack()
      mine.quantity += stack.quantity * quantity
      mine.held += stack.quantity * held
      stacks[stack.kind] = mine == Stack() ? nil : mine
    }
  }

  private func flaw(in item: UniqueItem, heldFor trade: UInt64, _ what: String) -> Flaw? {
    guard let mine = items[item.item] else {
      return Flaw(kind: .goodsUnknown, detail: "item \(item.item) \(what) and was not there")
    }
    if mine.trade == trade { return nil }
    let held = "held for trade \(mine.trade), not \(trade)"
    return Flaw(kind: .goodsUnknown, detail: "item \(item.item) \(what) and was \(held)")
  }

  private func deficit(_ what: String, _ count: Int64, _ held: Int64) -> Flaw {
    Flaw(kind: .goodsNegative, detail: "\(count) \(what), \(held) of them held")
  }

  private func describe(_ item: Item?) -> String {
    guard let item else { return "absent" }
    return item.trade == 0 ? "free" : "held for \(item.trade)"
  }
}
