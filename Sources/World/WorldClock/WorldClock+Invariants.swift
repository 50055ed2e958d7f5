import Projection
import Schema

extension WorldClock {
  /// Adds what is wrong with the clock.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    if let row {
      if row.worldUs < 0 { claims.append("the clock shows \(row.worldUs)") }
      if !ClockRules.speeds.contains(row.speedPermille) {
        claims.append("the clock runs at \(row.speedPermille)")
      }
      if row.seasonDays < 1 { claims.append("a season has \(row.seasonDays) days") }
      if row.isPaused && !row.isAdjustable { claims.append("a clock stands that may not") }
    }
    if world.scheduler.clock != row { claims.append("the scheduler goes by another clock") }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}
