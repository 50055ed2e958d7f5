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

  /// Takes one message's worth; false when there is not that much.
  mutating func take() -> Bool {
    guard level >= Self.message else { return false }
    level -= Self.message
    return true
  }

  /// When one message's worth will have gathered, in milliseconds; 1 and up.
  var retryAfterMilliseconds: UInt32 {
    UInt32(clamping: 1 + max(0, Self.message - level) / perSecond / 1_000_000)
  }
}
