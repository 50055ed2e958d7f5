package import Schema
import SwiftProtobuf

extension WeatherRules {
  /// How many steps may be listed.
  private static var stepsMax: Int { 64 }

  /// The rules of this program's own fields, if each is possible.
  func checked() throws(RuleFault) -> Self {
    try RuleFault.check(hoursMax, "hours_max", within: 1...48)
    try RuleFault.check(hoursMin, "hours_min", within: 1...hoursMax)
    try RuleFault.check(neighboursPermille, "neighbours_permille", within: 0...10_000)
    try RuleFault.check(dissonanceBelow, "dissonance_below", within: 0...Standing.full)
    try RuleFault.check(dissonanceWeight, "dissonance_weight", within: 0...1_000)
    try RuleFault.check(forecastHours, "forecast_hours", within: 1...24)
    var rules = Self()
    rules.hoursMin = hoursMin
    rules.hoursMax = hoursMax
    rules.neighboursPermille = neighboursPermille
    rules.dissonanceBelow = dissonanceBelow
    rules.dissonanceWeight = dissonanceWeight
    rules.forecastHours = forecastHours
    rules.seasons = try checkedSeasons()
    rules.biomes = try checkedBiomes()
    rules.steps = try checkedSteps()
    try rules.checkThatSomethingComes()
    return rules
  }

  private func checkedSeasons() throws(RuleFault) -> [SeasonWeather] {
    guard seasons.map(\.season.rawValue).sorted() == Season.known.map(\.rawValue) else {
      throw RuleFault(field: "seasons", message: "Each of the four seasons is listed once.")
    }
    var checked: [SeasonWeather] = []
    for (index, season) in seasons.enumerated() {
      let field = "seasons[\(index)]"
      try season.weights.check("\(field).weights", within: 0...1_000)
      try RuleFault.check(season.temperature, "\(field).temperature", within: -1_000...1_000)
      checked.append(
        .with {
          $0.season = season.season
          $0.weights = WeatherWeights(ByKind(season.weights))
          $0.temperature = season.temperature
        })
    }
    return checked
  }

  private func checkedBiomes() throws(RuleFault) -> [BiomeWeather] {
    guard biomes.map(\.biome.rawValue).sorted() == Biome.known.map(\.rawValue) else {
      throw RuleFault(field: "biomes", message: "Each of the six biomes is listed once.")
    }
    var checked: [BiomeWeather] = []
    for (index, biome) in biomes.enumerated() {
      let field = "biomes[\(index)]"
      try biome.permille.check("\(field).permille", within: 0...10_000)
      try RuleFault.check(biome.warmer, "\(field).warmer", within: -1_000...1_000)
      checked.append(
        .with {
          $0.biome = biome.biome
          $0.permille = WeatherWeights(ByKind(biome.permille))
          $0.warmer = biome.warmer
        })
    }
    return checked
  }

  private func checkedSteps() throws(RuleFault) -> [WeatherStep] {
    guard steps.count <= Self.stepsMax else {
      throw RuleFault(
        field: "steps", message: "At most \(Self.stepsMax) steps are listed, not \(steps.count).")
    }
    var checked: [WeatherStep] = []
    for (index, step) in steps.enumerated() {
      let field = "steps[\(index)]"
      guard step.from.isKnown && step.to.isKnown else {
        throw RuleFault(
          field: field, message: "A step leads from a kind of weather to one; they are 1 to 8.")
      }
      if checked.contains(where: { $0.from == step.from && $0.to == step.to }) {
        throw RuleFault(
          field: field,
          message: "The step from \(step.from.name) to \(step.to.name) is listed twice.")
      }
      try RuleFault.check(step.permille, "\(field).permille", within: 0...10_000)
      checked.append(.step(step.from, step.to, step.permille))
    }
    return checked
  }

  /// Makes sure that in each season and biome there is weather that can come.
  private func checkThatSomethingComes() throws(RuleFault) {
    for (index, season) in seasons.enumerated() {
      for biome in biomes {
        let (weights, factors) = (ByKind(season.weights), ByKind(biome.permille))
        if WeatherKind.known.allSatisfy({ weights[$0] * factors[$0] == 0 }) {
          throw RuleFault(
            field: "seasons[\(index)].weights",
            message: "No weather can come in this season where the ground is \(biome.biome.name).")
        }
      }
    }
  }
}

extension WeatherWeights {
  fileprivate func check(_ field: String, within range: ClosedRange<Int64>) throws(RuleFault) {
    let numbers = ByKind(self)
    for kind in WeatherKind.known {
      try RuleFault.check(numbers[kind], "\(field).\(kind.name)", within: range)
    }
  }

  init(_ numbers: ByKind) {
    self = .with {
      $0.clear = numbers[.clear]
      $0.cloudy = numbers[.cloudy]
      $0.rain = numbers[.rain]
      $0.storm = numbers[.storm]
      $0.snow = numbers[.snow]
      $0.fog = numbers[.fog]
      $0.wind = numbers[.wind]
    }
  }
}

extension WeatherStep {
  static func step(_ from: WeatherKind, _ to: WeatherKind, _ permille: Int64) -> Self {
    .with {
      $0.from = from
      $0.to = to
      $0.permille = permille
    }
  }
}

extension WeatherRulesSet {
  /// The rules of a world whose clock begins to run, or whose designer sets them.
  package static func beginning(
    _ rules: WeatherRules, regions: UInt32, at time: WorldTime
  ) -> Self {
    .with {
      $0.rules = rules
      $0.regions = regions
      $0.worldUs = time.microseconds
    }
  }
}
