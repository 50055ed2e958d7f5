package import Schema
import SwiftProtobuf

extension WeatherKind {
  /// The kinds that there are, in the order of their numbers.
  package static let known: [Self] = [
    .clear, .cloudy, .rain, .storm, .snow, .fog, .wind, .dissonance,
  ]

  /// The kind as people read it: `rain`.
  package var name: String {
    switch self {
    case .clear: "clear"
    case .cloudy: "cloudy"
    case .rain: "rain"
    case .storm: "storm"
    case .snow: "snow"
    case .fog: "fog"
    case .wind: "wind"
    case .dissonance: "dissonance"
    case .unspecified, .UNRECOGNIZED: "no weather"
    }
  }

  /// Its place among the known kinds; nil for one that is not known.
  fileprivate var index: Int? {
    (1...Self.known.count).contains(rawValue) ? rawValue - 1 : nil
  }
}

/// A number for each kind of weather.
package struct ByKind: Hashable, Sendable {
  var numbers = SIMD8<Int64>()

  /// 0 for each.
  package init() {}

  /// The number of a kind; 0 for one that is not known, for which none is kept.
  package subscript(kind: WeatherKind) -> Int64 {
    get { kind.index.map { numbers[$0] } ?? 0 }
    set { if let index = kind.index { numbers[index] = newValue } }
  }

  /// All numbers together.
  package var sum: Int64 { numbers.wrappedSum() }

  /// The numbers in the order of the kinds, for a draw; what is below 0 is taken as 0.
  var weights: [UInt64] { WeatherKind.known.map { UInt64(max(0, self[$0])) } }

  /// The numbers of two, added kind by kind.
  static func + (lhs: Self, rhs: Self) -> Self {
    var sum = lhs
    sum.numbers &+= rhs.numbers
    return sum
  }

  /// The numbers, each divided and rounded down.
  ///
  /// - Precondition: `divisor` is 1 or more.
  func divided(by divisor: Int64) -> Self {
    var parts = Self()
    for index in 0..<SIMD8<Int64>.scalarCount { parts.numbers[index] = numbers[index] / divisor }
    return parts
  }

  /// The same proportions in thousandths that make 1,000 together: rounded down, and what is then missing
  /// given to those who lost most by that.
  ///
  /// Where there is nothing, the sky is clear.
  ///
  /// - Precondition: Every number is 0 to 2⁵⁰.
  package var permille: Self {
    let sum = sum
    var shares = Self()
    guard sum > 0 else {
      shares[.clear] = 1_000
      return shares
    }
    for kind in WeatherKind.known { shares[kind] = self[kind] * 1_000 / sum }
    // The sort is stable: of equals the first comes first.
    let losers = WeatherKind.known.sorted { self[$0] * 1_000 % sum > self[$1] * 1_000 % sum }
    for kind in losers.prefix(Int(1_000 - shares.sum)) { shares[kind] += 1 }
    return shares
  }

  /// How far off this was, as shares in thousandths, when something came; in millionths, 0 to 2,000,000.
  ///
  /// The sum of squares that Brier proposed (Monthly Weather Review 78, 1950): to say what one believes is the best that one can do.
  package func score(of came: WeatherKind) -> Int64 {
    WeatherKind.known.reduce(0) { sum, kind in
      let miss = min(max(0, self[kind]), 1_000) - (kind == came ? 1_000 : 0)
      return sum + miss * miss
    }
  }
}

extension ByKind {
  /// The numbers of the kinds that come whatever the harmony.
  package init(_ weights: WeatherWeights) {
    self[.clear] = weights.clear
    self[.cloudy] = weights.cloudy
    self[.rain] = weights.rain
    self[.storm] = weights.storm
    self[.snow] = weights.snow
    self[.fog] = weights.fog
    self[.wind] = weights.wind
  }

  /// The shares of a forecast.
  package init(_ shares: WeatherShares) {
    self[.clear] = shares.clear
    self[.cloudy] = shares.cloudy
    self[.rain] = shares.rain
    self[.storm] = shares.storm
    self[.snow] = shares.snow
    self[.fog] = shares.fog
    self[.wind] = shares.wind
    self[.dissonance] = shares.dissonance
  }

  /// As a forecast has it.
  package var shares: WeatherShares {
    .with {
      $0.clear = self[.clear]
      $0.cloudy = self[.cloudy]
      $0.rain = self[.rain]
      $0.storm = self[.storm]
      $0.snow = self[.snow]
      $0.fog = self[.fog]
      $0.wind = self[.wind]
      $0.dissonance = self[.dissonance]
    }
  }
}
