import Projection
import Schema

extension Harmony {
  /// Adds what is wrong with harmony.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    let isKept = rules != nil
    if isKept != (world.worldClock.row != nil) {
      claims.append(isKept ? "there is harmony without a clock" : "a clock runs without harmony")
    }
    let range = 0...Standing.full
    regions.forEachInOrder { region, row in
      if RegionID(row.region) != region {
        claims.append("region \(region) says it is \(row.region)")
      }
      if !world.regions.grid.contains(region) {
        claims.append("region \(region) is outside the grid")
      }
      if !range.contains(row.harmony) || !range.contains(row.silence) {
        claims.append("region \(region) stands at \(row.harmony) and \(row.silence)")
      }
    }
    singers.forEachInOrder { player, row in
      if PlayerID(row.player) != player {
        claims.append("singer \(player) says it is \(row.player)")
      }
      if !regions.contains(RegionID(row.region)) {
        claims.append("player \(player) sang in region \(row.region), which heard nothing")
      }
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}
