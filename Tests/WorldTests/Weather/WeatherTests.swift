import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct WeatherTests {
  private static let second = WorldFixture.second

  @Test func `weather begins with the clock, under an open sky, and changes within the hour`()
    throws
  {
    let fixture = try WorldFixture.living()
    let ann = try fixture.newPlayer("Ann")
    let first = try #require(fixture.conditions(of: 4))
    #expect(first.kind == .clear && first.sinceUs == 0 && first.untilUs == WorldTime.hour / 2)
    fixture.wait(Self.second)
    let later = try #require(fixture.conditions(of: 4))
    #expect(later.sinceUs == WorldTime.hour / 2 && later.untilUs >= 3 * WorldTime.hour)
    let state = fixture.world.regionState(of: 4)
    #expect(state.weather.conditions == later && state.weather.region == 4)
    let answer = try fixture.ask(.with { $0.weather.region.region = 4 }, by: ann).weather.region
    #expect(answer.row.conditions == later && answer.biome == .meadow)
  }

  @Test func `nothing is written while the weather stands`() throws {
    let fixture = try WorldFixture.living()
    fixture.wait(20 * 24 * Self.second)
    var changes: [UInt32: [WeatherConditions]] = [:]
    var others = 0
    for entry in fixture.entries where entry.stamp.actor == .scheduler {
      let events = try entry.events()
      for event in events {
        if case .weatherChanged(let changed) = event.weather.event {
          #expect(events.count == 1)
          changes[changed.region, default: []].append(changed.conditions)
        } else if case .weather = event.system {
          others += 1
        }
      }
    }
    #expect(changes.count == 6)
    for (_, all) in changes {
      // Each begins where the one before ended, three to twelve hours later.
      for (before, after) in zip(all, all.dropFirst()) {
        #expect(before.untilUs == after.sinceUs)
        let hours = (after.untilUs - after.sinceUs) / WorldTime.hour
        #expect((3...12).contains(hours) && hours * WorldTime.hour == after.untilUs - after.sinceUs)
      }
      // Twenty days of 24 hours, of seven and a half on average.
      #expect((50...80).contains(all.count))
    }
    // Besides, four forecasts a day: the forecast, and up to three scores.
    #expect(others <= 6 * 81 * 4)
  }

  @Test func `storms of dissonance come where harmony is low, and only there`() throws {
    let fixture = try WorldFixture.living()
    fixture.isChecking = false
    try fixture.runAsOperator(
      .setHarmonyRules {
        ($0.settlingPermille, $0.influencePermille, $0.neglectHours) = (0, 0, 10_000)
      })
    for region in 1...3 as ClosedRange<UInt32> {
      try fixture.runAsOperator(.setHarmony(region, 50_000, silence: 0))
    }
    fixture.wait(50 * 24 * Self.second)
    var hours: [UInt32: ByKind] = [:]
    for changed in try fixture.weatherChanges() {
      let length = changed.conditions.untilUs - changed.conditions.sinceUs
      hours[changed.region, default: ByKind()][changed.conditions.kind] += length / WorldTime.hour
    }
    for region in 1...3 as ClosedRange<UInt32> {
      #expect(try #require(hours[region]).permille[.dissonance] > 200)
    }
    for region in 4...6 as ClosedRange<UInt32> {
      #expect(try #require(hours[region])[.dissonance] == 0)
    }
  }

  @Test func `neighbours have the same weather more often than chance would have it`() throws {
    func alike(neighboursPermille: Int64) throws -> Int {
      let fixture = try WorldFixture.living()
      fixture.isChecking = false
      try fixture.runAsOperator(.setHarmonyRules { $0.neglectHours = 10_000 })
      try fixture.runAsOperator(.setWeatherRules { $0.neighboursPermille = neighboursPermille })
      var alike = 0
      let hours = 50 * 24
      for _ in 0..<hours {
        fixture.wait(Self.second)
        for region in 1...5 as ClosedRange<UInt64> where region != 3 {
          let kinds = [region, region + 1].map {
            fixture.conditions(of: RegionID($0))?.kind
          }
          if kinds[0] == kinds[1] { alike += 1 }
        }
      }
      return alike * 1_000 / (hours * 4)
    }
    let apart = try alike(neighboursPermille: 0)
    let together = try alike(neighboursPermille: 1_000)
    #expect(together > apart + 40, "\(together) and \(apart) of 1,000 hours")
  }

  @Test func `after downtime a region's weather is found changed, once`() throws {
    let fixture = try WorldFixture.living()
    fixture.wait(24 * Self.second)
    let before = fixture.entries.count
    let down = try #require(fixture.worldTime).microseconds
    fixture.sleep(90 * 24 * Self.second)
    fixture.catchUp()
    let entries = fixture.entries.dropFirst(before)
    let now = try #require(fixture.worldTime).microseconds
    var changed: [UInt32: Int] = [:]
    var forecasts: [UInt32: Int] = [:]
    for entry in entries {
      for event in try entry.events() {
        switch event.weather.event {
        case .weatherChanged(let event):
          changed[event.region, default: 0] += 1
          #expect(event.conditions.sinceUs <= now && event.conditions.untilUs > now)
          #expect(now - event.conditions.sinceUs < 12 * WorldTime.hour)
        case .forecastMade(let event):
          forecasts[event.region, default: 0] += 1
          #expect(event.madeUs <= now && event.nextUs > now)
        case .forecastScored(let event):
          // The weather that stood when the server went down, and the one there is now; between them nobody looked.
          let isKnown = event.forUs < down + 12 * WorldTime.hour
          #expect(isKnown || event.forUs > now - 12 * WorldTime.hour, "it is not known what came")
        default: break
        }
      }
    }
    #expect(changed == [1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1])
    #expect(forecasts == changed)
  }

  @Test func `designers have the weather be as it should, and say why`() throws {
    let fixture = try WorldFixture.living()
    fixture.wait(4 * Self.second)
    let time = try #require(fixture.worldTime)
    let events = try fixture.runAsOperator(.setWeather(2, .dissonance, 900, hours: 20))
    let set = try #require(events.first?.weather.weatherSet)
    #expect(set.reason == "a test" && set.conditions.sinceUs == time.microseconds)
    #expect(set.conditions.untilUs == time.adding(20 * WorldTime.hour).microseconds)
    fixture.wait(19 * Self.second)
    #expect(fixture.conditions(of: 2) == set.conditions)
    fixture.wait(2 * Self.second)
    #expect(fixture.conditions(of: 2)?.kind != .dissonance, "harmony is not low")

    expectRejection(CommonRejection.noSuchRegion, field: "set_weather.region") {
      try fixture.runAsOperator(.setWeather(7, .rain, 5, hours: 5))
    }
    for kind in [WeatherKind.unspecified, .UNRECOGNIZED(9)] {
      expectRejection(WeatherRejection.unknownWeather, field: "set_weather.kind") {
        try fixture.runAsOperator(.setWeather(2, kind, 5, hours: 5))
      }
    }
    for intensity in [-1, 1_001, .max] as [Int64] {
      expectRejection(WeatherRejection.intensityOutOfRange, field: "set_weather.intensity") {
        try fixture.runAsOperator(.setWeather(2, .rain, intensity, hours: 5))
      }
    }
    for hours in [0, 169, .min] as [Int64] {
      expectRejection(WeatherRejection.weatherHoursOutOfRange, field: "set_weather.hours") {
        try fixture.runAsOperator(.setWeather(2, .rain, 5, hours: hours))
      }
    }
    expectRejection(CommonRejection.invalidReason, field: "set_weather.reason") {
      try fixture.runAsOperator(.setWeather(2, .rain, 5, hours: 5, reason: ""))
    }
  }

  @Test
  func `a world without a clock has no weather, and one with a clock alone gets it by its rules`()
    throws
  {
    let fixture = try WorldFixture()
    #expect(!fixture.world.regionState(of: 1).hasWeather)
    expectRejection(WorldClockRejection.noClock) {
      try fixture.runAsOperator(.setWeather(1, .rain, 5, hours: 5))
    }
    fixture.isChecking = false
    fixture.commit(
      [.with { $0.worldClock.clockStarted.rules = .standard }], actor: .operator, commandID: .none)
    expectRejection(WeatherRejection.noWeather) {
      try fixture.runAsOperator(.setWeather(1, .rain, 5, hours: 5))
    }
    let map = Query.with { $0.weather.map = WeatherMapQuery() }
    #expect(try fixture.askAsOperator(map).weather.map.regions.isEmpty)
    try fixture.runAsOperator(.setWeatherRules { _ in })
    #expect(try fixture.askAsOperator(map).weather.map.regions.count == 6)
    try fixture.runAsOperator(.setWeather(1, .rain, 5, hours: 5))
  }

  @Test func `the map lists regions from a number on`() throws {
    let fixture = try WorldFixture.living()
    let ann = try fixture.newPlayer("Ann")
    let map = try fixture.ask(.with { $0.weather.map.from = 3 }, by: ann).weather.map
    #expect(map.regions.map(\.region) == [3, 4, 5, 6])
    expectRejection(RegionsRejection.limitOutOfRange, field: "limit") {
      _ = try fixture.ask(.with { $0.weather.map.limit = 1_001 }, by: ann)
    }
    expectRejection(CommonRejection.noSuchRegion, field: "region") {
      _ = try fixture.ask(.with { $0.weather.region.region = 9 }, by: ann)
    }
  }

  @Test func `rain is cooler than sun, snow is not warm, and days are warmer than nights`() {
    let model = WeatherModel(.standard)
    var random = DeterministicRandom(seed: 3, stream: 3, purpose: .weather)
    func mean(_ kind: WeatherKind, _ season: Season, hour: Int64) -> Int64 {
      let sky = Sky(season: season, biome: .meadow, harmony: Standing.full)
      let since = WorldTime(hour * WorldTime.hour)
      let all = (0..<200).map { _ in
        model.conditions(
          of: kind, since: since, until: since.adding(1), under: sky, after: .init(), &random)
      }
      #expect(all.allSatisfy { (100...1_000).contains($0.intensity) && $0.windMmS > 0 })
      #expect(
        all.allSatisfy { $0.windFromDegrees < 46 || (315..<360).contains($0.windFromDegrees) })
      return all.map(\.temperature).reduce(0, +) / 200
    }
    #expect(mean(.rain, .summer, hour: 14) < mean(.clear, .summer, hour: 14) - 30)
    #expect(mean(.clear, .summer, hour: 2) < mean(.clear, .summer, hour: 14) - 70)
    #expect(mean(.snow, .summer, hour: 14) <= 5)
    #expect(mean(.snow, .winter, hour: 2) < -80)
  }

  @Test func `events without sense are folded, decided on and told of, and trap nowhere`() throws {
    let fixture = try WorldFixture.living()
    fixture.isChecking = false
    var draw = Draw(seed: 8)
    for _ in 0..<3_000 {
      fixture.commit([draw.weatherWithoutSense()], actor: .operator, commandID: .none)
      let region = RegionID(UInt64(draw.number(0...8)))
      var decision = Decision()
      let due = WorldTime(draw.once(in: 2) ? draw.absurdity() : draw.number(0...99) << 32)
      try? fixture.world.decideTurn(of: region, due: due, fixture.context(.scheduler), &decision)
      try? fixture.world.decideForecast(
        of: region, due: due, fixture.context(.scheduler), &decision)
      _ = fixture.world.weatherAnswer(region)
      _ = fixture.world.regionState(of: region)
    }
    _ = fixture.world.violations()
    var replayed = World()
    for entry in fixture.entries { replayed.fold(try entry.events()[...], of: entry.stamp) }
    let original = try fixture.world.rows()
    #expect(try replayed.rows() == original)
    var loaded = try fixture.world.loadedAnew()
    #expect(try loaded.rows() == original)
  }
}

