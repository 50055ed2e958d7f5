import Schema
import World

/// What the sky does in every region, and what was expected: each weather follows the one before where the rules allow it, and
/// every forecast is whole, knows what is certain, and is scored once, by what came.
struct WeatherBook {
  /// A forecast of one moment that is still to be scored.
  private struct Outlook: Equatable {
    let madeUs: Int64
    let hours: Int64
    let forUs: Int64
    let shares: [Int64]
  }

  /// How good a region's forecasts were, as far ahead as they looked.
  private struct Score: Equatable {
    var count: Int64 = 0
    var sum: Int64 = 0
    var usualSum: Int64 = 0
  }

  private struct Horizon: Hashable {
    let region: UInt32
    let hours: Int64
  }

  private static let hour: Int64 = 3_600_000_000
  private static let kinds: [WeatherKind] = [
    .clear, .cloudy, .rain, .storm, .snow, .fog, .wind, .dissonance,
  ]
  private static let seasons: [Season] = [.spring, .summer, .autumn, .winter]

  private var rules: WeatherRules?
  private var seasonDays: Int64 = 1
  private var biomes: [UInt32: Biome] = [:]
  private var skies: [UInt32: WeatherConditions] = [:]
  /// When each region's last forecast was made, and when the next is.
  private var forecasts: [UInt32: (madeUs: Int64, nextUs: Int64)] = [:]
  private var outlooks: [UInt32: [Outlook]] = [:]
  private var scores: [Horizon: Score] = [:]
  /// The regions whose sky or forecasts have changed since the last comparison; one may be there twice.
  private var touched: [UInt32] = []

  // MARK: Events

  /// Learns what the ground is.
  mutating func follow(_ event: RegionsEvent) {
    guard case .regionNamed(let named) = event.event else { return }
    biomes[named.region] = named.biome == .unspecified ? .meadow : named.biome
  }

  /// Learns how long a season is.
  mutating func follow(_ event: WorldClockEvent) {
    if case .clockStarted(let started) = event.event { seasonDays = started.rules.seasonDays }
  }

  /// Follows an event.
  mutating func follow(
    _ event: WeatherEvent.OneOf_Event, in harmony: HarmonyBook
  ) throws(BookFault) {
    switch event {
    case .weatherRulesSet(let set): rules = set.rules
    case .weatherChanged(let changed):
      try expectNext(changed.conditions, in: changed.region, harmony.harmony(of: changed.region))
      try put(changed.conditions, in: changed.region)
    case .weatherSet(let set):
      let hours = Self.wholeHours(of: set.conditions)
      try BookFault.expect(
        hours.map { 1...168 ~= $0 } ?? false, "sets a weather for no whole hours, or for too many")
      try put(set.conditions, in: set.region)
    case .forecastMade(let made):
      try follow(made, harmony: harmony.harmony(of: made.region))
    case .forecastScored(let scored): try follow(scored)
    }
  }

  // MARK: The sky

  private static func wholeHours(of sky: WeatherConditions) -> Int64? {
    let (hours, rest) = (sky.untilUs - sky.sinceUs).quotientAndRemainder(dividingBy: hour)
    return rest == 0 ? hours : nil
  }

  private mutating func put(_ sky: WeatherConditions, in region: UInt32) throws(BookFault) {
    try BookFault.expect(
      Self.kinds.contains(sky.kind) && 0...1_000 ~= sky.intensity && sky.windMmS >= 0
        && sky.windFromDegrees < 360 && (sky.kind != .snow || sky.temperature <= 5),
      "gives region \(region) a sky that cannot be: \(sky)")
    touched.append(region)
    skies[region] = sky
  }

