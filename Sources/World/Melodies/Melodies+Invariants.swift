import Projection
import Schema

extension Melodies {
  /// Checks that melodies can be played and are judged as they were, that nobody takes part too often, and that the
  /// indexes are what the rows say.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    addFaults(ofMelodies: &claims)
    addFaults(ofPerformances: &claims, in: world)
    found += claims.map { Violation(system: Self.name, $0) }
  }

  private borrowing func addFaults(ofMelodies claims: inout [String]) {
    melodies.forEachInOrder { melody, row in
      if MelodyID(row.melody) != melody {
        claims.append("melody \(melody) says it is \(row.melody)")
      }
      if row.piece.fault(notesMax: MelodyRules.notesCeiling) != nil {
        claims.append("melody \(melody) cannot be played")
      }
      if !(-1_000...1_000).contains(row.quality) {
        claims.append("melody \(melody) is of quality \(row.quality)")
      }
      if !melodiesOfPlayer.members(of: PlayerID(row.player)).contains(melody) {
        claims.append("melody \(melody) is missing from the index of player \(row.player)")
      }
    }
    if melodiesOfPlayer.count != melodies.count {
      claims.append(
        "\(melodiesOfPlayer.count) melodies are in the index; there are \(melodies.count)")
    }
  }

  private borrowing func addFaults(
    ofPerformances claims: inout [String], in world: borrowing World
  ) {
    var sides = 0
    performances.forEachInOrder { performance, row in
      let name = "performance \(performance)"
      if PerformanceID(row.performance) != performance {
        claims.append("\(name) says it is \(row.performance)")
      }
      if !(2...Music.voicesMax).contains(row.performers.count) {
        claims.append("\(name) has \(row.performers.count) parts")
      }
      if !row.performers.contains(0) { claims.append("\(name) lacks nobody and is still open") }
      if row.part(of: PlayerID(row.player)) == nil { claims.append("\(name) lacks its proposer") }
      if !world.regions.grid.contains(RegionID(row.region)) {
        claims.append("\(name) is outside the grid")
      }
      let players = row.takingPart
      sides += players.count
      if Set(players).count != players.count {
        claims.append("\(name) has a player in two parts")
      }
      for player in players
      where !performancesOfPlayer.members(of: player).contains(performance) {
        claims.append("\(name) is missing from the index of player \(player)")
      }
      if !performancesOfRegion.members(of: RegionID(row.region)).contains(performance) {
        claims.append("\(name) is missing from the index of region \(row.region)")
      }
    }
    if performancesOfPlayer.count != sides || performancesOfRegion.count != performances.count {
      claims.append("the indexes of performances are not those of the rows")
    }
  }
}
