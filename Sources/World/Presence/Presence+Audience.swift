package import Schema

extension PresenceEvent.OneOf_Event {
  /// Adds who may see the event: the player, and those who see where the player stands.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .sessionOpened(let event): audiences.add(event.player, inRegions: event.region)
    case .sessionClosed(let event): audiences.add(event.player, inRegions: event.region)
    case .playerWentIdle(let event): audiences.add(event.player, inRegions: event.region)
    case .playerReturned(let event): audiences.add(event.player, inRegions: event.region)
    }
  }
}
