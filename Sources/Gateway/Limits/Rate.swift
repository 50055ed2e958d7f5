package import NIOCore

/// How often something may happen: so many times at once after a rest, and then one more each interval.
package struct Rate: Hashable, Sendable {
  /// How many at once; 1 and up.
  package var burst: Int
  /// How long until one more; 1 ns and up.
  package var interval: TimeAmount

  /// A rate.
  package init(burst: Int, interval: TimeAmount) {
    self.burst = burst
    self.interval = interval
  }

  /// So many in a span of time, and all of them at once after a rest; 0 stands for any number.
  package static func counting(_ count: Int, in span: TimeAmount) -> Rate {
    guard count > 0 else { return Rate(burst: .max, interval: .nanoseconds(1)) }
    return Rate(burst: count, interval: .nanoseconds(max(1, span.nanoseconds / Int64(count))))
  }

  /// Steadily so many a second.
  static func perSecond(_ count: Int, burst: Int) -> Rate {
    let interval = 1_000_000_000 / Int64(min(max(1, count), 1_000_000_000))
    return Rate(burst: burst, interval: .nanoseconds(interval))
  }

  /// How long after the last time everything may happen at once again, in nanoseconds.
  var restNanoseconds: Int64 {
    let (product, overflows) = max(1, interval.nanoseconds)
      .multipliedReportingOverflow(by: Int64(max(1, burst)))
    return overflows ? .max / 4 : min(product, .max / 4)
  }
}

/// How much of a rate is used up.
///
/// It is one number: when all of it will be back. The generic cell rate algorithm (ITU-T I.371).
struct RateUse: Hashable, Sendable {
  /// When all is back, in nanoseconds of the event loops' clock.
  private(set) var restored: Int64

  /// Nothing is used up.
  init() { restored = .min }

  /// What is used up by this number.
  init(restored: Int64) { self.restored = restored }

  /// Whether nothing is used up any more: then it need not be remembered.
  func isRestored(at now: NIODeadline) -> Bool { restored <= now.nanoseconds }

  /// Uses one, or so many at once, or all if that is less.
  ///
  /// - Returns: nil; or, when there are not that many and none is used, how long until there will be, in
  ///   nanoseconds.
  mutating func take(_ rate: Rate, _ weight: Int = 1, at now: NIODeadline) -> Int64? {
    let (now, interval) = (now.nanoseconds, max(1, rate.interval.nanoseconds))
    let (product, overflows) = interval.multipliedReportingOverflow(by: Int64(max(1, weight)))
    let cost = overflows ? rate.restNanoseconds : min(product, rate.restNanoseconds)
    let next = max(restored, now) + cost
    let wait = next - now - rate.restNanoseconds
    guard wait <= 0 else { return wait }
    restored = next
    return nil
  }

  /// Gives one back that was used.
  mutating func giveBack(_ rate: Rate) {
    guard restored != .min else { return }
    restored -= max(1, rate.interval.nanoseconds)
  }
}

extension NIODeadline {
  /// The clock's reading, which is far from where it would overflow.
  fileprivate var nanoseconds: Int64 { Int64(clamping: uptimeNanoseconds) }
}

/// A wait as it is told to a client: in milliseconds, rounded up; 1 and up.
func retryAfterMilliseconds(_ nanoseconds: Int64) -> UInt32 {
  UInt32(clamping: 1 + max(0, nanoseconds - 1) / 1_000_000)
}
