import Foundation

/// How ``TopFigures`` are shown, one after the other.
enum TopView: Sendable {
  /// Drawn in place, on a terminal.
  case screen
  /// A line each, under a heading.
  case lines
  /// A JSON object each.
  case json

  /// Lines between two headings.
  private static let linesPerHeading = 20

  /// What suits standard output.
  static func suitable(json: Bool) -> Self {
    if json { return .json }
    return isatty(STDOUT_FILENO) == 1 ? .screen : .lines
  }

  /// What to write for some figures.
  ///
  /// - Parameter number: How many were written before.
  func text(_ figures: TopFigures, of address: MetricsAddress, number: Int) -> String {
    switch self {
    case .json: return figures.json.text + "\n"
    case .lines:
      let row = figures.row + "\n"
      return number.isMultiple(of: Self.linesPerHeading) ? TopFigures.heading + "\n" + row : row
    case .screen:
      let lines = figures.screen(of: address, at: Date().timeIntervalSince1970)
      return Self.drawing(lines, isFirst: number == 0)
    }
  }

  /// Lines over what was drawn before: the cursor goes to the corner, and each line and what is below the last is cleared to its end
  /// (ECMA-48: CUP, EL, ED).
  static func drawing(_ lines: [String], isFirst: Bool) -> String {
    let start = isFirst ? "\u{1B}[2J\u{1B}[H" : "\u{1B}[H"
    return start + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
  }
}
