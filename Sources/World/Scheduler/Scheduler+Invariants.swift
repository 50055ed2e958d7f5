import EventLog
import Projection
import Schema

extension Scheduler {
  /// Adds what is wrong with the jobs.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    var expected: [JobKey: Int64] = [:]
    world.movement.movements.forEachInOrder { player, row in
      if row.borderUs != 0 { expected[JobKey(.borderCrossing, player.rawValue)] = row.borderUs }
    }
    world.trades.trades.forEachInOrder { trade, row in
      expected[JobKey(.tradeExpiry, trade.rawValue)] = row.expiresUs
    }
    world.melodies.performances.forEachInOrder { performance, row in
      expected[JobKey(.performanceExpiry, performance.rawValue)] = row.expiresUs
    }
    for row in world.leaderboards.boardsInUse() where row.hasSeasons {
      expected[JobKey(.seasonEnd, UInt64(row.board))] = row.endsUs
    }
    var clocked = Set(world.clockedJobs())
    var earliest: Int64?
    jobs.forEachInOrder { key, row in
      if JobKey(row.kind, row.subject) != key { claims.append("\(key) is filed as another job") }
      if row.worldDueUs != 0 {
        if clocked.remove(key) == nil || row.dueUs != 0 {
          claims.append("\(key) goes by the world's clock and nothing is to be done by it")
        }
        return
      }
      if expected.removeValue(forKey: key) != row.dueUs {
        claims.append("\(key) is due at \(row.dueUs) and nothing is to be done then")
      }
      earliest = min(earliest ?? row.dueUs, row.dueUs)
    }
    for key in expected.keys.sorted() + clocked.sorted() { claims.append("\(key) is missing") }
    if nextByCalendar?.microseconds != earliest {
      claims.append("the next job is not the earliest")
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}

extension World {
  /// The jobs by the world's clock: one of each kind for each region, by the systems' rows, and one for each region with echoes.
  fileprivate borrowing func clockedJobs() -> [JobKey] {
    var kinds: [JobKind] = []
    if harmony.rules != nil { kinds.append(.harmonyDrift) }
    if weather.isKept { kinds += [.weatherTurn, .forecast] }
    if ecosystem.rules != nil { kinds.append(.ecosystemStep) }
    let regions = Hourly.regions(of: UInt32(clamping: self.regions.grid.count))
    let ofAll = kinds.flatMap { kind in regions.map { JobKey(kind, $0.rawValue) } }
    let withEchoes = regions.filter { echoes.inRegion.count(of: $0) > 0 }
    return ofAll + withEchoes.map { JobKey(.echoes, $0.rawValue) }
  }
}
