internal import EventLog
internal import SwiftProtobuf

/// How rows lie in an image; `docs/images.md` describes the same byte by byte.
///
/// Each table is a database of the table's name. A record's key is the row's key as ``TableKey``
/// encodes it; its value is the row's protobuf bytes, then the CRC-32C of key and row, little-endian.
enum ImageFormat {
  /// The database that holds the checkpoint; no table can have this name.
  static let metaDatabase = "meta"

  /// The only key in it.
  static let checkpointKey = Array("checkpoint".utf8)

  static let checksumByteCount = 4

  /// The longest key that LMDB takes.
  static let keyByteCountMax = 511

  /// A row's protobuf bytes.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/rowUnencodable``.
  static func encode(_ row: some Message, table: String, key: [UInt8]) throws(ImageFault) -> [UInt8]
  {
    do {
      return try row.serializedBytes()
    } catch {
      throw .rowUnencodable(table: table, key: key, cause: error)
    }
  }

  /// The value to store: turns a row's bytes into it.
  static func seal(_ row: inout [UInt8], key: RawSpan) {
    let checksum = unsafe row.span.bytes.crc32c(continuing: key.crc32c(continuing: 0))
    row.append(littleEndian: checksum)
  }

  /// How many bytes at the start of a stored value are the row's; nil when the checksum is wrong.
  static func rowByteCount(ofValue value: RawSpan, key: RawSpan) -> Int? {
    let count = value.byteCount - checksumByteCount
    guard count >= 0 else { return nil }
    let stated = value.loadLittleEndian(at: count, as: UInt32.self)
    let computed = value.extracting(first: count).crc32c(continuing: key.crc32c(continuing: 0))
    return stated == computed ? count : nil
  }
}

extension [UInt8] {
  /// Appends a number, least significant byte first.
  mutating func append(littleEndian number: some FixedWidthInteger) {
    var shifted = number
    for _ in 0..<(number.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: shifted))
      shifted >>= 8
    }
  }

  /// The little-endian number at `offset`; traps when it does not fit.
  func loadLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type
  ) -> Value {
    unsafe span.bytes.loadLittleEndian(at: offset, as: type)
  }

  /// Two hexadecimal digits a byte, as tools for LMDB print keys.
  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension RawSpan {
  /// A copy.
  var array: [UInt8] {
    unsafe withUnsafeBytes { unsafe Array($0) }
  }
}
