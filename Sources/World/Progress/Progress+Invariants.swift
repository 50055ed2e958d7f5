import Projection
import Schema

extension Progress {
  /// Adds what is wrong with progress.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    rows.forEachInOrder { player, row in
      if PlayerID(row.player) != player {
        claims.append("progress of \(player) says it is \(row.player)'s")
      }
      if rules == nil { claims.append("player \(player) earned something where nothing is earned") }
      if world.players.standing(of: player) == nil {
        claims.append("player \(player) has progress and was never enrolled")
      }
      if !(0...Self.resonanceMax).contains(row.resonance) {
        claims.append("player \(player) has a resonance of \(row.resonance)")
      }
      let kinds = row.deeds.map(\.deed.rawValue)
      if kinds != Array(Set(kinds)).sorted() {
        claims.append("deeds of \(player) are out of order")
      }
      for deed in row.deeds where deed.count < 1 || deed.weariness < 0 {
        claims.append(
          "player \(player) did something \(deed.count) times, weary by \(deed.weariness)")
      }
      let discovered = row.discovered.reduce(0) { $0 + $1.nonzeroBitCount }
      if discovered != Int(clamping: row.count(of: .discovery)?.count ?? 0) {
        claims.append("player \(player) discovered \(discovered) regions, and counts otherwise")
      }
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }
}
