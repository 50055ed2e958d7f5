import Projection
import Schema

extension Echoes {
  /// Adds what is wrong with echoes and bonds.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    if rules != nil && world.worldClock.row == nil {
      claims.append("there are rules for echoes without a clock")
    }
    addEchoFaults(to: &claims, in: world)
    addBondFaults(to: &claims, in: world)
    found += claims.map { Violation(system: Self.name, $0) }
  }

  private borrowing func addEchoFaults(to claims: inout [String], in world: borrowing World) {
    var inRegion: [RegionID: [EchoID]] = [:]
    let kinds = rules?.kinds.count ?? 0
    echoes.forEachInOrder { echo, row in
      if EchoID(row.echo) != echo { claims.append("echo \(echo) says it is \(row.echo)") }
      if !(1...UInt64(max(1, echoes.count))).contains(echo.rawValue) {
        claims.append("echo \(echo) is one of \(echoes.count)")
      }
      let region = RegionID(row.region)
      if !world.regions.grid.contains(region) {
        claims.append("echo \(echo) is outside the grid")
      }
      if row.kind < 1 || Int(row.kind) > kinds {
        claims.append("echo \(echo) is of kind \(row.kind), which there is not")
      }
      let range = 0...Standing.full
      if !range.contains(row.vigour) || !range.contains(row.heading) || row.company < 0 {
        claims.append(
          "echo \(echo) has a vigour of \(row.vigour), is heading for \(row.heading), and has a company of \(row.company)"
        )
      }
      if !EchoStage.known.contains(row.stage) {
        claims.append("echo \(echo) is at stage \(row.stage.rawValue)")
      }
      let counts = row.memories.reduce(into: [:]) { $0[$1.kind.rawValue, default: 0] += 1 }
      if counts.values.contains(where: { $0 > EchoRow.memoriesOfKind }) {
        claims.append("echo \(echo) remembers too much")
      }
      if !row.isRetired { inRegion[region, default: []].append(echo) }
    }
    for (region, members) in inRegion.sorted(by: { $0.key < $1.key }) {
      if members != self.inRegion.members(of: region) {
        claims.append("the echoes of region \(region) are not those of the rows")
      }
      if members.count > Self.inRegionMax {
        claims.append("there are \(members.count) echoes in region \(region)")
      }
    }
    if self.inRegion.count != inRegion.values.reduce(0, { $0 + $1.count }) {
      claims.append("\(self.inRegion.count) echoes are in regions")
    }
  }

  private borrowing func addBondFaults(to claims: inout [String], in world: borrowing World) {
    bonds.forEachInOrder { key, row in
      if BondKey(PlayerID(row.player), EchoID(row.echo)) != key {
        claims.append("a bond is filed as that of \(key)")
      }
      if world.players.standing(of: key.player) == nil {
        claims.append("\(key) has a bond and was never enrolled")
      }
      if !echoes.contains(key.echo) { claims.append("\(key) has a bond with nobody") }
      if !(0...Standing.full).contains(row.bond) || row.attends < 1 {
        claims.append("\(key) has a bond of \(row.bond) by attending \(row.attends) times")
      }
      if !ofPlayer.members(of: key.player).contains(key.echo) {
        claims.append("\(key) has a bond that is not found")
      }
    }
    if ofPlayer.count != bonds.count { claims.append("\(ofPlayer.count) bonds are found") }
    let abilities = rules?.abilities.count ?? 0
    learned.forEachInOrder { player, row in
      if PlayerID(row.player) != player {
        claims.append("what \(player) was taught says it is \(row.player)'s")
      }
      if world.players.standing(of: player) == nil {
        claims.append("player \(player) was taught something and never enrolled")
      }
      let numbers = row.abilities.map(\.ability)
      if Set(numbers).count != numbers.count
        || numbers.contains(where: { $0 < 1 || $0 > abilities })
      {
        claims.append("player \(player) was taught \(numbers), of \(abilities) abilities")
      }
    }
  }
}
