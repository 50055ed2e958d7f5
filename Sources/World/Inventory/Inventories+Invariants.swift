import Projection
import Schema

extension Inventories {
  /// Checks that nothing was made or lost on the way, that nobody owns what cannot be, and that each
  /// unique item is in one place.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var census = Census()
    inventories.forEachInOrder { player, row in
      census.count(row.owned, at: .player(player.rawValue))
      addViolations(of: row, to: &found)
    }
    piles.forEachInOrder { pile, row in
      census.count(row.goods, at: .pile(pile.rawValue))
      addViolations(of: row, to: &found)
    }
    addViolations(of: census, to: &found)
    addIndexViolations(to: &found)
  }

  private borrowing func addViolations(of row: borrowing InventoryRow, to found: inout [Violation])
  {
    let owner = "player \(row.player)"
    if row.coinsHeld < 0 || row.coinsHeld > row.coins || row.coins > Self.coinsMax {
      found.report("\(owner) has \(row.coins) coins and holds \(row.coinsHeld) of them")
    }
    for stack in row.stacks {
      if stack.held < 0 || stack.held > stack.quantity || stack.quantity > Self.quantityMax {
        found.report(
          "\(owner) has \(stack.quantity) of kind \(stack.kind) and holds \(stack.held) of them")
      }
    }
    if !row.owned.isNormal { found.report("\(owner) has a stack or an item twice, or none of one") }
    let used = slotsUsed(copy row)
    if used > Int64(row.slots) {
      found.report("\(owner) uses \(used) of \(row.slots) slots")
    }
  }

  private borrowing func addViolations(of row: borrowing PileRow, to found: inout [Violation]) {
    if row.goods.isEmpty { found.report("pile \(row.pile) is empty") }
    if !row.goods.isNormal {
      found.report("pile \(row.pile) has a stack or an item twice, or none of one")
    }
    if !pilesOfRegion.members(of: RegionID(row.region)).contains(PileID(row.pile)) {
      found.report("pile \(row.pile) is missing from the index of region \(row.region)")
    }
  }

  /// What exists must be what was created less what was destroyed, and be where it is said to be.
  private borrowing func addViolations(of census: borrowing Census, to found: inout [Violation]) {
    let ledger = counters()
    if census.coins != ledger.coinsIssued - ledger.coinsDestroyed {
      found.report(
        "\(census.coins) coins exist; \(ledger.coinsIssued) were created and "
          + "\(ledger.coinsDestroyed) destroyed")
    }
    kinds.forEachInOrder { kind, row in
      let existing = census.quantities[row.kind] ?? 0
      if existing != row.issued - row.destroyed {
        found.report(
          "\(existing) of kind \(kind) exist; \(row.issued) were created and "
            + "\(row.destroyed) destroyed")
      }
    }
    for kind in census.quantities.keys.sorted() where !kinds.contains(ItemKindID(kind)) {
      found.report("there are goods of kind \(kind), which is not defined")
    }
    for item in census.itemsTwice { found.report("item \(item) is in two places") }
    items.forEachInOrder { item, row in
      if census.places[row.item] != row.place {
        found.report("item \(item) is not where its row says")
      }
      if row.item == 0 || row.item > ledger.lastItem {
        found.report("item \(item) is beyond the last number given, \(ledger.lastItem)")
      }
    }
    if census.places.count != items.count {
      found.report("\(census.places.count) unique items exist; \(items.count) are listed")
    }
  }

  private borrowing func addIndexViolations(to found: inout [Violation]) {
    if pilesOfRegion.count != piles.count {
      found.report(
        "\(pilesOfRegion.count) piles are in the index of regions; there are \(piles.count)")
    }
    kinds.forEachInOrder { kind, row in
      if kindOfName[Self.nameKey(of: row.name)] != kind {
        found.report("kind \(kind) is not found by its name")
      }
    }
    if kindOfName.count != kinds.count {
      found.report("\(kindOfName.count) names of kinds are indexed; there are \(kinds.count)")
    }
  }
}

/// Everything that exists, counted.
private struct Census: ~Copyable {
  var coins: Int64 = 0
  var quantities: [UInt32: Int64] = [:]
  var places: [UInt64: UniqueItemRow.OneOf_Place] = [:]
  var itemsTwice: [UInt64] = []

  mutating func count(_ goods: Goods, at place: UniqueItemRow.OneOf_Place) {
    coins = coins.addingUpToMax(goods.coins)
    for stack in goods.stacks {
      let sum = quantities[stack.kind, default: 0]
      quantities[stack.kind] = sum.addingUpToMax(stack.quantity)
    }
    for item in goods.items {
      quantities[item.kind] = quantities[item.kind, default: 0].addingUpToMax(1)
      if places.updateValue(place, forKey: item.item) != nil { itemsTwice.append(item.item) }
    }
  }
}

extension Goods {
  /// Whether no amount is negative or nothing, and stacks and items are in order and each there once.
  var isNormal: Bool {
    coins >= 0 && stacks.allSatisfy { $0.quantity > 0 }
      && zip(stacks, stacks.dropFirst()).allSatisfy { $0.kind < $1.kind }
      && zip(items, items.dropFirst()).allSatisfy { $0.item < $1.item }
  }
}

extension [Violation] {
  fileprivate mutating func report(_ description: String) {
    append(Violation(system: Inventories.name, description))
  }
}
