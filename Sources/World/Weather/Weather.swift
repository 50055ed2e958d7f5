package import Projection
package import Schema
import SwiftProtobuf

/// What the sky does in each region, what it is expected to do, and how good the forecasts were.
///
/// A region's weather stands until a time that is known from its beginning, and nothing is written while it stands; then the next is
/// drawn (``WeatherModel``). Every few hours it is said what is expected; when that moment comes, what was said is scored by what
/// came. A storm of dissonance comes only where harmony is low.
///
/// It is not: what weather does to those who are in it. Who lives by it reads ``conditions(of:)``.
package struct Weather: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "weather"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1
  /// How many outlooks are kept of a region at most; with rules that stay there are seven.
  static let outlooksMax = 16

  var rulesRows = Table<SingleKey, WeatherRulesRow>("rules")
  var regions = Table<RegionID, WeatherRow>("regions")
  var forecasts = Table<RegionID, ForecastRow>("forecasts")
  var scores = Table<HorizonKey, ForecastScoreRow>("scores")

  /// The rules made ready; those of no rules in a world without weather.
  ///
  /// Derived from their row.
  package private(set) var model = WeatherModel(WeatherRules())

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&rulesRows)
    try visitor.visit(&regions)
    try visitor.visit(&forecasts)
    try visitor.visit(&scores)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    model = WeatherModel(rulesRows[.only]?.rules ?? WeatherRules())
  }

  /// Whether the world has weather.
  package var isKept: Bool { !rulesRows.isEmpty }

  /// What the sky does in a region; before the first change as in the beginning; nil in a world without weather.
  package borrowing func conditions(of region: RegionID) -> WeatherConditions? {
    if let conditions = regions.withRow(region, { $0.conditions }) { return conditions }
    guard let (began, count) = rulesRows.withRow(.only, { ($0.beganUs, $0.regions) }) else {
      return nil
    }
    let first = Hourly.first(of: region, among: count, after: WorldTime(began))
    return .with {
      $0.kind = .clear
      $0.intensity = 500
      $0.temperature = 150
      $0.windMmS = 2_500
      $0.sinceUs = WorldTime(began).microseconds
      $0.untilUs = first.microseconds
    }
  }

  /// As ``conditions(of:)``, as a row.
  package borrowing func row(of region: RegionID) -> WeatherRow? {
    guard let conditions = conditions(of: region) else { return nil }
    return .with {
      $0.region = region.number
      $0.conditions = conditions
    }
  }

  /// The last forecast of a region, by how far ahead; empty before the first.
  package borrowing func forecast(of region: RegionID) -> [WeatherOutlook] {
    guard let row = forecasts[region] else { return [] }
    return row.outlooks.filter { $0.madeUs == row.madeUs }
  }

  /// How good a region's forecasts were, as far ahead as they look by the rules of now.
  package borrowing func scores(of region: RegionID) -> [ForecastScoreRow] {
    model.horizons.compactMap { scores[HorizonKey(region.number, hours: $0)] }
  }
}

extension WeatherModel {
  /// How many hours ahead forecasts look; the moments of which they speak are those at which later ones are made.
  package var horizons: [Int64] { [forecastHours, 2 * forecastHours, 4 * forecastHours] }
}
