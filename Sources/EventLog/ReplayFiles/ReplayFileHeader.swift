/// What a replay file says of itself: whose stretch of which log it is.
public struct ReplayFileHeader: Hashable, Sendable {
  /// Which log it is of.
  public var logID: LogID
  /// What the world is called, for people; up to 1,024 bytes of UTF-8.
  public var name: String
  /// Whether it has some entries of its stretch, not all, so that positions are missing in between.
  public var isSelected: Bool
  /// The first position in it.
  public var firstPosition = Position.zero
  /// The last position in it.
  public var lastPosition = Position.zero
  /// When the first entry was decided.
  public var firstTime = Timestamp(microseconds: 0)
  /// When the last entry was decided.
  public var lastTime = Timestamp(microseconds: 0)
  /// How many entries there are; 1 and up.
  public var entries: UInt64 = 0
  /// How many blocks they are in; 1 and up.
  var blocks: UInt32 = 0

  /// A header without entries yet; a name that is too long is cut off.
  init(logID: LogID, name: String, isSelected: Bool) {
    self.logID = logID
    var name = name
    while name.utf8.count > ReplayFileFormat.nameByteCountMax { name.removeLast() }
    self.name = name
    self.isSelected = isSelected
  }

  /// How long the header is, from its magic number to its checksum.
  var byteCount: Int {
    ReplayFileFormat.headerByteCount + name.utf8.count + BlockFormat.checksumByteCount
  }

  /// The header's bytes.
  var bytes: [UInt8] {
    var bytes = ReplayFileFormat.magic
    bytes.appendLittleEndian(ReplayFileFormat.version)
    bytes.appendLittleEndian(isSelected ? ReplayFileFormat.selectedFlag : 0)
    bytes.appendLittleEndian(UInt32(byteCount))
    bytes.appendLittleEndian(logID.rawValue)
    bytes.appendLittleEndian(firstPosition.rawValue)
    bytes.appendLittleEndian(lastPosition.rawValue)
    bytes.appendLittleEndian(firstTime.microseconds)
    bytes.appendLittleEndian(lastTime.microseconds)
    bytes.appendLittleEndian(entries)
    bytes.appendLittleEndian(blocks)
    bytes.appendLittleEndian(UInt16(name.utf8.count))
    bytes += name.utf8
    bytes.appendChecksum()
    return bytes
  }
}

extension ReplayFileHeader {
  /// How long a header is by its first bytes, of which there are at least
  /// ``ReplayFileFormat/headerByteCount``.
  ///
  /// - Throws: ``LogFault`` of code ``LogFault/Code/formatUnknown`` or ``LogFault/Code/damaged``.
  static func byteCount(startingWith bytes: [UInt8], file: String) throws(LogFault) -> Int {
    guard bytes.starts(with: ReplayFileFormat.magic) else {
      throw LogFault(
        code: .formatUnknown,
        message: "This is no replay file. 'finalverse record' makes one.", file: file)
    }
    let version = bytes.littleEndian(at: 8, as: UInt16.self)
    guard version == ReplayFileFormat.version else {
      throw LogFault(
        code: .formatUnknown,
        message: "The replay file has format version \(version); this program knows "
          + "\(ReplayFileFormat.version). Use the program that recorded it, or a newer one.",
        file: file)
    }
    let nameByteCount = Int(bytes.littleEndian(at: 68, as: UInt16.self))
    guard nameByteCount <= ReplayFileFormat.nameByteCountMax else {
      throw .damagedReplay("its name has \(nameByteCount) bytes", file: file)
    }
    return ReplayFileFormat.headerByteCount + nameByteCount + BlockFormat.checksumByteCount
  }

  /// Reads a header of exactly ``byteCount(startingWith:file:)`` bytes, and checks it in itself.
  ///
  /// - Throws: ``LogFault`` of code ``LogFault/Code/damaged``.
  init(decoding bytes: [UInt8], file: String) throws(LogFault) {
    guard bytes.hasRightChecksum else {
      throw .damagedReplay("the checksum of its header is wrong", file: file)
    }
    let flags = bytes.littleEndian(at: 10, as: UInt16.self)
    let nameEnd = bytes.count - BlockFormat.checksumByteCount
    let name = String(
      validating: bytes[ReplayFileFormat.headerByteCount..<nameEnd], as: UTF8.self)
    guard flags & ~ReplayFileFormat.selectedFlag == 0, let name,
      bytes.littleEndian(at: 12, as: UInt32.self) == UInt32(bytes.count)
    else { throw .damagedReplay("its header makes no sense", file: file) }
    logID = LogID(rawValue: bytes.littleEndian(at: 16, as: UInt64.self))
    self.name = name
    isSelected = flags == ReplayFileFormat.selectedFlag
    firstPosition = Position(bytes.littleEndian(at: 24, as: UInt64.self))
    lastPosition = Position(bytes.littleEndian(at: 32, as: UInt64.self))
    firstTime = Timestamp(microseconds: bytes.littleEndian(at: 40, as: Int64.self))
    lastTime = Timestamp(microseconds: bytes.littleEndian(at: 48, as: Int64.self))
    entries = bytes.littleEndian(at: 56, as: UInt64.self)
    blocks = bytes.littleEndian(at: 64, as: UInt32.self)
    guard firstPosition >= .first, lastPosition <= .max, firstPosition <= lastPosition,
      firstTime <= lastTime, blocks >= 1, entries >= UInt64(blocks)
    else { throw .damagedReplay("its header makes no sense", file: file) }
    let count = UInt64(firstPosition.distance(to: lastPosition)) + 1
    guard isSelected ? entries <= count : entries == count else {
      throw .damagedReplay(
        "it says that \(entries) entries are at \(count) positions", file: file)
    }
  }
}
