package import Schema

extension MovementEvent.OneOf_Event {
  /// Adds who may see the event: the player, and those who see the regions it concerns.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .playerPlaced(let event): audiences.add(event.player, inRegions: event.region)
    case .moveStarted(let event): audiences.add(event.player, inRegions: event.region)
    case .moveStopped(let event): audiences.add(event.player, inRegions: event.region)
    case .borderCrossed(let event):
      audiences.add(event.player, inRegions: event.fromRegion, event.toRegion)
    case .playerRemoved(let event): audiences.add(event.player, inRegions: event.region)
    }
  }
}
