import EventLog
import Schema
import World

/// Who owns what, counted from the events alone: promise 5.
///
/// Each event must be possible where it stands: nobody gives what it does not own, nothing is taken from a
/// pile that is not in it, nothing with a number of its own comes twice.
struct GoodsBook {
  /// Where goods are.
  enum Place: Hashable {
    case player(UInt64)
    case pile(UInt64)
  }

  /// What is in a place.
  struct Holding: Equatable {
    var coins: Int64 = 0
    var stacks: [UInt32: Int64] = [:]
    var items: [UInt64: UInt32] = [:]

    var isEmpty: Bool { coins == 0 && stacks.isEmpty && items.isEmpty }
  }

  private(set) var holdings: [Place: Holding] = [:]
  private(set) var coins: Int64 = 0
  private var lastItem: UInt64 = 0
  /// Where something has come or gone since the last comparison; a place may be there twice.
  private var touched: [Place] = []

  /// Follows an event.
  mutating func follow(_ event: InventoryEvent.OneOf_Event, at position: Position) throws(Breach) {
    do throws(GoodsFault) {
      switch event {
      case .goodsGranted(let event): try create(event.goods, at: .player(event.player))
      case .goodsPlaced(let event): try create(event.goods, at: .pile(event.pile))
      case .goodsConsumed(let event):
        try take(event.goods, from: .player(event.player))
        coins -= event.goods.coins
      case .goodsDropped(let event):
        try move(event.goods, from: .player(event.player), to: .pile(event.pile))
      case .goodsPickedUp(let event):
        try move(event.goods, from: .pile(event.pile), to: .player(event.player))
      case .goodsGiven(let event):
        try move(event.goods, from: .player(event.from), to: .player(event.to))
      case .goodsTraded(let event):
        try move(event.goods, from: .player(event.from), to: .player(event.to))
      case .itemKindDefined, .goodsHeld, .goodsReleased, .inventoryOpened: break
      }
    } catch {
      throw Breach(.conservation, "The entry at position \(position) \(error.description).")
    }
  }

  private mutating func create(_ goods: Goods, at place: Place) throws(GoodsFault) {
    for item in goods.items {
      guard item.item > lastItem else {
        throw GoodsFault("creates item \(item.item), but item \(lastItem) was created before")
      }
      lastItem = item.item
    }
    coins += goods.coins
    put(goods, at: place)
  }

  private mutating func move(
    _ goods: Goods, from: Place, to: Place
  ) throws(GoodsFault) {
    try take(goods, from: from)
    put(goods, at: to)
  }

  private mutating func put(_ goods: Goods, at place: Place) {
    touched.append(place)
    var holding = holdings.removeValue(forKey: place) ?? Holding()
    holding.coins += goods.coins
    for stack in goods.stacks { holding.stacks[stack.kind, default: 0] += stack.quantity }
    for item in goods.items { holding.items[item.item] = item.kind }
    holdings[place] = holding
  }

  private mutating func take(_ goods: Goods, from place: Place) throws(GoodsFault) {
    touched.append(place)
    var holding = holdings.removeValue(forKey: place) ?? Holding()
    guard goods.coins >= 0, holding.coins >= goods.coins else {
      throw GoodsFault("takes \(goods.coins) coins from \(place), where there are \(holding.coins)")
    }
    holding.coins -= goods.coins
    for stack in goods.stacks {
      let there = holding.stacks[stack.kind] ?? 0
      guard stack.quantity > 0, there >= stack.quantity else {
        throw GoodsFault(
          "takes \(stack.quantity) of kind \(stack.kind) from \(place), where there are \(there)")
      }
      holding.stacks[stack.kind] = there == stack.quantity ? nil : there - stack.quantity
    }
    for item in goods.items {
      guard holding.items.removeValue(forKey: item.item) == item.kind else {
        throw GoodsFault(
          "takes item \(item.item) of kind \(item.kind) from \(place), where it is not")
      }
    }
    if !holding.isEmpty { holdings[place] = holding }
  }

  /// Compares with what the world says of every place where something has come or gone since the last call.
  mutating func compareTouched(with world: borrowing World) throws(Breach) {
    defer { touched.removeAll(keepingCapacity: true) }
    var former: Place?
    for place in touched where place != former {
      try compare(place, with: world)
      former = place
    }
  }

  /// Compares with what the world says of every player and pile.
  func compare(with world: borrowing World) throws(Breach) {
    let ledger = world.inventories.counters()
    guard ledger.coinsIssued - ledger.coinsDestroyed == coins else {
      throw Breach(
        .conservation,
        "By the events there are \(coins) coins; the world says that \(ledger.coinsIssued) were created and \(ledger.coinsDestroyed) destroyed."
      )
    }
    let next = world.players.next.rawValue
    var number = ActorID.firstPlayer.rawValue
    while number < next {
      try compare(.player(number), with: world)
      number += 1
    }
    for place in holdings.keys {
      switch place {
      case .player(let player):
        guard player >= ActorID.firstPlayer.rawValue, player < next else {
          throw Breach(.conservation, "Player \(player) owns goods, and was never enrolled.")
        }
      case .pile: try compare(place, with: world)
      }
    }
  }

  private func compare(_ place: Place, with world: borrowing World) throws(Breach) {
    let holding =
      switch place {
      case .player(let player):
        Holding(world.inventories.inventory(of: PlayerID(player)) ?? InventoryRow())
      case .pile(let pile): Holding(world.inventories.pile(PileID(pile))?.goods ?? Goods())
      }
    guard holding == holdings[place] ?? Holding() else {
      throw Breach(
        .conservation,
        "What \(place) has by the world, \(holding), is not what it has by the events, \(holdings[place] ?? Holding())."
      )
    }
  }
}

/// Why an event is not possible.
private struct GoodsFault: Error {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension GoodsBook.Holding {
  fileprivate init(_ goods: Goods) {
    coins = goods.coins
    for stack in goods.stacks { stacks[stack.kind, default: 0] += stack.quantity }
    for item in goods.items { items[item.item] = item.kind }
  }

  fileprivate init(_ row: InventoryRow) {
    coins = row.coins
    for stack in row.stacks { stacks[stack.kind, default: 0] += stack.quantity }
    for item in row.items { items[item.item] = item.kind }
  }
}
