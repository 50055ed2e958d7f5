package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about echoes.
  ///
  /// - Throws: `no_clock`, `no_echoes`, `no_such_echo`, `no_such_region`, `no_profile`, `no_such_player`, `not_allowed`, `unknown_request`.
  package borrowing func answer(
    _ query: EchoesQuery, _ context: DecisionContext
  ) throws(Rejection) -> EchoesAnswer {
    guard let query = query.query else { throw .unknownQuery }
    let time = try requireTime(context)
    let rules = try requireEchoRules()
    switch query {
    case .echo(let query):
      let row = try requireEcho(query.echo, field: "echo")
      var answer = echoAnswer(row, by: rules, at: time)
      if context.requester.role == .player,
        let bond = echoes.bond(of: context.requester.player, with: EchoID(row.echo), at: time)
      {
        answer.bond = standing(of: bond, with: row, by: rules, at: time)
      }
      return .with { $0.echo = answer }
    case .region(let query):
      let rows = echoes.rows(in: try region(query.region, context))
        .map { $0.brought(to: time, by: rules) }
      return .with { $0.region.echoes = rows }
    case .bonds(let query):
      let player = try subject(query.player, context)
      try requireActiveProfile(of: player, field: "player")
      let answer = bondsAnswer(of: player, after: EchoID(query.after), by: rules, at: time)
      return .with { $0.bonds = answer }
    case .rules: return .with { $0.rules = rules }
    }
  }

  /// How an echo stands at a time, why, and what the next stage takes.
  package borrowing func echoAnswer(
    _ row: EchoRow, by rules: EchoRules, at time: WorldTime
  ) -> EchoAnswer {
    let now = row.brought(to: time, by: rules)
    let kind = rules.kind(row.kind) ?? EchoKind()
    let surroundings = surroundings(of: RegionID(row.region), at: time)
    let sum = row.sum(at: time, in: surroundings, by: rules)
    let course = EchoCourse(vigour: now.vigour, heading: sum, kind: kind)
    var answer = EchoAnswer()
    answer.echo = now
    answer.sum = sum
    if let next = now.stage.next {
      let least = kind.least(of: next)
      answer.nextStage = next
      answer.nextVigour = least
      answer.lacking = max(0, least - sum)
      answer.nextHours = course.hours { $0 >= least }.map { max(1, $0) } ?? 0
    }
    if now.stage.former != nil {
      let hold = kind.hold(of: now.stage)
      answer.holdVigour = hold
      answer.fadingHours = course.hours { $0 < hold }.map { max(1, $0) } ?? 0
    }
    answer.factors = factors(
      of: kind, in: surroundings, company: now.company, lacking: answer.lacking, by: rules)
    return answer
  }

  private borrowing func factors(
    of kind: EchoKind, in surroundings: EchoSurroundings, company: Int64, lacking: Int64,
    by rules: EchoRules
  ) -> [EchoFactor] {
    let share = rules.share(ofCompany: company)
    return EchoFactorKind.known.map { factor in
      let gives = kind.favours.gives(factor, in: surroundings, company: share)
      let most = kind.favours.most(factor)
      let suffices = lacking > 0 && most - gives >= lacking
      var needed = suffices ? kind.favours.needed(factor, toGive: gives + lacking) : 0
      if factor == .company { needed *= min(max(1, rules.companyFull), 10_000) }
      return .with {
        $0.kind = factor
        $0.value = factor == .company ? company : surroundings.value(of: factor)
        $0.gives = gives
        $0.most = most
        $0.suffices = suffices
        $0.needed = needed
      }
    }
  }

  /// A player's bonds, and what it was taught.
  package borrowing func bondsAnswer(
    of player: PlayerID, after echo: EchoID = .none, by rules: EchoRules, at time: WorldTime
  ) -> BondsAnswer {
    let rows = echoes.bonds(of: player, after: echo)
    var answer = BondsAnswer()
    for var row in rows {
      guard let echo = echoes.row(of: EchoID(row.echo)), !echo.isRetired else { continue }
      row.bond = row.bond(at: time, by: rules)
      answer.bonds.append(standing(of: row, with: echo, by: rules, at: time))
    }
    answer.abilities = echoes.learned(by: player)?.abilities ?? []
    if rows.count == Echoes.bondsListed { answer.next = rows.last?.echo ?? 0 }
    return answer
  }

  private borrowing func standing(
    of bond: BondRow, with echo: EchoRow, by rules: EchoRules, at time: WorldTime
  ) -> BondStanding {
    let level = rules.level(of: bond.bond)
    let attends = bond.attends(onDayOf: time)
    let current = level > 0 ? rules.bondLevels.dropFirst(Int(level) - 1).first : nil
    let next = rules.bondLevels.dropFirst(Int(level)).first
    return .with {
      $0.row = bond
      $0.level = level
      $0.levelName = current?.name ?? ""
      $0.nextBond = next?.bond ?? 0
      $0.attendsLeft = rules.attendsPerDay - min(rules.attendsPerDay, attends)
      $0.echoName = echo.name
      $0.region = echo.region
    }
  }
}

extension EchoSurroundings {
  /// How much there is of something, as an answer tells it; 0 for what an echo has of itself or with it.
  fileprivate func value(of factor: EchoFactorKind) -> Int64 {
    switch factor {
    case .harmony: harmony
    case .silence: silence
    case .vitality: vitality
    case .weather: Int64(weather.rawValue)
    case .hour: hour
    case .season: Int64(season.rawValue)
    case .nature, .company, .unspecified, .UNRECOGNIZED: 0
    }
  }
}
