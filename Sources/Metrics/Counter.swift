import Synchronization

/// A number that only grows: counted by one thread, read by any.
///
/// Counting is a load and a store. Nothing is locked, and nothing waits for whoever reads; a reader
/// sees each number as it was a moment ago.
package struct Counter: ~Copyable, Sendable {
  private let count = Atomic<UInt64>(0)

  /// Nothing counted yet.
  package init() {}

  /// What was counted so far.
  package var value: UInt64 { count.load(ordering: .relaxed) }

  /// Counts some more.
  ///
  /// One thread at a time: of two at once, one would be lost.
  package func add(_ more: Int = 1) {
    let sum = count.load(ordering: .relaxed) &+ UInt64(clamping: more)
    count.store(sum, ordering: .relaxed)
  }
}

/// A number that goes up and down: set by one thread, read by any.
package struct Gauge: ~Copyable, Sendable {
  private let level: Atomic<Int64>

  /// A number to begin with.
  package init(_ value: Int64 = 0) {
    level = Atomic(value)
  }

  /// What it stands at.
  package var value: Int64 { level.load(ordering: .relaxed) }

  /// Sets it.
  package func set(_ value: Int64) {
    level.store(value, ordering: .relaxed)
  }

  /// Moves it up or down.
  ///
  /// One thread at a time.
  package func add(_ change: Int64) {
    level.store(value &+ change, ordering: .relaxed)
  }
}
