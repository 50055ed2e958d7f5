import EventLog
import Projection
import Schema

extension Movement {
  /// Adds what is wrong with where players are.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    for player in movements.sortedKeys() {
      guard let row = movements[player] else { continue }
      if row.player != player.rawValue {
        claims.append("player \(player) says it is \(row.player)")
      }
      if world.players.standing(of: player) != .active {
        claims.append("player \(player) is in the world without a profile in use")
      }
      claims += row.faults(in: world.regions.grid).map { "player \(player) \($0)" }
    }
    for player in world.players.profiles.sortedKeys()
    where world.players.standing(of: player) == .active && !movements.contains(player) {
      claims.append("player \(player) has a profile in use and is not in the world")
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}

extension MovementRow {
  /// What is wrong with the row by itself.
  fileprivate func faults(in grid: Grid) -> [String] {
    guard grid.contains(from), grid.contains(to) else { return ["is outside the world"] }
    guard durationUs >= 0 else { return ["walks for less than no time"] }
    guard durationUs > 0 || from == to else { return ["is in two places"] }
    let border = Motion(self).border(leaving: RegionID(region), in: grid)
    guard borderUs == border?.time.microseconds ?? 0, nextRegion == border?.region.number ?? 0
    else { return ["comes to a border at another time than its way does"] }
    let motion = Motion(self)
    let start = Timestamp(microseconds: startedUs)
    let last =
      border.map { Timestamp(microseconds: $0.time.microseconds &- 1) }
      ?? Timestamp(microseconds: startedUs &+ durationUs)
    guard grid.region(at: motion.place(at: max(start, last))) == RegionID(region) else {
      return ["is not in region \(region)"]
    }
    return []
  }
}
