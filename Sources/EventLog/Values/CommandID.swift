/// A command's number, chosen by its sender and unique for its actor, so that a retry is
/// recognised.
public struct CommandID: RawRepresentable, Hashable, Sendable {
  /// The number as it was sent.
  public let rawValue: UInt64

  /// Wraps a command's number.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Wraps a command's number, for literals and tests.
  public init(_ rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// No command: the entry was caused by the server itself.
  public static let none = CommandID(0)
}

extension CommandID: CustomStringConvertible {
  /// The plain number.
  public var description: String { String(rawValue) }
}
