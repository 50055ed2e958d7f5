import Projection
package import Schema
import SwiftProtobuf

extension Weather {
  /// Applies one event.
  ///
  /// Total: sums wrap, and of too many outlooks the last are kept.
  package mutating func fold(_ event: WeatherEvent.OneOf_Event) {
    switch event {
    case .weatherRulesSet(let set):
      let beganUs = rulesRows.withRow(.only) { $0.beganUs } ?? set.worldUs
      rulesRows.set(
        .only,
        to: .with {
          $0.rules = set.rules
          $0.beganUs = beganUs
          $0.regions = set.regions
        })
      rebuildIndexes()
    case .weatherChanged(let changed): put(changed.conditions, in: changed.region)
    case .weatherSet(let set): put(set.conditions, in: set.region)
    case .forecastMade(let made):
      forecasts.upsert(RegionID(made.region)) { row in
        row.region = made.region
        row.madeUs = made.madeUs
        row.nextUs = made.nextUs
        let open = row.outlooks.filter { $0.forUs > made.madeUs } + made.outlooks
        row.outlooks = Array(open.suffix(Self.outlooksMax))
      }
    case .forecastScored(let scored):
      scores.upsert(HorizonKey(scored.region, hours: scored.hours)) { row in
        row.region = scored.region
        row.hours = scored.hours
        row.count = max(1, row.count &+ 1)
        row.scoreSum &+= scored.score
        row.usualScoreSum &+= scored.usualScore
        row.meanScore = row.scoreSum / row.count
        row.meanUsualScore = row.usualScoreSum / row.count
      }
    }
  }

  private mutating func put(_ conditions: WeatherConditions, in region: UInt32) {
    regions.set(
      RegionID(region),
      to: .with {
        $0.region = region
        $0.conditions = conditions
      })
  }
}
