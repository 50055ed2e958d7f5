/// Why nothing is done to an echo, or with it.
package enum EchoesRejection: String, RejectionCode {
  /// The world has a clock, and no rules for echoes.
  case noEchoes = "no_echoes"
  /// There is no such echo, or it was retired.
  case noSuchEcho = "no_such_echo"
  /// The echo is in another region than the player.
  case echoElsewhere = "echo_elsewhere"
  /// The player attended to the echo as often as counts on one day.
  case attendedEnough = "attended_enough"
  /// The player was not taught that ability.
  case abilityNotTaught = "ability_not_taught"
  /// The ability works without being used.
  case abilityWorksByItself = "ability_works_by_itself"
  /// The ability was used not long enough ago.
  case abilityRests = "ability_rests"
  /// There is no echo in the region, and the ability is for echoes.
  case noEchoNear = "no_echo_near"
  /// There is no storm of dissonance in the region.
  case nothingToStill = "nothing_to_still"
  /// There is no such kind of echo.
  case noSuchEchoKind = "no_such_echo_kind"
  /// The name is too long, or has what no name has.
  case invalidEchoName = "invalid_echo_name"
  /// There are as many echoes in the region, or in the world, as there may be.
  case tooManyEchoes = "too_many_echoes"
  /// The rules are not possible.
  case invalidEchoRules = "invalid_echo_rules"
}
