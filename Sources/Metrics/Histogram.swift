/// How often values of which size came: counted by one thread at a time, read by any.
///
/// Values are whole numbers, such as microseconds; what is read is in the base unit, such as seconds.
package final class Histogram: Sendable {
  /// The most bounds that one may have.
  package static let boundsMax = 24

  private let bounds: [Int]
  private let unitsPerOne: Double
  /// One for each bound, and one for what is above them all.
  private let counts = InlineArray<25, Counter> { _ in Counter() }
  private let sum = Counter()

  /// A histogram without values.
  ///
  /// - Parameters:
  ///   - bounds: What each bucket goes up to, inclusive; ascending, at most ``boundsMax``.
  ///   - unitsPerOne: How many of what is recorded make one of what is read: a million for
  ///     microseconds that are read as seconds.
  package init(upTo bounds: [Int], unitsPerOne: Int = 1) {
    precondition(bounds.count <= Self.boundsMax, "a histogram has \(Self.boundsMax) bounds at most")
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "the bounds ascend")
    self.bounds = bounds
    self.unitsPerOne = Double(unitsPerOne)
  }

  /// Notes a value; a negative one counts as none.
  ///
  /// - Complexity: O(bounds).
  package func record(_ value: Int) {
    let value = max(0, value)
    var bucket = 0
    while bucket < bounds.count, bounds[bucket] < value { bucket += 1 }
    counts[bucket].add()
    sum.add(value)
  }

  /// Notes a length of time, where values are microseconds.
  package func record(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    record(Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000))
  }

  /// What was recorded so far.
  package var contents: HistogramContents {
    var contents = HistogramContents()
    var count = 0.0
    for (index, bound) in bounds.enumerated() {
      count += Double(counts[index].value)
      contents.buckets.append(.init(upTo: Double(bound) / unitsPerOne, count: count))
    }
    contents.count = count + Double(counts[bounds.count].value)
    contents.sum = Double(sum.value) / unitsPerOne
    return contents
  }
}

extension Histogram {
  /// Bounds for lengths of time, in microseconds: from a tenth of a millisecond to ten seconds.
  package static let latencyBounds = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000,
  ]

  /// A histogram of lengths of time, read in seconds.
  package static func ofLatencies() -> Histogram {
    Histogram(upTo: latencyBounds, unitsPerOne: 1_000_000)
  }
}
