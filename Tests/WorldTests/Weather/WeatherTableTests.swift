import Foundation
import Schema
import Testing

@testable import World

/// The tables of weather in docs/living-world.md are what the rules of the built-in world come to.
@Suite struct WeatherTableTests {
  private static let model = WeatherModel(.standard)
  private static let shown = WeatherKind.known.filter { $0 != .dissonance }

  @Test func `the page shows what is usual`() throws {
    let page = try LivingWorldPage()
    for season in [Season.summer, .winter] {
      for biome in Biome.known {
        var sky = Sky(season: season, biome: biome, harmony: Standing.full)
        sky.neighbours[.clear] = 1_000
        let name = season == .summer ? "summer" : "winter"
        let cells = cells(of: Self.model.usual(under: sky), page)
        page.expect("| \(name), \(biome.name) | \(cells) |")
      }
    }
  }

  @Test func `the page shows what is expected`() throws {
    let page = try LivingWorldPage()
    let sky = Sky(season: .spring, biome: .meadow, harmony: Standing.full)
    let expected = Self.model.expectation(from: .rain, lasting: 3, ahead: 24) { _ in sky }
    for hours in [0, 3, 6, 12, 24] {
      page.expect("| in \(hours) hours | \(cells(of: expected[hours].permille, page)) |")
    }
    page.expect("| what is usual | \(cells(of: Self.model.usual(under: sky), page)) |")
  }

  private func cells(of shares: ByKind, _ page: LivingWorldPage) -> String {
    Self.shown.map { page.decimal(shares[$0], of: 10, places: 1) }.joined(separator: " | ")
  }
}

/// The page that tells players, designers and operators of the living world.
struct LivingWorldPage {
  private let text: String

  init() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/living-world.md").standardized
    text = try String(contentsOf: page, encoding: .utf8)
  }

  /// Expects a line of a table.
  func expect(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(text.contains(line + "\n"), "\(line)", sourceLocation: sourceLocation)
  }

  /// A figure as the page has it.
  func decimal(_ value: Int64, of whole: Int64, places: Int) -> String {
    String(format: "%.\(places)f", Double(value) / Double(whole))
  }
}
