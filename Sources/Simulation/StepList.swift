/// A list of steps as a file: a line that says what it is, lines of comment that begin with `#`, and a line
/// for each step.
package struct StepList: Hashable, Sendable {
  private static let title = "finalverse simulation steps 1"

  /// The seed of the world, and of the clients' first names.
  package let seed: UInt64
  /// What happens.
  package let steps: [Step]

  /// Steps in the world of a seed.
  package init(seed: UInt64, steps: [Step]) {
    self.seed = seed
    self.steps = steps
  }

  /// The file's text.
  ///
  /// - Parameter comment: For people; one line each.
  package func text(comment: [String] = []) -> String {
    ([Self.title, "seed \(seed)"] + comment.map { "# \($0)" } + steps.map(\.description))
      .joined(separator: "\n") + "\n"
  }

  /// Reads a file's text.
  ///
  /// - Throws: ``StepListFault``, which names the first line that is wrong.
  package init(_ text: String) throws(StepListFault) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.first == Self.title, lines.count > 1 else {
      throw StepListFault(line: 1, expected: "'\(Self.title)'")
    }
    guard lines[1].hasPrefix("seed "), let seed = UInt64(lines[1].dropFirst(5)) else {
      throw StepListFault(line: 2, expected: "'seed' and a number")
    }
    lines.removeFirst(2)
    var steps: [Step] = []
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      guard let step = Step(line) else { throw StepListFault(line: index + 3, expected: "a step") }
      steps.append(step)
    }
    self.init(seed: seed, steps: steps)
  }
}

/// Why a file is no list of steps.
package struct StepListFault: Error, Hashable, Sendable {
  /// The line, counted from 1.
  package let line: Int
  /// What should be there.
  package let expected: String
}
