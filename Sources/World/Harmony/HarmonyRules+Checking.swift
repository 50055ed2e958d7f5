package import Schema
import SwiftProtobuf

extension HarmonyRules {
  /// The rules of this program's own fields, if each is possible.
  func checked() throws(RuleFault) -> Self {
    try RuleFault.check(rest, "rest", within: 0...Standing.full)
    try RuleFault.check(settlingPermille, "settling_permille", within: 0...1_000)
    try RuleFault.check(neglectHours, "neglect_hours", within: 0...10_000)
    try RuleFault.check(creep, "creep", within: 0...Standing.full)
    try RuleFault.check(influencePermille, "influence_permille", within: 0...500)
    try RuleFault.check(songPermille, "song_permille", within: 0...1_000)
    try RuleFault.check(reliefPermille, "relief_permille", within: 0...1_000)
    try RuleFault.check(repetitionHours, "repetition_hours", within: 0...10_000)
    var rules = Self()
    rules.rest = rest
    rules.settlingPermille = settlingPermille
    rules.neglectHours = neglectHours
    rules.creep = creep
    rules.influencePermille = influencePermille
    rules.songPermille = songPermille
    rules.reliefPermille = reliefPermille
    rules.repetitionHours = repetitionHours
    return rules
  }

  /// The rules of the built-in world: a region that nobody sings in falls silent in about three weeks of the world.
  package static var standard: Self {
    .with {
      $0.rest = 600_000
      $0.settlingPermille = 20
      $0.neglectHours = 24
      $0.creep = 2_000
      $0.influencePermille = 10
      $0.songPermille = 80
      $0.reliefPermille = 120
      $0.repetitionHours = 6
    }
  }
}

extension HarmonyRulesSet {
  /// The rules of a world whose clock begins to run.
  package static func beginning(
    _ rules: HarmonyRules, regions: UInt32, at time: WorldTime
  ) -> Self {
    .with {
      $0.rules = rules
      $0.regions = regions
      $0.worldUs = time.microseconds
    }
  }
}
