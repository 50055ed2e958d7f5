/// A writer's term: each writer that opens the log takes the next, and an older one can append
/// nothing more.
public struct Epoch: RawRepresentable, Hashable, Comparable, Sendable {
  /// The number of the term; 0 means that no writer has opened the log yet.
  public let rawValue: UInt64

  /// Wraps the number of a term.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Wraps the number of a term, for literals and tests.
  public init(_ rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// No writer yet.
  public static let zero = Epoch(0)

  /// The term after this one.
  public var next: Epoch { Epoch(rawValue + 1) }

  /// Orders by time of take-over.
  public static func < (left: Epoch, right: Epoch) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension Epoch: CustomStringConvertible {
  /// The plain number.
  public var description: String { String(rawValue) }
}
