import Projection
import Schema

extension Presence {
  /// Adds what is wrong with the sessions.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    var standing = 0
    for player in present.sortedKeys() {
      guard let row = present[player] else { continue }
      if row.player != player.rawValue {
        claims.append("player \(player) says it is \(row.player)")
      }
      if row.session == 0 { claims.append("player \(player) is connected without a session") }
      if world.players.standing(of: player) == nil {
        claims.append("player \(player) is connected and was never enrolled")
      }
      let region = world.movement.region(of: player)?.number ?? 0
      if row.region != region {
        claims.append("player \(player) is present in region \(row.region) and stands in \(region)")
      }
      guard row.region != 0 else { continue }
      standing += 1
      if !presentByRegion.members(of: RegionID(row.region)).contains(player) {
        claims.append("player \(player) is not filed under region \(row.region)")
      }
    }
    if presentByRegion.count != standing {
      claims.append(
        "\(presentByRegion.count) players are filed under regions, and \(standing) stand")
    }
    sessions.forEachInOrder { player, row in
      if row.latest.count != min(Int(clamping: row.ended), Self.sessionsKept) {
        claims.append("player \(player) has \(row.latest.count) sessions kept of \(row.ended)")
      }
      if row.latest.contains(where: { $0.durationUs < 0 }) || row.totalUs < 0 {
        claims.append("player \(player) was connected for less than no time")
      }
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}