extension Draw {
  fileprivate mutating func weatherWithoutSense() -> Event {
    let region = UInt32(number(0...8))
    let conditions = WeatherConditions.with {
      $0.kind = WeatherKind(rawValue: Int(number(-1...10))) ?? .unspecified
      ($0.intensity, $0.temperature, $0.windMmS) = (absurdity(), absurdity(), absurdity())
      $0.windFromDegrees = UInt32(truncatingIfNeeded: absurdity())
      ($0.sinceUs, $0.untilUs) = (absurdity(), absurdity())
    }
    let outlook = WeatherOutlook.with {
      ($0.madeUs, $0.hours, $0.forUs) = (absurdity(), absurdity(), absurdity())
      ($0.shares.clear, $0.shares.fog) = (absurdity(), absurdity())
    }
    switch number(0...4) {
    case 0:
      return .with {
        $0.weather.weatherChanged = .with { ($0.region, $0.conditions) = (region, conditions) }
      }
    case 1:
      return .with {
        $0.weather.weatherSet = .with { ($0.region, $0.conditions) = (region, conditions) }
      }
    case 2:
      return .with { event in
        event.weather.forecastMade = .with {
          ($0.region, $0.madeUs, $0.nextUs) = (region, absurdity(), absurdity())
          $0.outlooks = [WeatherOutlook](repeating: outlook, count: Int(number(0...40)))
        }
      }
    case 3:
      return .with { event in
        event.weather.forecastScored = .with {
          ($0.region, $0.hours) = (region, absurdity())
          ($0.score, $0.usualScore) = (absurdity(), absurdity())
        }
      }
    case 4 where !once(in: 10): return Event()
    default:
      return .with { event in
        event.weather.weatherRulesSet.regions = UInt32(number(0...9))
        event.weather.weatherRulesSet.rules.hoursMax = absurdity()
        event.weather.weatherRulesSet.rules.forecastHours = absurdity()
      }
    }
  }
}
