import Projection
import Schema
import SwiftProtobuf

extension World {
  /// Has a player use what an echo taught, where the player stands.
  ///
  /// - Throws: `ability_not_taught`, `ability_works_by_itself`, `ability_rests`, `no_echo_near`, `nothing_to_still`, and what keeps a player from playing.
  borrowing func decide(
    _ command: UseAbility, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let time = try requireTime(context)
    let rules = try requireEchoRules()
    let learned = echoes.learned[player]?.abilities.first { $0.ability == command.ability }
    guard let learned, let ability = rules.ability(command.ability) else {
      throw Rejection(
        EchoesRejection.abilityNotTaught, "No echo has taught you ability \(command.ability).",
        fields: "use_ability.ability")
    }
    let ready = WorldTime(learned.usedUs).adding(ability.rest)
    guard learned.usedUs == 0 || ready <= time else {
      let hours = (ready.microseconds - time.microseconds) / WorldTime.hour + 1
      throw Rejection(
        EchoesRejection.abilityRests,
        "\(ability.name) rests for \(hours) more hours of the world at most.",
        fields: "use_ability.ability")
    }
    let region = try requireRegion(of: player, context)
    let outcome: AbilityOutcome =
      switch ability.effect {
      case .renew: .harmony(renewal(of: region, by: ability, at: time))
      case .nurture: .echoes(try nurture(of: region, by: ability, at: time))
      case .still: .weather(try stilling(of: region, by: ability, at: time, context))
      case .insight, .unspecified, .UNRECOGNIZED:
        throw Rejection(
          EchoesRejection.abilityWorksByItself, "\(ability.name) works without being used.",
          fields: "use_ability.ability")
      }
    decision.echoes(
      .abilityUsed(
        .with {
          $0.player = player.rawValue
          $0.ability = command.ability
          $0.name = ability.name
          $0.region = region.number
          $0.worldUs = time.microseconds
        }))
    switch outcome {
    case .harmony(let set): decision.harmony(.harmonySet(set))
    case .echoes(let evolved): decision.echoes(.echoesEvolved(evolved))
    case .weather(let set): decision.weather(.weatherSet(set))
    }
  }

  /// Brings a region's harmony a part of what it lacks, and drives out as large a part of the silence.
  private borrowing func renewal(
    of region: RegionID, by ability: AbilityRule, at time: WorldTime
  ) -> HarmonySet {
    let standing = harmony.standing(of: region).renewed(by: ability.boundedPower)
    return .with {
      $0.region = region.number
      $0.harmony = standing.harmony
      $0.silence = standing.silence
      $0.worldUs = time.microseconds
      $0.reason = ability.name
    }
  }

  /// Gives every echo of a region vigour, which it then keeps or not as its surroundings allow.
  private borrowing func nurture(
    of region: RegionID, by ability: AbilityRule, at time: WorldTime
  ) throws(Rejection) -> EchoesEvolved {
    let gained = ability.boundedPower * 1_000
    let changes = echoes.inRegion.members(of: region).prefix(Echoes.inRegionMax).compactMap {
      echo -> EchoChange? in
      guard let row = echoes.row(of: echo, at: time) else { return nil }
      return .with {
        $0.echo = row.echo
        $0.stage = row.stage
        $0.vigour = min(row.vigour + gained, Standing.full)
        $0.heading = row.heading
      }
    }
    guard !changes.isEmpty else {
      throw Rejection(
        EchoesRejection.noEchoNear, "There is no echo where you are.",
        fields: "use_ability.ability")
    }
    return .with {
      $0.region = region.number
      $0.changes = changes
      $0.worldUs = time.microseconds
    }
  }

  /// Turns a storm of dissonance into clouds.
  private borrowing func stilling(
    of region: RegionID, by ability: AbilityRule, at time: WorldTime, _ context: DecisionContext
  ) throws(Rejection) -> WeatherSet {
    guard let before = weather.conditions(of: region), before.kind == .dissonance else {
      throw Rejection(
        EchoesRejection.nothingToStill, "There is no storm of dissonance where you are.",
        fields: "use_ability.ability")
    }
    var random = context.random(for: .weather)
    let conditions = weather.model.conditions(
      of: .cloudy, intensity: 500, since: time,
      until: time.adding(min(ability.boundedPower, 48) * WorldTime.hour),
      under: sky(of: region, at: time), after: before, &random)
    return .with {
      $0.region = region.number
      $0.conditions = conditions
      $0.reason = ability.name
    }
  }
}

/// What using an ability comes to, besides that it was used.
private enum AbilityOutcome {
  case harmony(HarmonySet)
  case echoes(EchoesEvolved)
  case weather(WeatherSet)
}

extension AbilityRule {
  /// How long it rests after a use, in microseconds of the world.
  package var rest: Int64 { min(max(0, restHours), 10_000) * WorldTime.hour }

  /// How much it does; 1 to 1,000.
  var boundedPower: Int64 { min(max(1, power), 1_000) }
}
