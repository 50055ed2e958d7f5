/// Where the parts of an archive are.
///
/// All numbers are little-endian. `docs/archives.md` describes the same byte by byte.
enum ArchiveFormat {
  /// The format that this code writes, and the only one that it reads.
  static let version: UInt16 = 1
  /// The first eight bytes of every archive.
  static let magic = Array("FVARCHIV".utf8)
  /// The first eight bytes of the index.
  static let indexMagic = Array("FVAINDEX".utf8)
  /// The last eight bytes of the file.
  static let endMagic = Array("FVARCEND".utf8)

  /// The header, its checksum included.
  static let headerByteCount = 160
  /// What the index has of a block, beside the bits of its kinds.
  static let indexRecordByteCount = 72
  /// The index without kinds and records: magic number and number of kinds in front, checksum behind.
  static let indexFrameByteCount = 16
  /// The most bytes that a block holds: its entries, and for each the end of a batch, and their number.
  static let contentByteCountMax =
    BlockFormat.entriesByteCountMax + (BlockFormat.entriesMax + 1) * batchEndByteCount
  /// The most bytes that those can be compressed to.
  static let compressedByteCountMax = BlockFormat.compressedByteCountMax(contentByteCountMax)
  /// One end of a batch.
  static let batchEndByteCount = 4
}

extension LogFault {
  /// Says that an archive is not what was written.
  static func damagedArchive(
    _ what: String, file: String, position: Position? = nil, cause: (any Error)? = nil
  ) -> LogFault {
    LogFault(
      code: .damaged,
      message: "The archive is damaged: \(what). Restore this file from a backup.",
      file: file, position: position, cause: cause)
  }
}
