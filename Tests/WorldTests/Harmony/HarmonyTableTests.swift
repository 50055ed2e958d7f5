import Foundation
import Schema
import Testing

@testable import World

/// The table of harmony in docs/living-world.md is what the rules of the built-in world come to.
@Suite struct HarmonyTableTests {
  @Test func `the page shows what becomes of a region`() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/living-world.md").standardized
    let text = try String(contentsOf: page, encoding: .utf8)
    for line in lines() { #expect(text.contains(line), "\(line)") }
  }

  /// A region that nobody sings in, and one where somebody hums every six hours, day by day.
  private func lines() -> [String] {
    let rules = HarmonyRules.standard
    var silent = Standing.beginning
    var sung = Standing.beginning
    var lines: [String] = []
    for hour in 0...28 * 24 {
      if hour % 24 == 0, [0, 1, 2, 4, 7, 14, 21, 28].contains(hour / 24) {
        let figures = [silent.harmony, silent.silence, sung.harmony, sung.silence]
        let cells = figures.map { String(format: "%.1f", Double($0) / 1_000) }
        lines.append("| day \(hour / 24) | \(cells.joined(separator: " | ")) |")
      }
      let neglected = silent.drifted(by: rules, neighbours: nil, isNeglected: hour > 24)
      if !neglected.isNear(silent) { silent = neglected }
      let kept = sung.drifted(by: rules, neighbours: nil, isNeglected: false)
      if !kept.isNear(sung) { sung = kept }
      if hour % 6 == 5 { sung = sung.hearing(quality: 1_000, weight: 1_000, by: rules) }
    }
    return lines
  }
}
