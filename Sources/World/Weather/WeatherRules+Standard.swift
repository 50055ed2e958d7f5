package import Schema
import SwiftProtobuf

extension WeatherRules {
  /// The rules of the built-in world: a weather lasts a third of a day on average, and what there is in one region tends to be in the next.
  package static var standard: Self {
    .with {
      $0.hoursMin = 3
      $0.hoursMax = 12
      $0.neighboursPermille = 1_000
      $0.dissonanceBelow = 300_000
      $0.dissonanceWeight = 1_000
      $0.forecastHours = 6
      $0.seasons = standardSeasons
      $0.biomes = standardBiomes
      $0.steps = standardSteps
    }
  }

  private static var standardSeasons: [SeasonWeather] {
    [
      .season(.spring, .weights(300, 250, 220, 30, 5, 90, 105), 110),
      .season(.summer, .weights(380, 220, 140, 90, 0, 30, 110), 210),
      .season(.autumn, .weights(220, 270, 240, 40, 10, 120, 100), 100),
      .season(.winter, .weights(250, 270, 90, 10, 230, 70, 80), -10),
    ]
  }

  private static var standardBiomes: [BiomeWeather] {
    [
      .biome(.shore, .weights(1_000, 1_000, 1_000, 1_100, 400, 1_300, 1_700), 10),
      .biome(.wetland, .weights(900, 1_000, 1_300, 1_000, 800, 2_500, 700), 0),
      .biome(.meadow, .weights(1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000), 0),
      .biome(.forest, .weights(900, 1_100, 1_200, 1_000, 1_000, 1_500, 400), -5),
      .biome(.highland, .weights(900, 1_100, 1_100, 1_500, 1_600, 900, 1_600), -50),
      .biome(.peak, .weights(900, 1_000, 500, 1_200, 3_000, 700, 2_500), -120),
    ]
  }

  private static var standardSteps: [WeatherStep] {
    [
      .step(.clear, .clear, 2_500), .step(.clear, .rain, 300), .step(.clear, .storm, 100),
      .step(.clear, .snow, 300), .step(.cloudy, .cloudy, 1_500), .step(.cloudy, .rain, 2_000),
      .step(.cloudy, .snow, 2_000), .step(.rain, .clear, 600), .step(.rain, .rain, 2_500),
      .step(.rain, .storm, 2_500), .step(.rain, .fog, 1_800), .step(.storm, .clear, 700),
      .step(.storm, .rain, 3_000), .step(.storm, .storm, 1_200), .step(.snow, .clear, 800),
      .step(.snow, .storm, 100), .step(.snow, .snow, 4_000), .step(.fog, .clear, 1_500),
      .step(.fog, .storm, 200), .step(.fog, .fog, 2_000), .step(.wind, .rain, 1_300),
      .step(.wind, .storm, 1_500), .step(.wind, .fog, 100), .step(.wind, .wind, 2_000),
      .step(.dissonance, .storm, 3_000), .step(.dissonance, .dissonance, 3_000),
    ]
  }
}

extension WeatherWeights {
  fileprivate static func weights(
    _ clear: Int64, _ cloudy: Int64, _ rain: Int64, _ storm: Int64, _ snow: Int64, _ fog: Int64,
    _ wind: Int64
  ) -> Self {
    .with {
      ($0.clear, $0.cloudy, $0.rain, $0.storm) = (clear, cloudy, rain, storm)
      ($0.snow, $0.fog, $0.wind) = (snow, fog, wind)
    }
  }
}

extension SeasonWeather {
  fileprivate static func season(
    _ season: Season, _ weights: WeatherWeights, _ temperature: Int64
  ) -> Self {
    .with {
      $0.season = season
      $0.weights = weights
      $0.temperature = temperature
    }
  }
}

extension BiomeWeather {
  fileprivate static func biome(
    _ biome: Biome, _ permille: WeatherWeights, _ warmer: Int64
  ) -> Self {
    .with {
      $0.biome = biome
      $0.permille = permille
      $0.warmer = warmer
    }
  }
}
