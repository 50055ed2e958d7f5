import Foundation
import Schema
import Testing

@testable import World

/// The table of worked examples in docs/melodies.md is what the rules come to.
@Suite struct MelodyTableTests {
  @Test func `the page shows what examples are worth`() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/melodies.md").standardized
    let text = try String(contentsOf: page, encoding: .utf8)
    let examples =
      JudgeTests.harmonies.map { ($0.testDescription, $0.piece) }
      + JudgeTests.clashes.map { ($0.testDescription, $0.piece) }
    for (name, piece) in examples {
      let line = Self.line(name, Judge.judge(piece))
      #expect(text.contains(line), "\(line)")
    }
  }

  private static func line(_ name: String, _ judgement: Judgement) -> String {
    let worst = judgement.conflicts.first.map { conflict in
      "bar \(conflict.bar), beat \(conflict.beatPermille / 1_000): \(conflict.kind)"
    }
    let cells = [
      name, "\(judgement.quality)", "\(judgement.consonance)", "\(judgement.line)",
      judgement.cadence == .unspecified ? "no cadence" : "\(judgement.cadence)",
      "\(judgement.mood)", worst ?? "none",
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }
}
