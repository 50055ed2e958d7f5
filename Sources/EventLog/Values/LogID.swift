/// Tells one log from every other: drawn at random when the log is created, the same in all its
/// segments.
///
/// What is derived from a log (images, backups) notes it, so that it is never used with another.
public struct LogID: RawRepresentable, Hashable, Sendable {
  /// The random number.
  public let rawValue: UInt64

  /// Wraps the number of a log.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Draws a new one.
  public static func random() -> LogID {
    LogID(rawValue: .random(in: 1 ... .max))
  }
}

extension LogID: CustomStringConvertible {
  /// Sixteen hexadecimal digits.
  public var description: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
