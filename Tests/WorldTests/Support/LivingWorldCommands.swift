import Projection
import Schema
import SwiftProtobuf

@testable import World

extension Command {
  /// Starts a clock that operators may change, a day of the world in 24 seconds.
  static func startClock(_ body: (inout ClockRules) -> Void = { _ in }) -> Self {
    .with {
      $0.worldClock.startClock.rules = .with {
        $0.speedPermille = 3_600_000
        $0.seasonDays = 10
        $0.isAdjustable = true
        body(&$0)
      }
    }
  }

  static var hum: Self { .with { $0.harmony.hum = Hum() } }

  static func setHarmony(
    _ region: UInt32, _ harmony: Int64, silence: Int64, reason: String = "a test"
  ) -> Self {
    .with {
      $0.harmony.setHarmony = .with {
        $0.region = region
        $0.harmony = harmony
        $0.silence = silence
        $0.reason = reason
      }
    }
  }

  static func setHarmonyRules(_ body: (inout HarmonyRules) -> Void) -> Self {
    .with {
      $0.harmony.setHarmonyRules.rules = .standard
      body(&$0.harmony.setHarmonyRules.rules)
    }
  }
}

extension Command {
  static func setWeather(
    _ region: UInt32, _ kind: WeatherKind, _ intensity: Int64, hours: Int64,
    reason: String = "a test"
  ) -> Self {
    .with {
      $0.weather.setWeather = .with {
        $0.region = region
        $0.kind = kind
        $0.intensity = intensity
        $0.hours = hours
        $0.reason = reason
      }
    }
  }

  static func setWeatherRules(_ body: (inout WeatherRules) -> Void) -> Self {
    .with {
      $0.weather.setWeatherRules.rules = .standard
      body(&$0.weather.setWeatherRules.rules)
    }
  }
}

extension WorldFixture {
  /// A small world whose clock runs an hour a second.
  static func living(_ body: (inout ClockRules) -> Void = { _ in }) throws -> WorldFixture {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock(body))
    return fixture
  }

  /// Every change of weather so far.
  func weatherChanges() throws -> [WeatherChanged] {
    try entries.flatMap { entry in
      try entry.events().compactMap { event in
        if case .weatherChanged(let changed) = event.weather.event { changed } else { nil }
      }
    }
  }

  /// Every score of a forecast so far.
  func scores() throws -> [ForecastScored] {
    try entries.flatMap { entry in
      try entry.events().compactMap { event in
        if case .forecastScored(let scored) = event.weather.event { scored } else { nil }
      }
    }
  }

  /// A second of real time: an hour by the clock of ``Command/startClock(_:)``.
  static let second: Int64 = 1_000_000

  /// What the world's clock shows.
  var worldTime: WorldTime? { world.worldClock.time(at: now) }

  /// How a region stands.
  func standing(of region: RegionID) -> Standing { world.harmony.standing(of: region) }

  /// How many entries of a kind there are.
  func count(_ isWanted: (Event.OneOf_System) -> Bool) throws -> Int {
    try entries.reduce(0) { sum, entry in
      try sum + entry.events().count { $0.system.map(isWanted) ?? false }
    }
  }
}

extension Command {
  static func adjustResonance(
    of player: PlayerID, by amount: Int64, reason: String = "a test"
  ) -> Self {
    .with {
      $0.progress.adjustResonance = .with {
        ($0.player, $0.by, $0.reason) = (player.rawValue, amount, reason)
      }
    }
  }

  static func retireProgress(of player: PlayerID, reason: String = "a test") -> Self {
    .with {
      $0.progress.retireProgress = .with { ($0.player, $0.reason) = (player.rawValue, reason) }
    }
  }

  static func restoreProgress(of player: PlayerID, reason: String = "a test") -> Self {
    .with {
      $0.progress.restoreProgress = .with { ($0.player, $0.reason) = (player.rawValue, reason) }
    }
  }

  static func setProgressRules(_ body: (inout ProgressRules) -> Void = { _ in }) -> Self {
    .with {
      $0.progress.setProgressRules.rules = .standard
      body(&$0.progress.setProgressRules.rules)
    }
  }
}

extension WorldFixture {
  /// What the sky does in a region.
  func conditions(of region: RegionID) -> WeatherConditions? {
    world.weather.conditions(of: region)
  }

  /// What is expected of a region's weather.
  func forecast(of region: RegionID) -> [WeatherOutlook] { world.weather.forecast(of: region) }

  /// All that is still expected of a region's weather.
  func forecastRow(of region: RegionID) -> ForecastRow? { world.weather.forecasts[region] }

  /// The weather's rules.
  var weatherRules: WeatherRules? { world.weather.rulesRows[.only]?.rules }
}
