import Projection
import Schema
import SwiftProtobuf

extension World {
  /// Says what is expected of a region's weather, and scores what was expected of now.
  ///
  /// For the scheduler. After downtime it is said once, as of the last time at which it was due. What was expected of moments of which it is not
  /// known any more what came is let go of without a score.
  ///
  /// - Throws: `no_clock`.
  borrowing func decideForecast(
    of region: RegionID, due: WorldTime, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let now = try requireTime(context)
    let model = weather.model
    let every = model.forecastHours * WorldTime.hour
    let missed = max(0, now.microseconds - due.microseconds) / every
    let made = due.adding(missed * every)
    let conditions = weather.conditions(of: region) ?? WeatherConditions()
    let sky = sky(of: region, at: made)
    let usual = model.usual(under: sky)
    for outlook in weather.forecasts[region]?.outlooks ?? []
    where outlook.forUs <= made.microseconds && conditions.stand(at: outlook.forUs) {
      let shares = ByKind(outlook.shares)
      decision.weather(
        .forecastScored(
          .with {
            $0.region = region.number
            $0.madeUs = outlook.madeUs
            $0.hours = outlook.hours
            $0.forUs = outlook.forUs
            $0.came = conditions.kind
            $0.share = shares[conditions.kind]
            $0.score = shares.score(of: conditions.kind)
            $0.usualScore = usual.score(of: conditions.kind)
          }))
    }
    let around = neighbourhood(of: region, at: made, usual: usual)
    let outlooks = outlooks(from: conditions, at: made, under: sky, around: around)
    decision.weather(
      .forecastMade(
        .with {
          $0.region = region.number
          $0.madeUs = made.microseconds
          $0.nextUs = made.adding(every).microseconds
          $0.outlooks = outlooks
        }))
  }

  /// What is expected of a region, worked out hour by hour by the rules that the weather itself goes by.
  private borrowing func outlooks(
    from conditions: WeatherConditions, at made: WorldTime, under sky: Sky, around: [ByKind]
  ) -> [WeatherOutlook] {
    let expected = weather.model.expectation(
      from: conditions.kind, lasting: conditions.hoursLeft(at: made), ahead: around.count - 1
    ) { hour in
      var sky = sky
      sky.season = worldClock.season(at: made.later(hour)) ?? sky.season
      sky.neighbours = around[hour]
      return sky
    }
    return weather.model.horizons.map { hours in
      .with {
        $0.madeUs = made.microseconds
        $0.hours = hours
        $0.forUs = made.later(Int(hours)).microseconds
        $0.shares = expected[Int(hours)].permille.shares
      }
    }
  }

  /// The shares of kinds expected around a region, hour by hour, as far ahead as forecasts look; in thousandths.
  ///
  /// A neighbour has what it has for as long as that lasts, and from then on what is usual in the region itself.
  private borrowing func neighbourhood(
    of region: RegionID, at made: WorldTime, usual: ByKind
  ) -> [ByKind] {
    let ahead = Int(weather.model.horizons.max() ?? 0)
    var shares = [ByKind](repeating: ByKind(), count: ahead + 1)
    let neighbours = regions.grid.neighbours(of: region)
    for neighbour in neighbours {
      guard let conditions = weather.conditions(of: neighbour) else { continue }
      let left = conditions.hoursLeft(at: made)
      for hour in shares.indices {
        if hour < left {
          shares[hour][conditions.kind] += 1_000
        } else {
          shares[hour] = shares[hour] + usual
        }
      }
    }
    return shares.map { $0.divided(by: Int64(max(1, neighbours.count))) }
  }
}

extension WeatherConditions {
  /// Whether it was so at a moment.
  fileprivate func stand(at time: Int64) -> Bool { sinceUs <= time && time < untilUs }

  /// For how many whole hours it still lasts, a part of one taken as one; 1 and up.
  fileprivate func hoursLeft(at time: WorldTime) -> Int {
    let left = WorldTime(untilUs).microseconds - time.microseconds
    return left <= 0 ? 1 : Int((left - 1) / WorldTime.hour) + 1
  }
}

extension WorldTime {
  /// So many hours later.
  fileprivate func later(_ hours: Int) -> Self { adding(Int64(hours) * Self.hour) }
}
