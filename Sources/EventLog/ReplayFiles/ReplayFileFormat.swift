/// Where the parts of a replay file are.
///
/// All numbers are little-endian. `docs/replay-files.md` describes the same byte by byte.
enum ReplayFileFormat {
  /// The format that this code writes, and the only one that it reads.
  static let version: UInt16 = 1
  /// The first eight bytes of every replay file.
  static let magic = Array("FVREPLAY".utf8)
  /// The first eight bytes of the index.
  static let indexMagic = Array("FVRINDEX".utf8)
  /// The last eight bytes of the file.
  static let endMagic = Array("FVREPEND".utf8)
  /// The flag of a file that has some entries of its stretch, not all.
  static let selectedFlag: UInt16 = 1

  /// The header in front of the name.
  static let headerByteCount = 70
  /// The longest name, in bytes of UTF-8.
  static let nameByteCountMax = 1_024
  /// What a block has beside its compressed entries: three numbers in front, the checksum behind.
  static let blockFrameByteCount = 16
  /// A block is closed when its entries have come to this many bytes.
  static let blockByteCountTarget = 256 << 10
  /// The most bytes that a block's entries can have: the target, and one entry more.
  static let blockByteCountMax = blockByteCountTarget + EntryFormat.byteCountMax
  /// The most bytes that those can be compressed to: what zlib's `compressBound` comes to, and spare.
  static let compressedByteCountMax = blockByteCountMax + blockByteCountMax / 1_000 + 64
  /// What the index has of a block.
  static let indexRecordByteCount = 32
  /// The index without its records: its magic number in front, its checksum behind.
  static let indexFrameByteCount = 12
  static let digestByteCount = 32
  /// Where the index is, the digest, and the magic number.
  static let trailerByteCount = 8 + digestByteCount + 8
  static let checksumByteCount = 4
}

extension [UInt8] {
  /// Appends a number, lowest byte first.
  mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }

  /// Appends the CRC-32C of all bytes so far.
  mutating func appendChecksum() {
    appendLittleEndian(unsafe span.bytes.crc32c(continuing: 0))
  }

  /// Whether the last four bytes are the CRC-32C of those in front.
  var hasRightChecksum: Bool {
    let covered = count - ReplayFileFormat.checksumByteCount
    guard covered >= 0 else { return false }
    let computed = unsafe span.bytes.crc32c(byteCount: covered)
    return littleEndian(at: covered, as: UInt32.self) == computed
  }

  /// The number at `offset`; traps when it does not fit.
  func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type
  ) -> Value {
    unsafe span.bytes.loadLittleEndian(at: offset, as: type)
  }
}

extension LogFault {
  /// Says that a replay file is not what was written.
  static func damagedReplay(
    _ what: String, file: String, position: Position? = nil, cause: (any Error)? = nil
  ) -> LogFault {
    LogFault(
      code: .damaged,
      message: "The replay file is damaged: \(what). Get it again from whoever recorded it.",
      file: file, position: position, cause: cause)
  }
}
