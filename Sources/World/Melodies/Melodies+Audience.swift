package import Schema

extension MelodiesEvent.OneOf_Event {
  /// Adds who may see the event: a melody its composer, a performance whoever is where it is or may be, and those who take part.
  ///
  /// The rules are the designers'.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .melodyRulesSet: audiences.append(.operators)
    case .melodyComposed(let event): audiences.append(.player(PlayerID(event.player)))
    case .melodyRetired(let event): audiences.append(.player(PlayerID(event.player)))
    case .melodyPerformed(let event): audiences.add(event.player, inRegions: event.region)
    case .performanceProposed(let event): audiences.add(event.player, inRegions: event.region)
    case .performanceJoined(let event): audiences.add(event.player, inRegions: event.region)
    case .performanceLeft(let event): audiences.add(event.player, inRegions: event.region)
    case .performanceGiven(let event):
      for player in event.performers.prefix(Music.voicesMax) {
        audiences.append(.player(PlayerID(player)))
      }
      audiences.append(.region(RegionID(event.region)))
    case .performanceCalledOff(let event): audiences.add(event.player, inRegions: event.region)
    case .performanceExpired(let event): audiences.add(event.player, inRegions: event.region)
    }
  }
}
