package import Schema
import SwiftProtobuf

extension WeatherModel {
  /// Draws the kind that comes next.
  package func next(
    after kind: WeatherKind, under sky: Sky, _ random: inout DeterministicRandom
  ) -> WeatherKind {
    let weights = weights(after: kind, under: sky).weights
    return random.pick(weights: weights).map { WeatherKind.known[$0] } ?? .clear
  }

  /// Draws for how many hours a weather lasts.
  package func length(_ random: inout DeterministicRandom) -> Int64 {
    random.next(in: hours.lowerBound..<hours.upperBound + 1)
  }

  /// Draws the rest of what makes a weather: temperature and wind.
  ///
  /// - Parameters:
  ///   - intensity: How much of it; nil: that is drawn as well.
  ///   - before: What there was; the wind turns from there.
  func conditions(
    of kind: WeatherKind, intensity: Int64? = nil, since: WorldTime, until: WorldTime,
    under sky: Sky, after before: WeatherConditions, _ random: inout DeterministicRandom
  ) -> WeatherConditions {
    // Two draws, so that what is in the middle is likelier than the ends.
    let drawn = random.next(in: 100..<551) + random.next(in: 0..<450)
    let intensity = intensity ?? drawn
    let turned = Int64(before.windFromDegrees % 360) + 360 + random.next(in: -45..<46)
    var temperature = temperature(in: sky.season, sky.biome) + kind.warmth
    temperature += Self.warmth(at: since) + random.next(in: -20..<21)
    return .with {
      $0.kind = kind
      $0.intensity = intensity
      $0.temperature = kind == .snow ? min(temperature, 5) : temperature
      $0.windMmS = kind.wind * (500 + intensity) / 1_000
      $0.windFromDegrees = UInt32(turned % 360)
      $0.sinceUs = since.microseconds
      $0.untilUs = until.microseconds
    }
  }

  /// How much warmer than its mean a day is at a time, in tenths of a degree: most at two in the afternoon, least at two in the morning.
  private static func warmth(at time: WorldTime) -> Int64 {
    let away = abs(time.hour - 14)
    return 40 - 80 * min(away, 24 - away) / 12
  }
}

extension WeatherKind {
  /// How much warmer it is under such a sky, in tenths of a degree.
  fileprivate var warmth: Int64 {
    switch self {
    case .clear: 20
    case .cloudy, .wind: -10
    case .rain, .fog: -25
    case .storm: -35
    case .snow: -50
    case .dissonance: -60
    case .unspecified, .UNRECOGNIZED: 0
    }
  }

  /// How fast the wind blows in such weather of medium intensity, in millimetres a second.
  fileprivate var wind: Int64 {
    switch self {
    case .clear: 2_500
    case .cloudy, .snow: 4_000
    case .rain: 6_000
    case .storm: 17_000
    case .fog: 800
    case .wind: 13_000
    case .dissonance: 21_000
    case .unspecified, .UNRECOGNIZED: 0
    }
  }
}
