import EventLog
import Projection
import Schema

extension Players {
  /// Adds what is wrong with the profiles.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    var named = 0
    var roles: [PlayerID] = []
    let playerOfName = playerOfName
    let last = last
    let grid = world.regions.grid
    profiles.forEachInOrder { player, row in
      if row.player != player.rawValue {
        claims.append("player \(player) says it is \(row.player)")
      }
      if !player.actor.isPlayer { claims.append("player \(player) has a number of another actor") }
      if player > last { claims.append("player \(player) is above \(last), the last number given") }
      if RoleSet(row.role).isEmpty {
        claims.append("player \(player) has \(row.role.name), which is none")
      }
      if row.retired, row.role != .player {
        claims.append("player \(player) is retired and still \(row.role.name)")
      }
      if row.role != .player { roles.append(player) }
      guard row.createdUs != 0 else {
        if row.retired { claims.append("player \(player) is retired without a profile") }
        if !row.name.isEmpty { claims.append("player \(player) has a name without a profile") }
        return
      }
      named += 1
      if playerOfName[row.nameKey] != player {
        claims.append("the name of player \(player) is not filed as its own")
      }
      if !grid.contains(RegionID(row.homeRegion)) {
        claims.append("player \(player) lives in region \(row.homeRegion), which is none")
      }
    }
    if playerOfName.count != named {
      claims.append("\(playerOfName.count) names are filed for \(named) profiles")
    }
    if roles != withRole {
      claims.append("\(withRole.count) players are filed as having a role, and not \(roles.count)")
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}
