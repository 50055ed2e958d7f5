import EventLog
import Projection
package import Schema

extension Inventories {
  /// Applies one event.
  ///
  /// Total: a row that is missing is not changed, and amounts stop at the ends of their range.
  package mutating func fold(_ event: InventoryEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .itemKindDefined(let event): define(event)
    case .goodsGranted(let event): grant(event)
    case .goodsConsumed(let event): consume(event)
    case .goodsDropped(let event): drop(event, at: entry.time)
    case .goodsPickedUp(let event): pickUp(event)
    case .goodsGiven(let event):
      move(event.goods, from: event.from, to: event.to)
    case .goodsHeld(let event):
      inventories.update(PlayerID(event.player)) { $0.hold(event.goods, for: event.trade) }
    case .goodsReleased(let event):
      inventories.update(PlayerID(event.player)) { $0.release(event.goods, from: event.trade) }
    case .goodsTraded(let event):
      inventories.update(PlayerID(event.from)) { $0.release(event.goods, from: event.trade) }
      move(event.goods, from: event.from, to: event.to)
    case .goodsPlaced(let event): place(event, at: entry.time)
    case .inventoryOpened(let event):
      inventories.upsert(PlayerID(event.player)) { row in
        row.player = event.player
        row.slots = event.slots
      }
    }
  }

  private mutating func define(_ event: ItemKindDefined) {
    let kind = ItemKindID(event.kind)
    if let former = kinds[kind] { kindOfName[Self.nameKey(of: former.name)] = nil }
    kinds.upsert(kind) { row in
      row.kind = event.kind
      row.name = event.name
      row.stackMax = event.stackMax
      row.description_p = event.description_p
    }
    kindOfName[Self.nameKey(of: event.name)] = kind
  }

  private mutating func grant(_ event: GoodsGranted) {
    issue(event.goods, at: .player(event.player))
    inventories.update(PlayerID(event.player)) { $0.put(event.goods) }
  }

  private mutating func place(_ event: GoodsPlaced, at time: Timestamp) {
    issue(event.goods, at: .pile(event.pile))
    layDown(event.goods, pile: event.pile, region: event.region, at: event.at, time)
  }

  private mutating func consume(_ event: GoodsConsumed) {
    inventories.update(PlayerID(event.player)) { $0.take(event.goods) }
    if event.goods.coins > 0 {
      ledger.upsert(.only) {
        $0.coinsDestroyed = $0.coinsDestroyed.addingUpToMax(event.goods.coins)
      }
    }
    for stack in event.goods.stacks {
      kinds.update(ItemKindID(stack.kind)) {
        $0.destroyed = $0.destroyed.addingUpToMax(stack.quantity)
      }
    }
    for item in event.goods.items {
      items.remove(ItemID(item.item))
      kinds.update(ItemKindID(item.kind)) { $0.destroyed = $0.destroyed.addingUpToMax(1) }
    }
  }

  private mutating func drop(_ event: GoodsDropped, at time: Timestamp) {
    inventories.update(PlayerID(event.player)) { $0.take(event.goods) }
    locate(event.goods.items, at: .pile(event.pile))
    layDown(event.goods, pile: event.pile, region: event.region, at: event.at, time)
  }

  private mutating func pickUp(_ event: GoodsPickedUp) {
    let pile = PileID(event.pile)
    var isGone = false
    var region = RegionID(event.region)
    piles.update(pile) { row in
      row.goods.subtract(event.goods)
      isGone = row.goods.isEmpty
      region = RegionID(row.region)
    }
    if isGone {
      piles.remove(pile)
      pilesOfRegion.remove(pile, from: region)
    }
    locate(event.goods.items, at: .player(event.player))
    inventories.update(PlayerID(event.player)) { $0.put(event.goods) }
  }

  private mutating func move(_ goods: Goods, from: UInt64, to: UInt64) {
    inventories.update(PlayerID(from)) { $0.take(goods) }
    inventories.update(PlayerID(to)) { $0.put(goods) }
    locate(goods.items, at: .player(to))
  }

  /// Counts goods as created, and knows the new unique items.
  private mutating func issue(_ goods: Goods, at place: UniqueItemRow.OneOf_Place) {
    if goods.coins > 0 || !goods.items.isEmpty {
      ledger.upsert(.only) { row in
        row.coinsIssued = row.coinsIssued.addingUpToMax(goods.coins)
        for item in goods.items { row.lastItem = max(row.lastItem, item.item) }
      }
    }
    for stack in goods.stacks {
      kinds.update(ItemKindID(stack.kind)) {
        $0.issued = $0.issued.addingUpToMax(stack.quantity)
      }
    }
    for item in goods.items {
      kinds.update(ItemKindID(item.kind)) { $0.issued = $0.issued.addingUpToMax(1) }
      items.upsert(ItemID(item.item)) { row in
        row.item = item.item
        row.kind = item.kind
        row.place = place
      }
    }
  }

  /// Remembers where unique items are now.
  private mutating func locate(_ moved: [UniqueItem], at place: UniqueItemRow.OneOf_Place) {
    for item in moved {
      items.update(ItemID(item.item)) { $0.place = place }
    }
  }

  /// Puts goods into a new pile.
  private mutating func layDown(
    _ goods: Goods, pile: UInt64, region: UInt32, at point: Point, _ time: Timestamp
  ) {
    let id = PileID(pile)
    if let former = piles[id] { pilesOfRegion.remove(id, from: RegionID(former.region)) }
    piles.upsert(id) { row in
      row.pile = pile
      row.region = region
      row.at = point
      row.goods.add(goods)
      row.droppedUs = time.microseconds
    }
    pilesOfRegion.insert(id, into: RegionID(region))
  }
}
