package import Schema

extension InventoryEvent.OneOf_Event {
  /// Adds who may see the event: the owners of the goods, and whoever is where they lie.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .itemKindDefined: audiences.append(.everyone)
    case .goodsGranted(let event): audiences.append(.player(PlayerID(event.player)))
    case .goodsConsumed(let event): audiences.append(.player(PlayerID(event.player)))
    case .goodsDropped(let event):
      audiences.append(.player(PlayerID(event.player)))
      audiences.append(.region(RegionID(event.region)))
    case .goodsPickedUp(let event):
      audiences.append(.player(PlayerID(event.player)))
      audiences.append(.region(RegionID(event.region)))
    case .goodsGiven(let event):
      audiences.append(.player(PlayerID(event.from)))
      audiences.append(.player(PlayerID(event.to)))
    case .goodsHeld(let event): audiences.append(.player(PlayerID(event.player)))
    case .goodsReleased(let event): audiences.append(.player(PlayerID(event.player)))
    case .goodsTraded(let event):
      audiences.append(.player(PlayerID(event.from)))
      audiences.append(.player(PlayerID(event.to)))
    case .goodsPlaced(let event): audiences.append(.region(RegionID(event.region)))
    case .inventoryOpened(let event): audiences.append(.player(PlayerID(event.player)))
    }
  }
}
