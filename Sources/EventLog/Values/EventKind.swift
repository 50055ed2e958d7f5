/// What kind of event: the system it belongs to and its number there.
///
/// Numbers are for ever. The log stores them beside the payload so that a scan can pass over entries
/// without decoding them.
public struct EventKind: RawRepresentable, Hashable, Comparable, Sendable {
  /// `system` × 256 + `event`.
  public let rawValue: UInt16

  /// Wraps a stored number.
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// The kind `event` of the system `system`.
  public init(system: UInt8, event: UInt8) {
    rawValue = UInt16(system) << 8 | UInt16(event)
  }

  /// The number of the system.
  public var system: UInt8 { UInt8(rawValue >> 8) }

  /// The number of the event within its system.
  public var event: UInt8 { UInt8(rawValue & 0xFF) }

  /// Orders by system, then by event.
  public static func < (left: EventKind, right: EventKind) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension EventKind: CustomStringConvertible {
  /// `system.event`, both as numbers.
  public var description: String { "\(system).\(event)" }
}
