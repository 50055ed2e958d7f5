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
  /// The most bytes that a block's entries can be compressed to.
  static let compressedByteCountMax = BlockFormat.compressedByteCountMax(
    BlockFormat.entriesByteCountMax)
  /// What the index has of a block.
  static let indexRecordByteCount = 32
  /// The index without its records: its magic number in front, its checksum behind.
  static let indexFrameByteCount = 12
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
