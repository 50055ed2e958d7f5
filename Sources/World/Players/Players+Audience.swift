package import Schema

extension PlayersEvent.OneOf_Event {
  /// Adds who may see the event.
  ///
  /// A profile is what a player shows to those around.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .playerEnrolled: audiences.append(.operators)
    // The home region is where the player appears.
    case .profileCreated(let event): audiences.add(event.player, inRegions: event.homeRegion)
    case .profileChanged(let event): audiences.add(event.player, inRegions: event.region)
    case .profileRetired(let event): audiences.add(event.player, inRegions: event.region)
    case .roleChanged(let event): audiences.add(event.player)
    }
  }
}
