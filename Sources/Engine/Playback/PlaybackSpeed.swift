package import EventLog
import Glibc

/// How fast a recording is played.
package enum PlaybackSpeed: Hashable, Sendable {
  /// So many times as fast as it happened; more than 0, and finite.
  case times(Double)
  /// As fast as those who watch read it.
  case unbounded
}

/// Which moment of a recording has come, by a clock that runs beside it.
///
/// Times may be as far apart as 64 bits allow: they are told apart in floating point, exact for 280
/// years around 1970.
struct PlaybackPace: Sendable {
  let speed: PlaybackSpeed
  /// The moment of the recording at which playing began.
  let start: Timestamp
  /// The clock's reading then.
  let began: Timestamp

  /// The moment of the recording that has come; nil when all of it may.
  func moment(at now: Timestamp) -> Timestamp? {
    guard case .times(let factor) = speed else { return nil }
    return Timestamp(clamping: start.asDouble + elapsed(at: now) * factor)
  }

  /// How long it takes until a moment of the recording comes, in microseconds; 0 when it has.
  func wait(for moment: Timestamp, at now: Timestamp) -> Int64 {
    guard case .times(let factor) = speed else { return 0 }
    let left = (moment.asDouble - start.asDouble) / factor - elapsed(at: now)
    return Timestamp(clamping: max(0, left.rounded(.up))).microseconds
  }

  private func elapsed(at now: Timestamp) -> Double {
    max(0, now.asDouble - began.asDouble)
  }
}

extension Timestamp {
  fileprivate var asDouble: Double { Double(microseconds) }

  /// The nearest there is.
  fileprivate init(clamping microseconds: Double) {
    self.init(microseconds: Int64(exactly: microseconds.rounded(.down)) ?? .max)
  }
}

/// A clock that goes on evenly, whatever becomes of the machine's time.
///
/// What it counts from is nothing in particular: only differences mean something.
package struct SteadyClock: Clock {
  /// The machine's steady clock.
  package init() {}

  /// How long it has run, in whole microseconds.
  package func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}
