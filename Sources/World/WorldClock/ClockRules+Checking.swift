import Schema
import SwiftProtobuf

extension ClockRules {
  /// The rules of this program's own fields, if each is possible.
  func checked() throws(RuleFault) -> Self {
    try RuleFault.check(speedPermille, "speed_permille", within: Self.speeds)
    try RuleFault.check(seasonDays, "season_days", within: 1...1_000)
    try RuleFault.check(startUs, "start_us", within: 0...1_000 * 365 * WorldTime.day)
    var rules = Self()
    rules.speedPermille = speedPermille
    rules.seasonDays = seasonDays
    rules.startUs = startUs
    rules.isAdjustable = isAdjustable
    return rules
  }

  /// The clock of the built-in world: a day in two hours, a season of fourteen days, and it begins at six in the morning.
  static var standard: Self {
    .with {
      $0.speedPermille = 12_000
      $0.seasonDays = 14
      $0.startUs = 6 * WorldTime.hour
    }
  }

  /// How fast a clock may run, in microseconds of the world in a thousand real ones.
  static let speeds: ClosedRange<Int64> = 1...100_000_000
}
