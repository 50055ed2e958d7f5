import Metrics
import Synchronization

/// How often each code came, of codes that are not known beforehand.
///
/// Counted by one thread through a ``CodeTally``, read by any.
final class CodeCounts: Sendable {
  /// How many codes are told apart; more would be a fault of the program, and count as `other`.
  static let codesMax = 128

  fileprivate let counts = InlineArray<129, Counter> { _ in Counter() }
  /// In the order in which they came first.
  private let codes = Mutex<[String]>([])

  /// The codes that came, and how often.
  var contents: [(code: String, count: UInt64)] {
    let known = codes.withLock { $0 }
    var contents = known.enumerated().map { index, code in (code, counts[index].value) }
    let others = counts[Self.codesMax].value
    if others > 0 { contents.append(("other", others)) }
    return contents
  }

  /// Gives a new code its place.
  fileprivate func place(for code: String) -> Int {
    codes.withLock { codes in
      guard codes.count < Self.codesMax else { return Self.codesMax }
      codes.append(code)
      return codes.count - 1
    }
  }
}

/// The counting side of ``CodeCounts``: knows the place of each code without a lock.
struct CodeTally {
  private let counts: CodeCounts
  private var places: [String: Int] = [:]

  /// The side that counts; there is one.
  init(_ counts: CodeCounts) {
    self.counts = counts
  }

  /// Counts a code.
  mutating func count(_ code: String) {
    if let place = places[code] { return counts.counts[place].add() }
    let place = counts.place(for: code)
    if place < CodeCounts.codesMax { places[code] = place }
    counts.counts[place].add()
  }
}
