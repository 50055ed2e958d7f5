import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct WeatherModelTests {
  private static let model = WeatherModel(.standard)
  private static let whole = Standing.full

  /// A season in a biome.
  struct Ground: Sendable, CustomTestStringConvertible {
    let season: Season
    let biome: Biome

    var testDescription: String { "\(season) \(biome.name)" }

    static let all = Season.known.flatMap { season in
      Biome.known.map { Ground(season: season, biome: $0) }
    }
  }

  private static func sky(
    _ season: Season = .spring, _ biome: Biome = .meadow, harmony: Int64 = whole
  ) -> Sky {
    Sky(season: season, biome: biome, harmony: harmony)
  }

  @Test(arguments: Ground.all)
  func `over four hundred years what came is what is usual`(_ ground: Ground) {
    let sky = Self.sky(ground.season, ground.biome)
    let usual = Self.model.usual(under: sky)
    var random = DeterministicRandom(seed: 11, stream: 1, purpose: .weather)
    var kind = WeatherKind.clear
    var hours = ByKind()
    // A season of fourteen days, four hundred times.
    while hours.sum < 400 * 14 * 24 {
      kind = Self.model.next(after: kind, under: sky, &random)
      hours[kind] += Self.model.length(&random)
    }
    let came = hours.permille
    for kind in WeatherKind.known {
      #expect(abs(came[kind] - usual[kind]) <= 25, "\(kind.name): \(came[kind]), \(usual[kind])")
    }
    #expect(came[.dissonance] == 0, "harmony is whole")
    #expect(usual.sum == 1_000)
  }

  @Test func `seasons and biomes have weather of their own`() {
    func usual(_ season: Season, _ biome: Biome) -> ByKind {
      Self.model.usual(under: Self.sky(season, biome))
    }
    #expect(usual(.summer, .meadow)[.clear] > 450)
    #expect(usual(.summer, .peak)[.snow] == 0)
    #expect(usual(.winter, .peak)[.snow] > 600)
    #expect(usual(.winter, .peak)[.snow] > 2 * usual(.winter, .shore)[.snow])
    #expect(usual(.autumn, .wetland)[.fog] > 2 * usual(.autumn, .highland)[.fog])
    #expect(usual(.summer, .highland)[.storm] > usual(.winter, .highland)[.storm])
    #expect(usual(.spring, .shore)[.wind] > usual(.spring, .forest)[.wind])
    #expect(
      Self.model.temperature(in: .winter, .peak) < Self.model.temperature(in: .summer, .meadow))
  }

  @Test func `among others like it a region has more of what it has most of`() {
    var sky = Self.sky(.winter, .peak)
    let alone = Self.model.usual(under: sky)
    sky.neighbours[.fog] = 1_000
    let among = Self.model.usual(under: sky)
    #expect(among[.snow] > alone[.snow] + 100 && among.sum == 1_000)
    sky.neighbours = ByKind()
    sky.neighbours[.clear] = 1_000
    #expect(Self.model.usual(under: sky) == among, "whatever they have now")
  }

  @Test
  func `storms of dissonance come where harmony is low, the more the lower, and nowhere else`() {
    func weight(_ harmony: Int64) -> Int64 {
      Self.model.weights(after: .cloudy, under: Self.sky(harmony: harmony))[.dissonance]
    }
    #expect(weight(Self.whole) == 0 && weight(300_000) == 0)
    #expect(weight(150_000) == 500_000_000 && weight(0) == 1_000_000_000)
    #expect(weight(.min) == weight(0))
    let silent = Self.model.usual(under: Self.sky(harmony: 0))
    #expect(silent[.dissonance] > 500)
  }

  @Test func `what all neighbours have is likelier by what the rules say, and some by a part`() {
    var sky = Self.sky()
    let alone = Self.model.weights(after: .cloudy, under: sky)
    sky.neighbours[.rain] = 1_000
    let all = Self.model.weights(after: .cloudy, under: sky)
    #expect(all[.rain] == alone[.rain] * 2 && all[.snow] == alone[.snow])
    sky.neighbours[.rain] = 500
    #expect(Self.model.weights(after: .cloudy, under: sky)[.rain] == alone[.rain] * 3 / 2)
  }

  @Test func `a weather that lasts is certain, and then what follows it is expected`() {
    let sky = Self.sky(.winter)
    let expected = Self.model.expectation(from: .snow, lasting: 5, ahead: 24) { _ in sky }
    #expect(expected.count == 25)
    for hour in 0..<5 { #expect(expected[hour].permille[.snow] == 1_000) }
    // At the hour of the change exactly what the weights say.
    let weights = Self.model.weights(after: .snow, under: sky).permille
    for kind in WeatherKind.known {
      #expect(abs(expected[5].permille[kind] - weights[kind]) <= 1)
    }
    // What has the fewest hours lasts as long, whatever it is.
    #expect(expected[7] == expected[5] && expected[8] != expected[5])
    for hour in expected { #expect(hour.permille.sum == 1_000) }
  }

  @Test func `what is expected of a moment is what comes then, tried ten thousand times`() {
    let sky = Self.sky(.autumn, .forest)
    let expected = Self.model.expectation(from: .rain, lasting: 3, ahead: 24) { _ in sky }
    var random = DeterministicRandom(seed: 5, stream: 5, purpose: .weather)
    var counts: [Int: ByKind] = [:]
    for _ in 0..<10_000 {
      var (kind, end) = (WeatherKind.rain, Int64(3))
      for hour in [6, 12, 24] {
        while end <= Int64(hour) {
          kind = Self.model.next(after: kind, under: sky, &random)
          end += Self.model.length(&random)
        }
        counts[hour, default: ByKind()][kind] += 1
      }
    }
    for (hour, came) in counts {
      let (came, expected) = (came.permille, expected[hour].permille)
      for kind in WeatherKind.known {
        #expect(abs(came[kind] - expected[kind]) <= 20, "\(kind.name) at \(hour)")
      }
    }
  }

  @Test func `far ahead nothing is expected but what is usual`() {
    let sky = Self.sky(.autumn, .shore)
    let usual = Self.model.usual(under: sky)
    for kind in WeatherKind.known where kind != .dissonance {
      let far = Self.model.expectation(from: kind, lasting: 2, ahead: 96) { _ in sky }[96].permille
      for other in WeatherKind.known { #expect(abs(far[other] - usual[other]) <= 3) }
    }
  }

  @Test func `rules without sense make no sense, and trap nowhere`() {
    let absurd = WeatherRules.with {
      ($0.hoursMin, $0.hoursMax, $0.forecastHours) = (.max, .min, .max)
      ($0.neighboursPermille, $0.dissonanceBelow, $0.dissonanceWeight) = (.max, .max, .max)
      $0.seasons = [
        .with {
          $0.season = .spring
          ($0.temperature, $0.weights.clear, $0.weights.rain) = (.min, .max, .min)
        }
      ]
      $0.biomes = [
        .with {
          $0.biome = .meadow
          ($0.warmer, $0.permille.clear) = (.max, .max)
        }
      ]
      $0.steps = [.step(.UNRECOGNIZED(-5), .rain, .max), .step(.rain, .UNRECOGNIZED(99), .max)]
      $0.steps += [.step(.clear, .clear, .max), .step(.unspecified, .clear, .min)]
    }
    let model = WeatherModel(absurd)
    #expect(model.hours == 1...1 && model.horizons == [24, 48, 96])
    for kind in WeatherKind.known + [.unspecified, .UNRECOGNIZED(.max)] {
      for season in Season.known + [.unspecified] {
        var sky = Self.sky(season, .UNRECOGNIZED(-1), harmony: .min)
        sky.neighbours[.clear] = .max
        #expect(model.weights(after: kind, under: sky).sum > 0)
        let ahead = model.expectation(from: kind, lasting: .min, ahead: 96) { _ in sky }
        #expect(ahead[96].permille.sum == 1_000)
      }
    }
  }

  @Test func `the same draws come to the same weather on every machine`() {
    var random = DeterministicRandom(seed: 1, stream: 2, purpose: .weather)
    var kind = WeatherKind.clear
    var drawn: [String] = []
    for _ in 0..<8 {
      kind = Self.model.next(after: kind, under: Self.sky(.autumn, .highland), &random)
      drawn.append("\(kind.name) \(Self.model.length(&random))")
    }
    #expect(
      drawn == [
        "clear 10", "clear 6", "clear 11", "fog 11", "cloudy 4", "rain 12", "wind 4", "rain 5",
      ])
  }
}
