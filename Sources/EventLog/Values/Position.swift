/// The number of an entry in the log: 1, 2, 3 … without gaps, for ever.
///
/// Valid positions are 1 to 2⁶³ − 1, so arithmetic on a position that was read from a log never
/// overflows. ``zero`` stands before the first entry and is what an empty log ends at.
public struct Position: RawRepresentable, Hashable, Comparable, Sendable {
  /// The number itself.
  public let rawValue: UInt64

  /// Wraps a number; whether an entry has it is for a log to say.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Wraps a number, for literals and tests.
  public init(_ rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Before the first entry.
  public static let zero = Position(0)

  /// The first entry of a log.
  public static let first = Position(1)

  /// The highest position that an entry can have.
  public static let max = Position(UInt64(Int64.max))

  /// The position right after this one.
  public var next: Position { advanced(by: 1) }

  /// The position `distance` entries later, or earlier when negative.
  ///
  /// - Precondition: the result is not below ``zero``.
  public func advanced(by distance: Int) -> Position {
    Position(UInt64(Int64(rawValue) + Int64(distance)))
  }

  /// How many entries lie from this position to `other`: negative when `other` comes first.
  public func distance(to other: Position) -> Int {
    Int(Int64(other.rawValue) - Int64(rawValue))
  }

  /// Orders by time of append.
  public static func < (left: Position, right: Position) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension Position: CustomStringConvertible {
  /// The plain number, as people and other programs write it.
  public var description: String { String(rawValue) }
}
