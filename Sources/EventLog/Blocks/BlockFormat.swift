/// What replay files and archives have in common: entries in compressed blocks, each with a checksum.
///
/// All numbers are little-endian. `docs/replay-files.md` and `docs/archives.md` describe the same byte by
/// byte.
enum BlockFormat {
  /// What a block has beside what it holds: three numbers in front, the checksum behind.
  static let frameByteCount = 16
  /// A block is closed when its entries have come to this many bytes.
  static let entriesByteCountTarget = 256 << 10
  /// The most bytes that a block's entries can have: the target, and one entry more.
  static let entriesByteCountMax = entriesByteCountTarget + EntryFormat.byteCountMax
  /// The most entries that a block can have.
  static let entriesMax = entriesByteCountMax / EntryFormat.byteCountMin
  static let checksumByteCount = 4
  static let digestByteCount = 32
  /// Where the index is, the digest, and the magic number.
  static let trailerByteCount = 8 + digestByteCount + 8

  /// The most bytes that so many can be compressed to: what zlib's `compressBound` comes to, and spare.
  static func compressedByteCountMax(_ byteCount: Int) -> Int {
    byteCount + byteCount / 1_000 + 64
  }

  /// A block that holds `content`.
  static func encode(_ content: [UInt8], entries: UInt32) -> [UInt8] {
    let compressed = Deflate.compress(content)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(compressed.count + frameByteCount)
    bytes.appendLittleEndian(UInt32(compressed.count))
    bytes.appendLittleEndian(UInt32(content.count))
    bytes.appendLittleEndian(entries)
    bytes += compressed
    bytes.appendChecksum()
    return bytes
  }

  /// What a block holds.
  ///
  /// - Parameters:
  ///   - bytes: The block, of at least ``frameByteCount`` bytes.
  ///   - entries: How many entries the index says that it has.
  ///   - byteCountMax: The most bytes that it may hold; no more memory is taken.
  /// - Throws: ``BlockFault``
  static func decode(
    _ bytes: [UInt8], entries: UInt32, byteCountMax: Int
  ) throws(BlockFault) -> [UInt8] {
    guard bytes.hasRightChecksum else { throw .checksum }
    let byteCount = Int(bytes.littleEndian(at: 4, as: UInt32.self))
    let end = bytes.count - checksumByteCount
    guard bytes.littleEndian(at: 0, as: UInt32.self) == UInt32(end - 12),
      bytes.littleEndian(at: 8, as: UInt32.self) == entries, byteCount <= byteCountMax,
      byteCount >= Int(entries) * EntryFormat.byteCountMin
    else { throw .senseless }
    guard let content = Deflate.decompress(bytes[12..<end], to: byteCount) else {
      throw .compression
    }
    return content
  }
}

/// Why bytes are not a block.
enum BlockFault: String, Error {
  case checksum = "the checksum of a block is wrong"
  case senseless = "a block makes no sense"
  case compression = "a block does not decompress to what it says"
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
    let covered = count - BlockFormat.checksumByteCount
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
