import Crypto
import EventLog

/// Makes checksums and digests right for bytes that somebody has changed.
enum Sealing {
  /// What the trailer of a file of blocks has: where the index is, the digest, a magic number.
  private static let trailerByteCount = 48

  /// An entry of the length that the bytes have.
  static func entry(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 8 else { return bytes }
    var entry = bytes
    replace(in: &entry, at: 0, UInt32(bytes.count))
    seal(&entry, entry.indices)
    return entry
  }

  /// Entries one after the other, as far as their lengths go.
  static func entries(_ bytes: [UInt8]) -> [UInt8] {
    var entries = bytes
    var start = 0
    while start + 8 <= entries.count {
      let length = Int(number(in: entries, at: start))
      guard length >= 8, length <= entries.count - start else { break }
      seal(&entries, start..<start + length)
      start += length
    }
    return entries
  }

  /// A file of one block, whose index is where the trailer says.
  static func file(_ bytes: [UInt8], headerByteCount: Int) -> [UInt8] {
    let trailer = bytes.count - trailerByteCount
    guard headerByteCount >= 4, trailer > headerByteCount + 8 else { return bytes }
    var file = bytes
    let index = Int(number(in: file, at: trailer))
    if index >= headerByteCount + 4, index <= trailer - 4 {
      seal(&file, headerByteCount..<index)
      seal(&file, index..<trailer)
    }
    seal(&file, 0..<headerByteCount)
    var hash = SHA256()
    hash.update(data: file[headerByteCount..<trailer + 8])
    hash.update(data: file[..<headerByteCount])
    file.replaceSubrange(trailer + 8..<trailer + 40, with: Array(hash.finalize()))
    return file
  }

  /// The number of four bytes at an offset, lowest byte first.
  static func number(in bytes: [UInt8], at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
  }

  /// Puts the checksum of a part's bytes to its end.
  private static func seal(_ bytes: inout [UInt8], _ part: Range<Int>) {
    let covered = Array(bytes[part].dropLast(4))
    let checksum = unsafe covered.span.bytes.crc32c(continuing: 0)
    replace(in: &bytes, at: part.upperBound - 4, checksum)
  }

  private static func replace(in bytes: inout [UInt8], at offset: Int, _ value: UInt32) {
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
    }
  }
}
