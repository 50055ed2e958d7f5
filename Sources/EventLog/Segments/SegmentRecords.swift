internal import CCRC32C

/// What a segment says about itself when it is created; never changed afterwards.
struct SegmentMeta: Hashable {
  static let format: UInt32 = 1

  /// The log that it is a part of.
  var logID: LogID
  /// The first position that it holds or will hold.
  var firstPosition: Position
  /// The hash of everything in front of it.
  var startHead: ChainHead
  /// When the entry in front of it was decided; nil when there is none.
  var startTime: Timestamp?
}

/// How a segment ended; there once it will never change again.
struct SegmentSeal: Hashable {
  /// Its last position.
  var lastPosition: Position
  /// The hash of everything up to there.
  var head: ChainHead
}

/// The records of a segment's `meta` database: little-endian numbers, closed by a CRC-32C.
enum SegmentRecord {
  static let metaKey = "segment"
  static let epochKey = "epoch"
  static let sealKey = "seal"

  static func encode(_ meta: SegmentMeta) -> [UInt8] {
    closed(
      bytes(SegmentMeta.format) + bytes(meta.logID.rawValue) + bytes(meta.firstPosition.rawValue)
        + bytes(meta.startTime?.microseconds ?? .min) + meta.startHead.bytes)
  }

  static func encode(_ epoch: Epoch) -> [UInt8] {
    closed(bytes(epoch.rawValue))
  }

  static func encode(_ seal: SegmentSeal) -> [UInt8] {
    closed(bytes(seal.lastPosition.rawValue) + seal.head.bytes)
  }

  /// Nil when the bytes are not what was written.
  static func meta(_ record: RawSpan) -> (format: UInt32, meta: SegmentMeta)? {
    guard isClosed(record, byteCount: 60 + checksumByteCount), let head = head(record, at: 28)
    else { return nil }
    let time = record.loadLittleEndian(at: 20, as: Int64.self)
    let meta = SegmentMeta(
      logID: LogID(rawValue: record.loadLittleEndian(at: 4, as: UInt64.self)),
      firstPosition: Position(record.loadLittleEndian(at: 12, as: UInt64.self)),
      startHead: head, startTime: time == .min ? nil : Timestamp(microseconds: time))
    return (record.loadLittleEndian(at: 0, as: UInt32.self), meta)
  }

  /// Nil when the bytes are not what was written.
  static func epoch(_ record: RawSpan) -> Epoch? {
    guard isClosed(record, byteCount: 8 + checksumByteCount) else { return nil }
    return Epoch(record.loadLittleEndian(at: 0, as: UInt64.self))
  }

  /// Nil when the bytes are not what was written.
  static func seal(_ record: RawSpan) -> SegmentSeal? {
    guard isClosed(record, byteCount: 40 + checksumByteCount), let head = head(record, at: 8)
    else { return nil }
    return SegmentSeal(
      lastPosition: Position(record.loadLittleEndian(at: 0, as: UInt64.self)), head: head)
  }

  private static let checksumByteCount = 4

  private static func bytes(_ value: some FixedWidthInteger & BitwiseCopyable) -> [UInt8] {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe Array($0) }
  }

  private static func closed(_ record: [UInt8]) -> [UInt8] {
    record + bytes(unsafe record.span.bytes.crc32c(byteCount: record.count))
  }

  private static func isClosed(_ record: RawSpan, byteCount: Int) -> Bool {
    guard record.byteCount == byteCount else { return false }
    let covered = byteCount - checksumByteCount
    return record.loadLittleEndian(at: covered, as: UInt32.self)
      == record.crc32c(byteCount: covered)
  }

  private static func head(_ record: RawSpan, at offset: Int) -> ChainHead? {
    ChainHead(record.extracting(offset..<offset + ChainHead.byteCount))
  }
}

extension ChainHead {
  /// Reads a head from its 32 bytes; nil for any other number of bytes.
  init?(_ bytes: RawSpan) {
    self.init(unsafe bytes.withUnsafeBytes { unsafe Array($0) })
  }
}
