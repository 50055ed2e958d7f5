package import Schema
import SwiftProtobuf

extension EcosystemRules {
  /// Each rule: its name, where it is, and what is possible.
  private static var ranges: [(String, WritableKeyPath<Self, Int64>, ClosedRange<Int64>)] {
    [
      ("step_hours", \.stepHours, 1...24), ("grain_permille", \.grainPermille, 0...500),
      ("spring_permille", \.springPermille, 0...2_000),
      ("summer_permille", \.summerPermille, 0...2_000),
      ("autumn_permille", \.autumnPermille, 0...2_000),
      ("winter_permille", \.winterPermille, 0...2_000),
      ("dormant_permille", \.dormantPermille, 0...500),
      ("refuge_permille", \.refugePermille, 0...1_000),
      ("finding_permille", \.findingPermille, 0...1_000),
      ("starvation_permille", \.starvationPermille, 0...1_000),
      ("crowding_permille", \.crowdingPermille, 0...1_000),
      ("harvest_max", \.harvestMax, 1...1_000),
    ]
  }

  /// The rules of this program's own fields, if each is possible.
  func checked() throws(RuleFault) -> Self {
    var rules = Self()
    for (name, field, range) in Self.ranges {
      try RuleFault.check(self[keyPath: field], name, within: range)
      rules[keyPath: field] = self[keyPath: field]
    }
    for (index, weather) in weather.enumerated() {
      rules.weather.append(try weather.checked(after: rules.weather, in: "weather[\(index)]"))
    }
    return rules
  }

  /// The rules, each that is not possible as the nearest that is: for those that come from a log.
  var bounded: Self {
    var rules = Self()
    for (_, field, range) in Self.ranges {
      rules[keyPath: field] = min(max(range.lowerBound, self[keyPath: field]), range.upperBound)
    }
    rules.weather = weather
    return rules
  }

  /// The rules of the built-in world.
  package static var standard: Self {
    .with {
      $0.stepHours = 6
      $0.grainPermille = 20
      $0.springPermille = 1_200
      $0.summerPermille = 1_000
      $0.autumnPermille = 800
      $0.winterPermille = 500
      $0.dormantPermille = 20
      $0.refugePermille = 250
      $0.findingPermille = 300
      $0.starvationPermille = 150
      $0.crowdingPermille = 200
      $0.harvestMax = 50
      $0.weather = [
        .of(.rain, 1_400), .of(.storm, 800), .of(.snow, 600), .of(.dissonance, 200),
      ]
    }
  }

  /// How many hours of the world a step takes; 1 to 24.
  var hours: Int64 { min(max(1, stepHours), 24) }

  /// How long a step takes, in microseconds of the world.
  var period: Int64 { hours * WorldTime.hour }
}

extension WeatherGrowth {
  fileprivate static func of(_ kind: WeatherKind, _ permille: Int64) -> Self {
    .with {
      $0.kind = kind
      $0.permille = permille
    }
  }

  fileprivate func checked(
    after others: [WeatherGrowth], in field: String
  ) throws(RuleFault) -> Self {
    guard kind.isKnown else {
      throw RuleFault(field: field, message: "That is no kind of weather; they are 1 to 8.")
    }
    guard !others.contains(where: { $0.kind == kind }) else {
      throw RuleFault(field: field, message: "What grows in \(kind.name) is listed twice.")
    }
    try RuleFault.check(permille, "\(field).permille", within: 0...2_000)
    return .of(kind, permille)
  }
}

extension EcosystemRulesSet {
  /// The rules of a world whose clock begins to run.
  static func beginning(_ rules: EcosystemRules, regions: UInt32, at time: WorldTime) -> Self {
    .with {
      $0.rules = rules
      $0.regions = regions
      $0.worldUs = time.microseconds
    }
  }
}
