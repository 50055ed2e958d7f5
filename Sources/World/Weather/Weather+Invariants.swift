import Projection
import Schema

extension Weather {
  /// Adds what is wrong with the weather.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    if isKept && world.worldClock.row == nil { claims.append("there is weather without a clock") }
    regions.forEachInOrder { region, row in
      if RegionID(row.region) != region {
        claims.append("region \(region) says it is \(row.region)")
      }
      if !world.regions.grid.contains(region) {
        claims.append("region \(region) is outside the grid")
      }
      claims += row.conditions.faults.map { "region \(region) has \($0)" }
      let due = world.scheduler.jobs.withRow(JobKey(.weatherTurn, region.rawValue)) {
        $0.worldDueUs
      }
      if due != row.conditions.untilUs {
        claims.append("the weather of region \(region) does not end when it should")
      }
    }
    forecasts.forEachInOrder { region, row in
      if RegionID(row.region) != region {
        claims.append("the forecast of region \(region) says it is of \(row.region)")
      }
      let due = world.scheduler.jobs.withRow(JobKey(.forecast, region.rawValue)) { $0.worldDueUs }
      if due != row.nextUs || row.nextUs <= row.madeUs {
        claims.append("the next forecast of region \(region) is not made when it should be")
      }
      for outlook in row.outlooks where !outlook.shares.isDistribution {
        claims.append("what is expected in region \(region) does not make 1000")
      }
      if row.outlooks.contains(where: { $0.forUs <= row.madeUs }) {
        claims.append("region \(region) expects what is past")
      }
    }
    scores.forEachInOrder { key, row in
      if HorizonKey(row.region, hours: row.hours) != key {
        claims.append("a score is filed as of \(key)")
      }
      let most = row.count.multipliedReportingOverflow(by: 2_000_000)
      let range = 0...(most.overflow ? .max : max(0, most.partialValue))
      if row.count < 1 || !range.contains(row.scoreSum) || !range.contains(row.usualScoreSum) {
        claims.append("the scores of \(key) are no sum of \(row.count)")
      }
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}

extension WeatherConditions {
  fileprivate var faults: [String] {
    var faults: [String] = []
    if !kind.isKnown { faults.append("weather of kind \(kind.rawValue)") }
    if !(0...1_000).contains(intensity) { faults.append("an intensity of \(intensity)") }
    if windMmS < 0 || windFromDegrees > 359 { faults.append("a wind from nowhere") }
    if untilUs <= sinceUs { faults.append("weather that ended before it began") }
    return faults
  }
}

extension WeatherShares {
  fileprivate var isDistribution: Bool {
    let shares = ByKind(self)
    return shares.sum == 1_000 && WeatherKind.known.allSatisfy { (0...1_000).contains(shares[$0]) }
  }
}
