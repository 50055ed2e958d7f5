import Projection
package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about echoes.
  package borrowing func decide(
    _ command: EchoesCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .attendEcho(let command): try decide(command, context, &decision)
    case .useAbility(let command): try decide(command, context, &decision)
    case .placeEcho(let command): try decide(command, context, &decision)
    case .retireEcho(let command): try decide(command, &decision)
    case .setEchoRules(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ command: AttendEcho, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let time = try requireTime(context)
    let rules = try requireEchoRules()
    let echo = try requireEcho(command.echo, field: "attend_echo.echo")
    guard try requireRegion(of: player, context).number == echo.region else {
      throw Rejection(
        EchoesRejection.echoElsewhere, "\(echo.name) is in region \(echo.region), and you are not.",
        fields: "attend_echo.echo")
    }
    let row = echoes.bonds[BondKey(player, EchoID(echo.echo))] ?? BondRow()
    let attends = row.attends(onDayOf: time)
    guard attends < rules.attendsPerDay else {
      throw Rejection(
        EchoesRejection.attendedEnough,
        "You have attended to \(echo.name) \(attends) times today; come again tomorrow.",
        fields: "attend_echo.echo")
    }
    let learned = echoes.learned[player] ?? LearnedRow()
    let former = row.bond(at: time, by: rules)
    let gain = rules.gain(on: former, after: attends, insight: learned.insight(by: rules))
    let level = rules.level(of: former + gain)
    let company = min(echo.company(at: time, by: rules) + gain, Fading.amountMax)
    let isTop = level == rules.bondLevels.count && level > row.highestLevel
    decision.echoes(
      .echoAttended(
        .with {
          $0.echo = echo.echo
          $0.region = echo.region
          $0.player = player.rawValue
          $0.former = former
          $0.bond = former + gain
          $0.level = level
          $0.company = company
          $0.attends = attends + 1
          $0.isRemembered = isTop
          $0.stage = echo.stage
          $0.worldUs = time.microseconds
        }))
    for ability in learned.lessons(of: echo, atLevel: level, by: rules) {
      decision.echoes(
        .abilityTaught(
          .with {
            $0.player = player.rawValue
            $0.ability = ability
            $0.name = rules.ability(ability)?.name ?? ""
            $0.echo = echo.echo
            $0.worldUs = time.microseconds
          }))
    }
  }

  private borrowing func decide(
    _ command: PlaceEcho, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let time = try requireTime(context)
    let rules = try requireEchoRules()
    guard let kind = rules.kind(command.kind) else {
      throw Rejection(
        EchoesRejection.noSuchEchoKind,
        "There is no kind \(command.kind) of echoes; they are numbered from 1 to \(rules.kinds.count).",
        fields: "place_echo.kind")
    }
    let region = try regions.require(command.region, field: "place_echo.region")
    if let fault = EchoPlan.nameRule.fault(in: command.name) {
      throw Rejection(
        EchoesRejection.invalidEchoName, "The name \(fault).", fields: "place_echo.name")
    }
    try Rejection.checkReason(command.reason, field: "place_echo.reason")
    guard echoes.inRegion.count(of: region) < Echoes.inRegionMax, echoes.count < Echoes.everMax
    else {
      throw Rejection(
        EchoesRejection.tooManyEchoes,
        "There may be \(Echoes.inRegionMax) echoes in a region, and \(Echoes.everMax) ever.",
        fields: "place_echo.region")
    }
    let plan = EchoPlan.with {
      $0.kind = command.kind
      $0.region = command.region
      $0.name = command.name.isEmpty ? kind.name : command.name
    }
    let count = UInt32(clamping: regions.grid.count)
    var placed = plan.placed(as: UInt64(echoes.count) + 1, among: count, at: time)
    placed.reason = command.reason
    decision.echoes(.echoPlaced(placed))
  }

  private borrowing func decide(
    _ command: RetireEcho, _ decision: inout Decision
  ) throws(Rejection) {
    let echo = try requireEcho(command.echo, field: "retire_echo.echo")
    try Rejection.checkReason(command.reason, field: "retire_echo.reason")
    let left = echoes.inRegion.count(of: RegionID(echo.region)) - 1
    decision.echoes(
      .echoRetired(
        .with {
          $0.echo = echo.echo
          $0.region = echo.region
          $0.left = UInt32(clamping: left)
          $0.reason = command.reason
        }))
  }

  private borrowing func decide(
    _ command: SetEchoRules, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    _ = try requireTime(context)
    let rules: EchoRules
    do throws(RuleFault) {
      rules = try command.rules.checked(following: echoes.rules)
    } catch {
      throw Rejection(
        EchoesRejection.invalidEchoRules, error.message,
        fields: "set_echo_rules.rules.\(error.field)")
    }
    decision.echoes(.echoRulesSet(.with { $0.rules = rules }))
  }

  /// The rules of echoes.
  ///
  /// - Throws: `no_echoes`.
  borrowing func requireEchoRules() throws(Rejection) -> EchoRules {
    guard let rules = echoes.rules else {
      throw Rejection(
        EchoesRejection.noEchoes,
        "This world has no rules for echoes yet; there can be some when they are set.")
    }
    return rules
  }

  /// The echo of a number that somebody wrote, if it was not retired; `field` is the request's field that has it.
  ///
  /// - Throws: `no_such_echo`.
  borrowing func requireEcho(_ number: UInt64, field: String) throws(Rejection) -> EchoRow {
    guard let row = echoes.row(of: EchoID(number)), !row.isRetired else {
      throw Rejection(
        EchoesRejection.noSuchEcho, "There is no echo \(number), or it was retired.", fields: field)
    }
    return row
  }

  /// The region in which a player stands.
  ///
  /// - Throws: `no_profile`.
  borrowing func requireRegion(
    of player: PlayerID, _ context: DecisionContext
  ) throws(Rejection) -> RegionID {
    guard let place = movement.place(of: player, at: context.now) else { throw .noProfile }
    return regions.grid.region(at: place)
  }
}

extension EchoPlan {
  /// What an echo may be called.
  static let nameRule = TextRule(characters: 0...40)

  /// The event that places it.
  ///
  /// - Parameter count: How many regions there are.
  func placed(as echo: UInt64, among count: UInt32, at time: WorldTime) -> EchoPlaced {
    .with {
      $0.echo = echo
      $0.kind = kind
      $0.region = region
      $0.name = name
      $0.worldUs = time.microseconds
      $0.nextUs = Hourly.first(of: RegionID(region), among: count, after: time).microseconds
    }
  }
}

extension LearnedRow {
  /// By how much more bonds grow, in thousandths.
  func insight(by rules: EchoRules) -> Int64 {
    abilities.compactMap { rules.ability($0.ability) }.filter { $0.effect == .insight }
      .map(\.power).max() ?? 0
  }

  /// What an echo teaches whoever has a bond of a level with it, and was not taught before; by number.
  func lessons(of echo: EchoRow, atLevel level: UInt32, by rules: EchoRules) -> [UInt32] {
    rules.abilities.indices.compactMap { index in
      let rule = rules.abilities[index]
      let number = UInt32(index + 1)
      guard rule.kind == echo.kind, rule.level <= level,
        rule.stage.rawValue <= echo.stage.rawValue,
        !abilities.contains(where: { $0.ability == number })
      else { return nil }
      return number
    }
  }
}
