import Schema
import SwiftProtobuf

extension EchoRules {
  /// How many kinds of echoes there may be.
  private static var kindsMax: Int { 24 }
  /// How many abilities there may be.
  private static var abilitiesMax: Int { 32 }

  /// The rules of this program's own fields, if each is possible.
  ///
  /// - Parameter former: The rules so far, whose kinds and abilities stay.
  func checked(following former: EchoRules? = nil) throws(RuleFault) -> Self {
    try RuleFault.check(kinds.count, "kinds", within: (former?.kinds.count ?? 0)...Self.kindsMax)
    try RuleFault.check(bondLevels.count, "bond_levels", within: 1...10)
    try RuleFault.check(
      abilities.count, "abilities", within: (former?.abilities.count ?? 0)...Self.abilitiesMax)
    try RuleFault.check(attendPermille, "attend_permille", within: 1...1_000)
    try RuleFault.check(attendsPerDay, "attends_per_day", within: 1...10)
    try RuleFault.check(bondHalfHours, "bond_half_hours", within: 1...100_000)
    try RuleFault.check(companyFull, "company_full", within: 1...10_000)
    try RuleFault.check(grain, "grain", within: 1...Standing.full)
    var rules = Self()
    for (index, kind) in kinds.enumerated() {
      rules.kinds.append(try kind.checked("kinds[\(index)]"))
    }
    for (index, level) in bondLevels.enumerated() {
      let field = "bond_levels[\(index)]"
      rules.bondLevels.append(try level.checked(field, after: rules.bondLevels.last))
    }
    for (index, ability) in abilities.enumerated() {
      rules.abilities.append(try ability.checked("abilities[\(index)]", of: rules))
    }
    rules.attendPermille = attendPermille
    rules.attendsPerDay = attendsPerDay
    rules.bondHalfHours = bondHalfHours
    rules.companyFull = companyFull
    rules.grain = grain
    return rules
  }
}

extension EchoKind {
  fileprivate func checked(_ field: String) throws(RuleFault) -> Self {
    try RuleFault.check(name, "\(field).name", TextRule(characters: 1...40))
    try RuleFault.check(embodies, "\(field).embodies", TextRule(characters: 0...200))
    let full = Standing.full
    try RuleFault.check(stirring, "\(field).stirring", within: 1...full - 3)
    try RuleFault.check(awakened, "\(field).awakened", within: stirring + 1...full - 2)
    try RuleFault.check(radiant, "\(field).radiant", within: awakened + 1...full - 1)
    try RuleFault.check(transcendent, "\(field).transcendent", within: radiant + 1...full)
    try RuleFault.check(margin, "\(field).margin", within: 0...stirring - 1)
    try RuleFault.check(riseHours, "\(field).rise_hours", within: 1...10_000)
    try RuleFault.check(fallHours, "\(field).fall_hours", within: 1...10_000)
    var kind = Self()
    kind.name = name
    kind.embodies = embodies
    kind.favours = try favours.checked("\(field).favours")
    kind.stirring = stirring
    kind.awakened = awakened
    kind.radiant = radiant
    kind.transcendent = transcendent
    kind.margin = margin
    kind.riseHours = riseHours
    kind.fallHours = fallHours
    return kind
  }
}

extension EchoFavours {
  fileprivate func checked(_ field: String) throws(RuleFault) -> Self {
    let range: ClosedRange<Int64> = -1_000...1_000
    let plain = [
      (nature, "nature"), (harmony, "harmony"), (silence, "silence"), (vitality, "vitality"),
      (company, "company"), (day, "day"), (night, "night"),
    ]
    for (number, name) in plain {
      try RuleFault.check(number, "\(field).\(name)", within: range)
    }
    var favours = Self()
    favours.nature = nature
    favours.harmony = harmony
    favours.silence = silence
    favours.vitality = vitality
    favours.company = company
    favours.day = day
    favours.night = night
    for (index, favour) in weather.enumerated() {
      let field = "\(field).weather[\(index)]"
      guard favour.kind.isKnown, !favours.weather.contains(where: { $0.kind == favour.kind }) else {
        throw RuleFault(
          field: field, message: "Each kind of weather is listed once at most; they are 1 to 8.")
      }
      try RuleFault.check(favour.vigour, "\(field).vigour", within: range)
      favours.weather.append(.of(favour.kind, favour.vigour))
    }
    for (index, favour) in seasons.enumerated() {
      let field = "\(field).seasons[\(index)]"
      guard Season.known.contains(favour.season),
        !favours.seasons.contains(where: { $0.season == favour.season })
      else {
        throw RuleFault(
          field: field, message: "Each of the four seasons is listed once at most.")
      }
      try RuleFault.check(favour.vigour, "\(field).vigour", within: range)
      favours.seasons.append(.of(favour.season, favour.vigour))
    }
    return favours
  }
}

extension BondLevel {
  fileprivate func checked(_ field: String, after former: BondLevel?) throws(RuleFault) -> Self {
    try RuleFault.check(name, "\(field).name", TextRule(characters: 1...40))
    let least = (former?.bond ?? 0) + 1
    try RuleFault.check(bond, "\(field).bond", within: min(least, Standing.full)...Standing.full)
    guard bond >= least else {
      throw RuleFault(
        field: "\(field).bond", message: "A level takes more than the one before: \(least) or more."
      )
    }
    return .of(name, bond)
  }
}

extension AbilityRule {
  /// The ability of this program's own fields, if it is possible by the kinds and levels of some rules.
  fileprivate func checked(_ field: String, of rules: EchoRules) throws(RuleFault) -> Self {
    try RuleFault.check(name, "\(field).name", TextRule(characters: 1...40))
    try RuleFault.check(kind, "\(field).kind", within: 1...UInt32(max(1, rules.kinds.count)))
    try RuleFault.check(level, "\(field).level", within: 1...UInt32(rules.bondLevels.count))
    guard EchoStage.known.contains(stage) else {
      throw RuleFault(field: "\(field).stage", message: "That is no stage; they are 1 to 5.")
    }
    switch effect {
    case .renew, .insight, .nurture:
      try RuleFault.check(power, "\(field).power", within: 1...1_000)
    case .still: try RuleFault.check(power, "\(field).power", within: 1...48)
    case .unspecified, .UNRECOGNIZED:
      throw RuleFault(field: "\(field).effect", message: "That is no effect; they are 1 to 4.")
    }
    try RuleFault.check(restHours, "\(field).rest_hours", within: 0...10_000)
    var rule = Self()
    rule.name = name
    rule.kind = kind
    rule.level = level
    rule.stage = stage
    rule.effect = effect
    rule.power = power
    rule.restHours = restHours
    return rule
  }
}

extension WeatherFavour {
  static func of(_ kind: WeatherKind, _ vigour: Int64) -> Self {
    .with { ($0.kind, $0.vigour) = (kind, vigour) }
  }
}

extension SeasonFavour {
  static func of(_ season: Season, _ vigour: Int64) -> Self {
    .with { ($0.season, $0.vigour) = (season, vigour) }
  }
}

extension BondLevel {
  static func of(_ name: String, _ bond: Int64) -> Self {
    .with { ($0.name, $0.bond) = (name, bond) }
  }
}
