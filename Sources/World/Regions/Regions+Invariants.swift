import Projection
import Schema

extension Regions {
  /// Adds what is wrong with the grid, the rules and the regions.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    if !regions.isEmpty && !isFounded { claims.append("regions are named in no world") }
    if grid != Grid(of: worlds[.only] ?? WorldRow()) {
      claims.append("the grid is not the world's")
    }
    var regionOfName: [String: RegionID] = [:]
    let grid = grid
    regions.forEachInOrder { region, row in
      if !grid.contains(region) { claims.append("region \(region) is outside the grid") }
      if RegionID(row.region) != region {
        claims.append("region \(region) says it is \(row.region)")
      }
      if let other = regionOfName.updateValue(region, forKey: row.name.lowercased()) {
        claims.append("regions \(other) and \(region) have the same name")
      }
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}
