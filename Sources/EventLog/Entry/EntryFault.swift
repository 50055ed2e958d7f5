/// Why bytes are not an entry, or why something cannot become one.
public enum EntryFault: Error, Hashable, Sendable {
  /// The entry would have `byteCount` bytes, more than ``EntryFormat/byteCountMax``.
  case tooLarge(byteCount: Int)

  /// The number of events, or of their distinct kinds, is impossible.
  case eventCount(events: Int, kinds: Int)

  /// The entry's time lies before that of the entry in front of it.
  case timeDecreased(from: Timestamp, to: Timestamp)

  /// The writer's term is lower than that of the entry in front of it.
  case epochDecreased(from: Epoch, to: Epoch)

  /// There are too few or too many bytes for the length that the entry states.
  case length(stated: Int, actual: Int)

  /// The bytes are not the ones that were written.
  case checksum(stated: UInt32, computed: UInt32)

  /// The entry was written in a format that this program does not know.
  case version(UInt8)

  /// The entry uses a feature that this program does not know.
  case flags(UInt8)

  /// The list of event kinds is not ascending, or does not fit the entry.
  case kinds

  /// The position is 0 or above ``Position/max``.
  case positionRange(UInt64)

  /// A whole entry, but not the one that belongs here.
  case position(expected: Position, found: Position)
}

extension EntryFault: CustomStringConvertible {
  /// A sentence for people.
  public var description: String {
    switch self {
    case .tooLarge(let byteCount):
      "An entry of \(byteCount) bytes is longer than the limit of \(EntryFormat.byteCountMax)."
    case .eventCount(let events, let kinds):
      "An entry cannot have \(events) events of \(kinds) kinds."
    case .timeDecreased(let from, let to):
      "The time \(to) lies before \(from), the time of the entry in front."
    case .epochDecreased(let from, let to):
      "The epoch \(to) is lower than \(from), the epoch of the entry in front."
    case .length(let stated, let actual):
      "The entry states a length of \(stated) bytes, but has \(actual)."
    case .checksum(let stated, let computed):
      "The entry's checksum is \(String(stated, radix: 16)), "
        + "but its bytes give \(String(computed, radix: 16))."
    case .version(let version):
      "The entry has format version \(version); this program knows \(EntryFormat.version)."
    case .flags(let flags):
      "The entry has the unknown flags 0x\(String(flags, radix: 16))."
    case .kinds:
      "The entry's list of event kinds is malformed."
    case .positionRange(let position):
      "No entry can have the position \(position)."
    case .position(let expected, let found):
      "The entry at position \(expected) says that it belongs at \(found)."
    }
  }
}
