package import Schema

extension WeatherEvent.OneOf_Event {
  /// Adds who may see the event: whoever is in the region or beside it.
  ///
  /// The rules are the designers', the scores the analysts'.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .weatherChanged(let changed): audiences.append(.region(RegionID(changed.region)))
    case .weatherSet(let set): audiences.append(.region(RegionID(set.region)))
    case .forecastMade(let made): audiences.append(.region(RegionID(made.region)))
    case .weatherRulesSet, .forecastScored: audiences.append(.operators)
    }
  }
}