  /// Whether a kind of weather can come in a season whatever there was.
  private func canCome(
    _ kind: WeatherKind, in season: Season, of region: UInt32, harmony: Int64,
    by rules: WeatherRules
  ) -> Bool {
    if kind == .dissonance {
      // The more harmony there is, the less likely; near the bound so little that it is nothing.
      let lacking = max(0, rules.dissonanceBelow - harmony)
      return rules.dissonanceWeight * 1_000 * lacking >= max(1, rules.dissonanceBelow)
    }
    let weights = rules.seasons.first { $0.season == season }?.weights ?? WeatherWeights()
    let biome = biomes[region] ?? .meadow
    let factors = rules.biomes.first { $0.biome == biome }?.permille ?? WeatherWeights()
    return weights.weight(of: kind) > 0 && factors.weight(of: kind) > 0
  }

  private func expectNext(
    _ sky: WeatherConditions, in region: UInt32, _ harmony: Int64
  ) throws(BookFault) {
    guard let rules else { throw BookFault("has weather change where there is none") }
    let before = skies[region]
    let hours = Self.wholeHours(of: sky)
    try BookFault.expect(
      sky.sinceUs >= before?.untilUs ?? 0
        && hours.map { (rules.hoursMin...rules.hoursMax).contains($0) } ?? false,
      "gives region \(region) weather from \(sky.sinceUs) until \(sky.untilUs), after \(before?.untilUs ?? 0)"
    )
    let season = Self.seasons[Int(sky.sinceUs / (24 * Self.hour) / max(1, seasonDays) % 4)]
    func isAllowed(_ kind: WeatherKind, after former: WeatherKind) -> Bool {
      let step = rules.steps.first { $0.from == former && $0.to == kind }
      return step?.permille != 0
        && canCome(kind, in: season, of: region, harmony: harmony, by: rules)
    }
    let former = before?.kind ?? .clear
    // What came in between, when more than one has passed, is not known.
    let isDirect = before.map { $0.untilUs == sky.sinceUs } ?? false
    let formers = isDirect ? [former] : Self.kinds
    let canStay = formers.contains { former in
      former == sky.kind && !Self.kinds.contains { isAllowed($0, after: former) }
    }
    try BookFault.expect(
      canStay || formers.contains { isAllowed(sky.kind, after: $0) },
      "has \(sky.kind.name) follow \(former.name) in region \(region) in \(season), where harmony is \(harmony), which the rules do not allow"
    )
  }

  // MARK: Forecasts

  private mutating func follow(_ made: ForecastMade, harmony: Int64) throws(BookFault) {
    guard let rules else { throw BookFault("makes a forecast where there is no weather") }
    let every = rules.forecastHours * Self.hour
    let due = forecasts[made.region]?.nextUs
    try BookFault.expect(
      made.nextUs == made.madeUs + every
        && (due.map { made.madeUs >= $0 && (made.madeUs - $0) % every == 0 } ?? true)
        && made.outlooks.map(\.hours) == [1, 2, 4].map { $0 * rules.forecastHours },
      "makes a forecast of region \(made.region) as of \(made.madeUs), where it was due at \(due ?? 0)"
    )
    let sky = skies[made.region]
    for outlook in made.outlooks {
      let shares = outlook.shares.numbers
      try BookFault.expect(
        outlook.madeUs == made.madeUs && outlook.forUs == made.madeUs + outlook.hours * Self.hour
          && shares.reduce(0, +) == 1_000 && shares.allSatisfy { 0...1_000 ~= $0 },
        "expects \(shares) of region \(made.region), which does not make 1000")
      guard let sky else { continue }
      if sky.untilUs > outlook.forUs {
        try BookFault.expect(
          outlook.shares.share(of: sky.kind) == 1_000,
          "does not know that it is still \(sky.kind.name) then")
      }
      for (kind, share) in zip(Self.kinds, shares) where share > 0 && kind != sky.kind {
        let canCome = Self.seasons.contains { season in
          self.canCome(kind, in: season, of: made.region, harmony: harmony, by: rules)
        }
        try BookFault.expect(canCome, "expects \(kind.name), which cannot come")
      }
    }
    touched.append(made.region)
    forecasts[made.region] = (made.madeUs, made.nextUs)
    var open = outlooks[made.region] ?? []
    open.removeAll { $0.forUs <= made.madeUs }
    open += made.outlooks.map {
      Outlook(madeUs: $0.madeUs, hours: $0.hours, forUs: $0.forUs, shares: $0.shares.numbers)
    }
    outlooks[made.region] = open
  }

