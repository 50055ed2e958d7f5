/// Who caused an entry: a player, the scheduler or an operator.
public struct ActorID: RawRepresentable, Hashable, Comparable, Sendable {
  /// The actor's number, given once and never to another.
  public let rawValue: UInt64

  /// Wraps an actor's number.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Wraps an actor's number, for literals and tests.
  public init(_ rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The world itself, when something falls due.
  public static let scheduler = ActorID(1)

  /// Whoever runs the server.
  public static let `operator` = ActorID(2)

  /// The lowest number that a player can have; below are the server's own actors.
  public static let firstPlayer = ActorID(1_000)

  /// Whether this is a player.
  public var isPlayer: Bool { self >= .firstPlayer }

  /// Orders by number.
  public static func < (left: ActorID, right: ActorID) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension ActorID: CustomStringConvertible {
  /// The plain number.
  public var description: String { String(rawValue) }
}
