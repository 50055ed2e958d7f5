package import Schema

/// What the weather of a region depends on, besides what it was.
package struct Sky: Hashable, Sendable {
  /// The season.
  package var season: Season
  /// What the ground is.
  package var biome: Biome
  /// What the regions around have, in thousandths of them; together 1,000, or 0 where there are none.
  package var neighbours: ByKind
  /// The region's harmony; 0 to 1,000,000.
  package var harmony: Int64

  /// A sky.
  package init(season: Season, biome: Biome, neighbours: ByKind = ByKind(), harmony: Int64) {
    self.season = season
    self.biome = biome
    self.neighbours = neighbours
    self.harmony = harmony
  }
}

/// Which weather follows which, and how likely that is: the rules made ready for arithmetic, in whole numbers.
///
/// A weather lasts some hours, and then the next is drawn by its weight, which depends on the one before, the season, the biome, the
/// neighbours and harmony: a chain of Markov whose stays have their own lengths. The same weights are drawn from when the weather
/// changes and pushed ahead for a forecast, so that a forecast is as good as it can be.
///
/// Total: what is out of range in the rules is taken as the nearest that is not.
package struct WeatherModel: Sendable {
  /// For how many hours a weather lasts.
  package let hours: ClosedRange<Int64>
  /// How many hours lie between forecasts.
  package let forecastHours: Int64
  /// Weights of each season in each biome, a season's biomes side by side; in thousandths of a weight.
  private let ground: [ByKind]
  /// What each kind's weight is multiplied by, by the kind there was; in thousandths.
  private let steps: [ByKind]
  private let neighbourPull: Int64
  private let dissonanceBelow: Int64
  private let dissonanceWeight: Int64
  private let temperatures: [Int64]

  /// All there is of what is divided among the kinds of weather.
  static let whole: Int64 = 1_000_000_000

  /// The model of some rules.
  package init(_ rules: WeatherRules) {
    let longest = min(max(1, rules.hoursMax), 48)
    hours = min(max(1, rules.hoursMin), longest)...longest
    forecastHours = min(max(1, rules.forecastHours), 24)
    neighbourPull = min(max(0, rules.neighboursPermille), 10_000)
    dissonanceBelow = min(max(0, rules.dissonanceBelow), Standing.full)
    dissonanceWeight = min(max(0, rules.dissonanceWeight), 1_000)
    var ground: [ByKind] = []
    var temperatures: [Int64] = []
    for season in Season.known {
      let inSeason = rules.seasons.first { $0.season == season } ?? SeasonWeather()
      for biome in Biome.known {
        let inBiome = rules.biomes.first { $0.biome == biome } ?? BiomeWeather()
        var weights = ByKind()
        let (plain, factors) = (ByKind(inSeason.weights), ByKind(inBiome.permille))
        for kind in WeatherKind.known {
          weights[kind] = min(max(0, plain[kind]), 1_000) * min(max(0, factors[kind]), 10_000)
        }
        ground.append(weights)
        let mean = min(max(-1_000, inSeason.temperature), 1_000)
        temperatures.append(mean + min(max(-1_000, inBiome.warmer), 1_000))
      }
    }
    self.ground = ground
    self.temperatures = temperatures
    var even = ByKind()
    for kind in WeatherKind.known { even[kind] = 1_000 }
    var steps = [ByKind](repeating: even, count: WeatherKind.known.count + 1)
    for step in rules.steps where step.from.isKnown {
      steps[step.from.rawValue][step.to] = min(max(0, step.permille), 10_000)
    }
    self.steps = steps
  }

  /// How likely each kind is to come next, in millionths of a weight: at most 1,100,000,000,000; their sum is above 0.
  func weights(after kind: WeatherKind, under sky: Sky) -> ByKind {
    var weights = standing(under: sky)
    weights.numbers &*= step(from: kind).numbers
    if weights.sum == 0 { weights[kind.isKnown ? kind : .clear] = 1 }
    return weights
  }

  /// How likely each kind is whatever there was, in thousandths of a weight: at most 110,000,000.
  private func standing(under sky: Sky) -> ByKind {
    var weights = ground[Self.place(sky.season, sky.biome)]
    weights[.dissonance] = dissonance(at: sky.harmony)
    for kind in WeatherKind.known {
      let pull = neighbourPull * min(max(0, sky.neighbours[kind]), 1_000) / 1_000
      weights[kind] += weights[kind] * pull / 1_000
    }
    return weights
  }

  private func step(from kind: WeatherKind) -> ByKind {
    steps[steps.indices.contains(kind.rawValue) ? kind.rawValue : 0]
  }

  private func dissonance(at harmony: Int64) -> Int64 {
    guard harmony < dissonanceBelow else { return 0 }
    return dissonanceWeight * 1_000 * (dissonanceBelow - max(0, harmony)) / dissonanceBelow
  }

  /// The mean temperature in a season and a biome, in tenths of a degree.
  func temperature(in season: Season, _ biome: Biome) -> Int64 {
    temperatures[Self.place(season, biome)]
  }

  private static func place(_ season: Season, _ biome: Biome) -> Int {
    let season = Season.known.firstIndex(of: season) ?? 0
    let biome = Biome.known.firstIndex(of: biome) ?? 2
    return season * Biome.known.count + biome
  }

  /// What follows, where so much of each kind of weather ends: as much in all, less what rounding takes.
  ///
  /// - Precondition: What ends is at most ``whole`` in all.
  func following(_ ending: ByKind, under sky: Sky) -> ByKind {
    let standing = standing(under: sky)
    var coming = ByKind()
    for kind in WeatherKind.known where ending[kind] > 0 {
      let weights = (standing.numbers &* step(from: kind).numbers) &>> 10
      let sum = weights.wrappedSum()
      if sum == 0 {
        coming[kind] += ending[kind]
      } else {
        // One division for all kinds. No product is above 2⁵⁰, for no weight is above the sum.
        let unit = (ending[kind] << 20) / sum
        coming.numbers &+= (weights &* unit) &>> 20
      }
    }
    return coming
  }

  /// What is usual under a sky, in thousandths: where the chain comes to rest.
  ///
  /// Where there are neighbours they are taken to have what is usual as well, whatever they have now.
  package func usual(under sky: Sky) -> ByKind {
    var sky = sky
    let isAlone = sky.neighbours.sum == 0
    var shares = ByKind()
    shares[.clear] = Self.whole
    for _ in 0..<32 {
      if !isAlone { sky.neighbours = shares.permille }
      shares = following(shares, under: sky)
    }
    return shares.permille
  }

  /// What is expected hour by hour, from now on: the shares of the whole.
  ///
  /// - Parameters:
  ///   - kind: What there is now.
  ///   - left: For how many hours it still lasts.
  ///   - ahead: How many hours to look ahead.
  ///   - sky: The sky so many hours ahead.
  package func expectation(
    from kind: WeatherKind, lasting left: Int, ahead: Int, sky: (Int) -> Sky
  ) -> [ByKind] {
    var expected = [ByKind](repeating: ByKind(), count: max(0, ahead) + 1)
    var ending = expected
    for hour in expected.indices where hour < max(1, left) { expected[hour][kind] = Self.whole }
    guard expected.indices.contains(max(1, left)) else { return expected }
    ending[max(1, left)][kind] = Self.whole
    let lengths = hours.upperBound - hours.lowerBound + 1
    for hour in ending.indices where ending[hour].sum > 0 {
      let part = following(ending[hour], under: sky(hour)).divided(by: lengths)
      for length in hours {
        let end = hour + Int(length)
        for later in hour..<min(end, expected.count) { expected[later] = expected[later] + part }
        if ending.indices.contains(end) { ending[end] = ending[end] + part }
      }
    }
    return expected
  }
}

extension WeatherKind {
  /// Whether it is a kind of weather at all.
  package var isKnown: Bool { Self.known.contains(self) }
}

extension Season {
  /// The four, in order.
  static let known: [Self] = [.spring, .summer, .autumn, .winter]
}

extension Biome {
  /// The six, in the order of their numbers.
  package static let known: [Self] = [.shore, .wetland, .meadow, .forest, .highland, .peak]

  /// The biome as people read it: `meadow`.
  package var name: String {
    switch self {
    case .shore: "shore"
    case .wetland: "wetland"
    case .meadow: "meadow"
    case .forest: "forest"
    case .highland: "highland"
    case .peak: "peak"
    case .unspecified, .UNRECOGNIZED: "no biome"
    }
  }
}