  private mutating func follow(_ scored: ForecastScored) throws(BookFault) {
    let index = outlooks[scored.region]?.firstIndex {
      $0.madeUs == scored.madeUs && $0.hours == scored.hours && $0.forUs == scored.forUs
    }
    guard let index, let outlook = outlooks[scored.region]?.remove(at: index) else {
      throw BookFault("scores a forecast of region \(scored.region) that does not wait for it")
    }
    if let sky = skies[scored.region] {
      try BookFault.expect(
        scored.came == sky.kind && (sky.sinceUs..<sky.untilUs).contains(scored.forUs),
        "scores a forecast by \(scored.came.name), which was not what came")
    }
    var score: Int64 = 0
    for (kind, share) in zip(Self.kinds, outlook.shares) {
      let miss = kind == scored.came ? 1_000 - share : share
      score += miss * miss
      try BookFault.expect(
        kind != scored.came || scored.share == share, "tells a share that was not said")
    }
    try BookFault.expect(
      scored.score == score && 0...2_000_000 ~= scored.usualScore,
      "tells a score of \(scored.score), where it is \(score)")
    touched.append(scored.region)
    let horizon = Horizon(region: scored.region, hours: scored.hours)
    scores[horizon, default: Score()].count += 1
    scores[horizon, default: Score()].sum += scored.score
    scores[horizon, default: Score()].usualSum += scored.usualScore
  }

  // MARK: Comparing

  /// Compares with what the world says of every region whose sky or forecasts have changed since the last call.
  mutating func compareTouched(with world: borrowing World) throws(Breach) {
    defer { touched.removeAll(keepingCapacity: true) }
    var former: UInt32?
    for region in touched where region != former {
      try compare(region, with: world)
      former = region
    }
  }

  /// Compares with what the world says of every region.
  func compare(with world: borrowing World) throws(Breach) {
    for region in biomes.keys { try compare(region, with: world) }
  }

  private func compare(_ number: UInt32, with world: borrowing World) throws(Breach) {
    let region = RegionID(number)
    if let sky = skies[number] {
      try Breach.expect(
        world.weather.conditions(of: region), is: sky, "the weather of region \(number)")
    }
    let last = forecasts[number]?.madeUs
    try Breach.expect(
      world.weather.forecast(of: region).map {
        Outlook(madeUs: $0.madeUs, hours: $0.hours, forUs: $0.forUs, shares: $0.shares.numbers)
      }, is: outlooks[number]?.filter { $0.madeUs == last } ?? [],
      "what is expected in region \(number)")
    for row in world.weather.scores(of: region) {
      try Breach.expect(
        Score(count: row.count, sum: row.scoreSum, usualSum: row.usualScoreSum),
        is: scores[Horizon(region: number, hours: row.hours)] ?? Score(),
        "the score of region \(number)")
    }
  }
}

extension WeatherWeights {
  fileprivate func weight(of kind: WeatherKind) -> Int64 {
    switch kind {
    case .clear: clear
    case .cloudy: cloudy
    case .rain: rain
    case .storm: storm
    case .snow: snow
    case .fog: fog
    case .wind: wind
    case .dissonance, .unspecified, .UNRECOGNIZED: 0
    }
  }
}

extension WeatherShares {
  /// The shares, in the order of the kinds.
  fileprivate var numbers: [Int64] {
    [clear, cloudy, rain, storm, snow, fog, wind, dissonance]
  }

  fileprivate func share(of kind: WeatherKind) -> Int64 {
    numbers.indices.contains(kind.rawValue - 1) ? numbers[kind.rawValue - 1] : 0
  }
}
