import Schema

/// Through whose hands a unique item passes.
struct ItemStory: Sendable {
  /// Where an item can be.
  private enum Place {
    /// Not known yet.
    case unknown
    /// A player's.
    case player(UInt64)
    /// On the ground.
    case pile(UInt64, region: UInt32)
    /// Used up by a player.
    case gone(by: UInt64)
  }

  private let item: UInt64
  private var kind: UInt32 = 0
  private var place = Place.unknown
  private var trade: UInt64?
  private var hands = 0

  /// The story of an item, from before it exists.
  init(item: UInt64) {
    self.item = item
  }

  /// Whether it exists no more.
  var isGone: Bool {
    if case .gone = place { true } else { false }
  }

  /// Goes on with an event that names the item.
  mutating func note(_ event: Event) {
    guard case .inventory(let event)? = event.system else { return }
    switch event.event {
    case .goodsGranted(let event): pass(event.goods, to: event.player)
    case .goodsPickedUp(let event): pass(event.goods, to: event.player)
    case .goodsGiven(let event): pass(event.goods, to: event.to)
    case .goodsTraded(let event): pass(event.goods, to: event.to)
    case .goodsConsumed(let event): move(event.goods, to: .gone(by: event.player))
    case .goodsDropped(let event):
      move(event.goods, to: .pile(event.pile, region: event.region))
    case .goodsPlaced(let event):
      move(event.goods, to: .pile(event.pile, region: event.region))
    case .goodsHeld(let event): trade = event.trade
    case .goodsReleased: trade = nil
    case .itemKindDefined, .inventoryOpened, nil: break
    }
  }

  private mutating func pass(_ goods: Goods, to player: UInt64) {
    hands += 1
    move(goods, to: .player(player))
  }

  private mutating func move(_ goods: Goods, to place: Place) {
    kind = goods.items.first { $0.item == item }?.kind ?? kind
    self.place = place
    trade = nil
  }

  /// Where it is, and how many had it.
  func closing(_ names: NameBook) -> String {
    let name = names.item(item, ofKind: kind)
    let whereabouts =
      switch place {
      case .unknown: "\(name) has not changed hands"
      case .player(let player): "\(name) belongs to \(names.player(player))"
      case .pile(let pile, let region): "\(name) lies in pile \(pile) in \(names.region(region))"
      case .gone(let player): "\(name) is no more: \(names.player(player)) used it up"
      }
    let held = trade.map { ", set aside for trade \($0)" } ?? ""
    return "\(whereabouts)\(held); it came into " + Figures.count(hands, "hand", "hands")
  }
}
