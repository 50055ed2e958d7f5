/// Why a request about melodies is refused.
package enum MelodiesRejection: String, RejectionCode {
  /// The piece cannot be played, or its title is none.
  case invalidMelody = "invalid_melody"
  /// The sender keeps as many melodies as the rules allow.
  case tooManyMelodies = "too_many_melodies"
  /// There is no such melody.
  case noSuchMelody = "no_such_melody"
  /// The melody is somebody else's.
  case notYourMelody = "not_your_melody"
  /// The parts cannot be put together.
  case invalidCombination = "invalid_combination"
  /// The melody has one voice: it takes one player.
  case oneVoice = "one_voice"
  /// The sender takes part in as many open performances as the rules allow.
  case tooManyPerformances = "too_many_performances"
  /// There is no such open performance.
  case noSuchPerformance = "no_such_performance"
  /// The time to find performers is over.
  case performanceExpired = "performance_expired"
  /// The performance is to be in another region.
  case performanceElsewhere = "performance_elsewhere"
  /// There is no such part, or somebody else has it.
  case partTaken = "part_taken"
  /// The sender has a part already.
  case alreadyPerforming = "already_performing"
  /// The sender has no part in it.
  case notPerforming = "not_performing"
  /// Somebody who takes part has gone away.
  case performerAway = "performer_away"
  /// The rules are not possible.
  case invalidMelodyRules = "invalid_melody_rules"
}

extension Rejection {
  /// There is no such melody; `field` is the request's field that names it.
  static func noSuchMelody(_ melody: UInt64, field: String) -> Self {
    Self(
      MelodiesRejection.noSuchMelody,
      "There is no melody \(melody); it may have been thrown away.", fields: field)
  }

  /// There is no such open performance; `field` is the request's field that names it.
  static func noSuchPerformance(_ performance: UInt64, field: String) -> Self {
    Self(
      MelodiesRejection.noSuchPerformance,
      "There is no open performance \(performance); it may be given, called off or expired.",
      fields: field)
  }
}
