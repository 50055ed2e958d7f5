package import Schema

extension EcosystemEvent.OneOf_Event {
  /// Adds who may see the event: whoever is where it happens, and where those that wander arrive.
  ///
  /// Which species there are is for everyone, the rules are the designers'.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .ecosystemRulesSet: audiences.append(.operators)
    case .speciesDefined: audiences.append(.everyone)
    case .speciesRetired: audiences.append(.everyone)
    case .populationsChanged(let changed):
      audiences.append(.region(RegionID(changed.region)))
      if changed.neighbour != 0 { audiences.append(.region(RegionID(changed.neighbour))) }
    case .speciesHarvested(let harvested):
      audiences.add(harvested.player, inRegions: harvested.region)
    case .speciesPlanted(let planted): audiences.add(planted.player, inRegions: planted.region)
    case .wonderAppeared(let appeared): audiences.append(.region(RegionID(appeared.region)))
    case .wonderNamed(let named): audiences.append(.region(RegionID(named.region)))
    case .wonderGone(let gone): audiences.append(.region(RegionID(gone.region)))
    }
  }
}
