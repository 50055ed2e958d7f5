package import Schema

extension EchoesEvent.OneOf_Event {
  /// Adds who may see the event: whoever is in the echo's region or beside it, and the player concerned.
  ///
  /// What echoes there can be, and what they teach, is for everyone to know.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .echoRulesSet: audiences.append(.everyone)
    case .echoPlaced(let placed): audiences.append(.region(RegionID(placed.region)))
    case .echoRetired(let retired): audiences.append(.region(RegionID(retired.region)))
    case .echoesEvolved(let evolved): audiences.append(.region(RegionID(evolved.region)))
    case .echoAttended(let attended): audiences.add(attended.player, inRegions: attended.region)
    case .abilityTaught(let taught): audiences.append(.player(PlayerID(taught.player)))
    case .abilityUsed(let used): audiences.add(used.player, inRegions: used.region)
    }
  }
}
