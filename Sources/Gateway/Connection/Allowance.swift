import NIOCore

/// How many messages a connection may still send: a bucket that fills at a steady rate and holds
/// one burst.
struct Allowance {
  /// The bucket's measure: billionths of a message, so that a nanosecond adds the rate.
  private static let message: Int64 = 1_000_000_000

  private let perSecond: Int64
  private let capacity: Int64
  private var level: Int64
  private var filled: NIODeadline

  /// A full bucket.
  init(limits: ConnectionLimits, now: NIODeadline) {
    perSecond = Int64(min(max(1, limits.messagesPerSecond), 1_000_000_000))
    capacity = Int64(min(max(1, limits.messageBurst), 1_000_000_000)) * Self.message
    level = capacity
    filled = now
  }

  /// Pours in what has gathered since the last time; once for each read.
  mutating func fill(now: NIODeadline) {
    let elapsed = min(max(0, (now - filled).nanoseconds), capacity / perSecond + 1)
    filled = now
    level = min(capacity, level + elapsed * perSecond)
  }

  /// Takes the worth of so many messages, or of a full bucket if that is less; false when there is not
  /// that much.
  mutating func take(_ weight: Int = 1) -> Bool {
    let worth = worth(of: weight)
    guard level >= worth else { return false }
    level -= worth
    return true
  }

  /// When the worth of so many messages will have gathered, in milliseconds; 1 and up.
  func retryAfterMilliseconds(for weight: Int) -> UInt32 {
    UInt32(clamping: 1 + max(0, worth(of: weight) - level) / perSecond / 1_000_000)
  }

  private func worth(of weight: Int) -> Int64 {
    Int64(clamping: weight) >= capacity / Self.message ? capacity : Int64(weight) * Self.message
  }
}
