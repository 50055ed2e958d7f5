import Engine
import EventLog
import World

/// Finds where a world first broke a rule.
///
/// The world is folded afresh to ever nearer places. A rule that stays broken, as the conservation of coins does, is found at the very
/// entry.
struct ViolationSearch {
  /// Where the entries are.
  let log: any LogReader
  /// What it is folded from where the first of them are gone.
  var kept = KeptImages(directory: "")
  /// Told of each place that is looked at.
  var onProgress: (String) -> Void = { _ in }

  /// The first entry after which a rule is broken.
  ///
  /// - Parameters:
  ///   - sound: A position at which all rules held.
  ///   - broken: A later one at which one was broken.
  /// - Returns: The position, and what was broken there.
  /// - Throws: ``EventLog/LogFault``, or ``Engine/EngineFault`` for a payload that cannot be decoded.
  /// - Complexity: O(*n* log *m*) for *n* entries up to `broken`, *m* of them after `sound`.
  func first(
    after sound: Position, through broken: Position
  ) throws -> (position: Position, violations: [Violation]) {
    var (sound, broken) = (sound, broken)
    var found = try violations(at: broken)
    while sound.distance(to: broken) > 1 {
      onProgress("a rule came to be broken between positions \(sound) and \(broken)")
      let middle = sound.advanced(by: sound.distance(to: broken) / 2)
      let violations = try violations(at: middle)
      if violations.isEmpty {
        sound = middle
      } else {
        (broken, found) = (middle, violations)
      }
    }
    return (broken, found)
  }

  private func violations(at position: Position) throws -> [Violation] {
    var fold = try FreshFold(log, from: kept)
    try fold.advance(to: position)
    return fold.violations()
  }
}
