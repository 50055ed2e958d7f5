/// Where the parts of an entry's bytes are.
///
/// All numbers are little-endian. `docs/log-format.md` describes the same byte by byte. What holds for
/// every format version: the total length comes first, the version next, and the CRC-32C of
/// everything before it last.
public enum EntryFormat {
  /// The format that this code writes, and the only one that it reads.
  public static let version: UInt8 = 1

  /// The longest entry: 1 MiB, everything included.
  public static let byteCountMax = 1 << 20

  /// The most events that an entry can have.
  public static let eventCountMax = Int(UInt16.max)

  static let lengthOffset = 0
  static let versionOffset = 4
  static let flagsOffset = 5
  static let eventCountOffset = 6
  static let positionOffset = 8
  static let epochOffset = 16
  static let timeOffset = 24
  static let actorOffset = 32
  static let commandIDOffset = 40
  static let kindCountOffset = 48
  static let kindsOffset = 50

  static let kindByteCount = 2
  static let checksumByteCount = 4

  /// The shortest possible entry: one kind and no payload.
  static let byteCountMin = kindsOffset + kindByteCount + checksumByteCount

  /// The length of an entry with so many distinct kinds and so long a payload.
  public static func byteCount(kinds: Int, payload: Int) -> Int {
    kindsOffset + kinds * kindByteCount + payload + checksumByteCount
  }
}
