/// What a histogram holds at one moment, in its base unit.
package struct HistogramContents: Equatable, Sendable {
  /// Values up to a bound.
  package struct Bucket: Equatable, Sendable {
    /// The bound, inclusive.
    package var upTo: Double
    /// How many values were no greater: those of the buckets before it among them.
    package var count: Double

    /// A bucket.
    package init(upTo: Double, count: Double) {
      self.upTo = upTo
      self.count = count
    }
  }

  /// The buckets with a bound, by their bounds.
  package var buckets: [Bucket] = []
  /// How many values there were, those above every bound among them.
  package var count = 0.0
  /// The sum of the values.
  package var sum = 0.0

  /// No values.
  package init() {}

  /// The mean; nil of no values.
  package var mean: Double? { count > 0 ? sum / count : nil }

  /// The values that have come since the histogram held `earlier`.
  package func since(_ earlier: Self) -> Self {
    var difference = self
    for (index, bucket) in earlier.buckets.enumerated() where index < buckets.count {
      difference.buckets[index].count -= bucket.count
    }
    difference.count -= earlier.count
    difference.sum -= earlier.sum
    return difference
  }

  /// The value that a share of all values does not exceed, taken as evenly spread within its bucket;
  /// nil of no values.
  ///
  /// Of values above every bound no more is known than that, and the greatest bound is given.
  ///
  /// - Parameter share: From 0 to 1.
  package func quantile(_ share: Double) -> Double? {
    guard count > 0, let last = buckets.last else { return nil }
    let rank = share * count
    var (floor, below) = (0.0, 0.0)
    for bucket in buckets {
      if bucket.count >= rank, bucket.count > below {
        return floor + (bucket.upTo - floor) * (rank - below) / (bucket.count - below)
      }
      (floor, below) = (bucket.upTo, bucket.count)
    }
    return last.upTo
  }
}
