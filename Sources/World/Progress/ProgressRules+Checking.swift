package import Schema
import SwiftProtobuf

extension ProgressRules {
  /// The rules of this program's own fields, if each is possible.
  ///
  /// - Parameter former: The rules so far, whose milestones stay.
  func checked(following former: ProgressRules? = nil) throws(RuleFault) -> Self {
    try RuleFault.check(recoveryUs, "recovery_us", within: 1_000_000...365 * 86_400_000_000)
    try RuleFault.check(deeds.count, "deeds", within: 0...DeedKind.allCases.count)
    try RuleFault.check(tiers.count, "tiers", within: 0...20)
    try RuleFault.check(
      milestones.count, "milestones", within: (former?.milestones.count ?? 0)...60)
    var rules = Self()
    rules.recoveryUs = recoveryUs
    for rule in deeds { rules.deeds.append(try rule.checked(after: rules.deeds)) }
    for rule in tiers { rules.tiers.append(try rule.checked(after: rules.tiers.last)) }
    for rule in milestones { rules.milestones.append(try rule.checked()) }
    return rules
  }

  /// The rules of the built-in world.
  package static var standard: Self {
    .with {
      $0.recoveryUs = 3_600_000_000
      $0.deeds = [
        .of(.discovery, 50, halfAfter: 0), .of(.trade, 20, halfAfter: 3),
        .of(.gift, 10, halfAfter: 2), .of(.song, 15, halfAfter: 4),
        .of(.harvest, 5, halfAfter: 4), .of(.planting, 10, halfAfter: 4),
        .of(.performance, 25, halfAfter: 4), .of(.attention, 8, halfAfter: 3),
      ]
      $0.tiers = [
        .of("Listener", 50, "hears how a region stands"),
        .of("Apprentice", 250, "may learn from echoes"),
        .of("Singer", 1_000, "may travel between attuned places"),
        .of("Weaver", 4_000, "may lead others in song"),
        .of("Resonant", 16_000, "is heard in the regions around"),
      ]
      $0.milestones = [
        .of("First steps", 1, .discovery), .of("Wanderer", 10, .discovery),
        .of("First bargain", 1, .trade), .of("Merchant", 100, .trade),
        .of("Open-handed", 25, .gift), .of("First song", 1, .song),
        .of("Voice of the land", 100, .song), .of("First harvest", 1, .harvest),
        .of("Green hand", 25, .planting),
        .of("First performance", 1, .performance),
      ]
    }
  }
}

extension DeedRule {
  fileprivate static func of(_ deed: DeedKind, _ resonance: Int64, halfAfter: Int64) -> Self {
    .with {
      $0.deed = deed
      $0.resonance = resonance
      $0.halfAfter = halfAfter
    }
  }

  fileprivate func checked(after others: [DeedRule]) throws(RuleFault) -> Self {
    switch deed {
    case .discovery, .trade, .gift, .song, .harvest, .planting, .performance, .attention:
      break
    case .unspecified, .UNRECOGNIZED:
      throw RuleFault(field: "deeds", message: "That is no kind of deed that this server knows.")
    }
    guard !others.contains(where: { $0.deed == deed }) else {
      throw RuleFault(field: "deeds", message: "A kind of deed has two rules.")
    }
    try RuleFault.check(resonance, "deeds", within: 0...1_000_000)
    try RuleFault.check(halfAfter, "deeds", within: 0...1_000_000)
    return .of(deed, resonance, halfAfter: halfAfter)
  }
}

extension TierRule {
  fileprivate static func of(_ name: String, _ resonance: Int64, _ unlocks: String) -> Self {
    .with {
      $0.name = name
      $0.resonance = resonance
      $0.unlocks = unlocks
    }
  }

  fileprivate func checked(after former: TierRule?) throws(RuleFault) -> Self {
    try RuleFault.check(name, "tiers", TextRule(characters: 1...40))
    try RuleFault.check(unlocks, "tiers", TextRule(characters: 0...200))
    let least = (former?.resonance ?? 0) + 1
    try RuleFault.check(
      resonance, "tiers", within: min(least, Progress.resonanceMax)...Progress.resonanceMax)
    return .of(name, resonance, unlocks)
  }
}

extension MilestoneRule {
  fileprivate static func of(_ name: String, _ count: Int64, _ deed: DeedKind) -> Self {
    .with {
      $0.name = name
      $0.count = count
      $0.deed = deed
    }
  }

  fileprivate func checked() throws(RuleFault) -> Self {
    try RuleFault.check(name, "milestones", TextRule(characters: 1...40))
    try RuleFault.check(count, "milestones", within: 1...1_000_000_000)
    switch deed {
    case .discovery, .trade, .gift, .song, .harvest, .planting, .performance, .attention:
      break
    case .unspecified, .UNRECOGNIZED:
      throw RuleFault(
        field: "milestones", message: "That is no kind of deed that this server knows.")
    }
    return .of(name, count, deed)
  }
}
