import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct ByKindTests {
  private func numbers(_ pairs: [WeatherKind: Int64]) -> ByKind {
    var numbers = ByKind()
    for (kind, number) in pairs { numbers[kind] = number }
    return numbers
  }

  @Test(
    arguments: [
      ([.clear: 1, .rain: 1, .fog: 1], [.clear: 334, .rain: 333, .fog: 333]),
      ([.rain: 7], [.rain: 1_000]),
      ([:], [.clear: 1_000]),
      ([.clear: 2, .snow: 4], [.clear: 333, .snow: 667]),
      ([.clear: 1_000_000_000, .dissonance: 1], [.clear: 1_000]),
    ] as [([WeatherKind: Int64], [WeatherKind: Int64])])
  func `shares make 1,000, and what rounding takes goes to those who lose most by it`(
    amounts: [WeatherKind: Int64], expected: [WeatherKind: Int64]
  ) {
    #expect(numbers(amounts).permille == numbers(expected))
  }

  @Test func `a forecast is scored by the squares of what it missed`() {
    let certain = numbers([.rain: 1_000])
    #expect(certain.score(of: .rain) == 0)
    #expect(certain.score(of: .snow) == 2_000_000)
    // 0.7² + 0.4² + 0.3² of what came, of clouds, of fog.
    let doubtful = numbers([.rain: 300, .cloudy: 400, .fog: 300])
    #expect(doubtful.score(of: .rain) == 490_000 + 160_000 + 90_000)
  }

  @Test func `numbers go into messages and come back`() {
    var all = ByKind()
    for (index, kind) in WeatherKind.known.enumerated() { all[kind] = Int64(index) + 1 }
    #expect(ByKind(all.shares) == all)
    #expect(all.sum == 36)
    all[.unspecified] = 9
    all[.UNRECOGNIZED(77)] = 9
    #expect(all.sum == 36 && all[.UNRECOGNIZED(77)] == 0)
  }

  @Test func `there is a number for every kind that the schema has`() {
    #expect(WeatherKind.known == WeatherKind.allCases.filter { $0 != .unspecified })
    #expect(Biome.known == Biome.allCases.filter { $0 != .unspecified })
    #expect(Set(WeatherKind.known.map(\.name)).count == 8)
    #expect(Set(Biome.known.map(\.name)).count == 6)
  }
}
