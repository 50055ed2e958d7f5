package import Schema
import SwiftProtobuf

extension MelodyRules {
  /// The most that rules may allow as a melody's notes.
  static let notesCeiling: UInt32 = 512

  /// The rules of this program's own fields, if each is possible.
  func checked() throws(RuleFault) -> Self {
    try RuleFault.check(melodiesMax, "melodies_max", within: 1...64)
    try RuleFault.check(notesMax, "notes_max", within: 1...Self.notesCeiling)
    try RuleFault.check(performancesMax, "performances_max", within: 1...8)
    try RuleFault.check(effectPermille, "effect_permille", within: 0...1_000)
    try RuleFault.check(jointPermille, "joint_permille", within: 0...1_000)
    try RuleFault.check(expiresAfterUs, "expires_after_us", within: 1_000_000...86_400_000_000)
    var rules = Self()
    rules.melodiesMax = melodiesMax
    rules.notesMax = notesMax
    rules.performancesMax = performancesMax
    rules.effectPermille = effectPermille
    rules.jointPermille = jointPermille
    rules.expiresAfterUs = expiresAfterUs
    return rules
  }

  /// The rules of the built-in world.
  package static var standard: Self {
    .with {
      $0.melodiesMax = 16
      $0.notesMax = 256
      $0.performancesMax = 2
      $0.effectPermille = 1_000
      $0.jointPermille = 150
      $0.expiresAfterUs = 300_000_000
    }
  }

  /// How good a region finds what so many perform together; -1,000 to 1,000.
  func effect(ofQuality quality: Int64, performers: Int) -> Int64 {
    let bound = min(max(-1_000, quality), 1_000)
    let others = Int64(clamping: max(0, min(performers, Music.voicesMax) - 1))
    let joint = bound > 0 ? bound * min(max(0, jointPermille), 1_000) * others / 1_000 : 0
    return min(bound + joint, 1_000) * min(max(0, effectPermille), 1_000) / 1_000
  }
}
