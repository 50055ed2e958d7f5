package import Schema

extension HarmonyEvent.OneOf_Event {
  /// Adds who may see the event: whoever is where it can be heard.
  ///
  /// The rules are the designers'.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .harmonyRulesSet: audiences.append(.operators)
    case .harmonyDrifted(let drifted): audiences.append(.region(RegionID(drifted.region)))
    case .songHeard(let heard): audiences.add(heard.player, inRegions: heard.region)
    case .harmonySet(let set): audiences.append(.region(RegionID(set.region)))
    }
  }
}
