package import Schema

/// What a region offers to whatever lives in it.
package struct GrowingConditions: Hashable, Sendable {
  /// The landscape.
  package var biome: Biome
  /// Harmony; 0 to 1,000,000.
  package var harmony: Int64
  /// How well plants grow, in thousandths; 0 to 2,000.
  package var growth: Int64
}

extension World {
  /// What a region offers at a time of the world: its landscape, its harmony, the season, and the weather that it has now.
  package borrowing func growingConditions(
    of region: RegionID, at time: WorldTime
  ) -> GrowingConditions {
    let season = worldClock.season(at: time) ?? .unspecified
    let rules = ecosystem.rules ?? .standard
    let inSeason = rules.growth(in: season)
    let growth = weather.conditions(of: region).map { inSeason * rules.growth(in: $0) / 1_000 }
    return GrowingConditions(
      biome: regions.biome(of: region),
      harmony: harmony.standing(of: region).harmony,
      growth: min(growth ?? inSeason, 2_000))
  }
}

extension EcosystemRules {
  /// How well plants grow in a season, in thousandths; 0 to 2,000.
  func growth(in season: Season) -> Int64 {
    let growth =
      switch season {
      case .spring: springPermille
      case .summer: summerPermille
      case .autumn: autumnPermille
      case .winter: winterPermille
      case .unspecified, .UNRECOGNIZED: Int64(1_000)
      }
    return min(max(0, growth), 2_000)
  }

  /// How well plants grow in a weather, in thousandths; 0 to 2,000.
  func growth(in conditions: WeatherConditions) -> Int64 {
    guard let rule = weather.first(where: { $0.kind == conditions.kind }) else { return 1_000 }
    let intensity = min(max(0, conditions.intensity), 1_000)
    return 1_000 + (min(max(0, rule.permille), 2_000) - 1_000) * intensity / 1_000
  }
}
