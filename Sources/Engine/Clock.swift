package import EventLog
import Glibc
import Synchronization

/// Where the engine reads the time.
package protocol Clock: Sendable {
  /// The time now.
  ///
  /// It may jump either way; the engine never goes back.
  func now() -> Timestamp
}

/// The machine's clock.
package struct SystemClock: Clock {
  /// The machine's clock.
  package init() {}

  /// The time now, in whole microseconds.
  package func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}

/// A clock that stands until it is set: for tests and simulations.
package final class ManualClock: Clock {
  private let time: Mutex<Timestamp>

  /// A clock that stands at a time.
  package init(_ start: Timestamp) {
    time = Mutex(start)
  }

  /// The time it was set to.
  package func now() -> Timestamp {
    time.withLock { $0 }
  }

  /// Sets it, forward or back.
  package func set(_ now: Timestamp) {
    time.withLock { $0 = now }
  }

  /// Moves it by microseconds, forward or back.
  package func advance(by microseconds: Int64) {
    time.withLock { $0 = Timestamp(microseconds: $0.microseconds + microseconds) }
  }
}
