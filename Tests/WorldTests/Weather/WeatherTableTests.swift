import Foundation
import Schema
import Testing

@testable import World

/// The tables of weather in docs/living-world.md are what the rules of the built-in world come to.
@Suite struct WeatherTableTests {
  private static let model = WeatherModel(.standard)
  private static let shown = WeatherKind.known.filter { $0 != .dissonance }

  private func page() throws -> String {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/living-world.md").standardized
    return try String(contentsOf: page, encoding: .utf8)
  }

  @Test func `the page shows what is usual`() throws {
    let text = try page()
    for season in [Season.summer, .winter] {
      for biome in Biome.known {
        var sky = Sky(season: season, biome: biome, harmony: Standing.full)
        sky.neighbours[.clear] = 1_000
        let shares = Self.model.usual(under: sky)
        let cells = Self.shown.map { Self.percent(shares[$0]) }
        let name = season == .summer ? "summer" : "winter"
        let line = "| \(name), \(biome.name) | \(cells.joined(separator: " | ")) |"
        #expect(text.contains(line), "\(line)")
      }
    }
  }

  @Test func `the page shows what is expected`() throws {
    let text = try page()
    let sky = Sky(season: .spring, biome: .meadow, harmony: Standing.full)
    let expected = Self.model.expectation(from: .rain, lasting: 3, ahead: 24) { _ in sky }
    let rows = [0, 3, 6, 12, 24].map { ("in \($0) hours", expected[$0].permille) }
    for (name, shares) in rows + [("what is usual", Self.model.usual(under: sky))] {
      let cells = Self.shown.map { Self.percent(shares[$0]) }
      let line = "| \(name) | \(cells.joined(separator: " | ")) |"
      #expect(text.contains(line), "\(line)")
    }
  }

  private static func percent(_ permille: Int64) -> String {
    String(format: "%.1f", Double(permille) / 10)
  }
}
