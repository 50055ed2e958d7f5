/// What an archive says of itself: what the segment said that it was made from, and what it holds.
struct ArchiveHeader: Hashable, Sendable {
  /// What the segment said about itself when it was created.
  var meta: SegmentMeta
  /// How it ended.
  var seal: SegmentSeal
  /// The newest writer's term, as the segment had it.
  var epoch: Epoch
  /// When the first entry was decided.
  var firstTime = Timestamp(microseconds: 0)
  /// When the last entry was decided.
  var lastTime = Timestamp(microseconds: 0)
  /// How many bytes the entries have, all together.
  var entryByteCount: UInt64 = 0
  /// How many batches they form; 1 and up.
  var batches: UInt64 = 0
  /// How many blocks they are in; 1 and up.
  var blocks: UInt32 = 0

  /// The first position.
  var firstPosition: Position { meta.firstPosition }
  /// The last position.
  var lastPosition: Position { seal.lastPosition }
  /// How many entries there are.
  var entries: Int { firstPosition.distance(to: lastPosition) + 1 }

  /// The header's bytes.
  var bytes: [UInt8] {
    var bytes = ArchiveFormat.magic
    bytes.appendLittleEndian(ArchiveFormat.version)
    bytes.appendLittleEndian(UInt16(0))
    bytes.appendLittleEndian(UInt32(ArchiveFormat.headerByteCount))
    bytes.appendLittleEndian(meta.logID.rawValue)
    bytes.appendLittleEndian(firstPosition.rawValue)
    bytes.appendLittleEndian(lastPosition.rawValue)
    bytes.appendLittleEndian(meta.startTime?.microseconds ?? .min)
    bytes.appendLittleEndian(firstTime.microseconds)
    bytes.appendLittleEndian(lastTime.microseconds)
    bytes.appendLittleEndian(epoch.rawValue)
    bytes += meta.startHead.bytes
    bytes += seal.head.bytes
    bytes.appendLittleEndian(entryByteCount)
    bytes.appendLittleEndian(batches)
    bytes.appendLittleEndian(blocks)
    bytes.appendChecksum()
    return bytes
  }
}

extension ArchiveHeader {
  /// Reads the header of a file, and checks it in itself.
  ///
  /// - Throws: ``LogFault`` of code ``LogFault/Code/formatUnknown`` or ``LogFault/Code/damaged``.
  init(of file: BlockFile) throws(LogFault) {
    let bytes = try file.read(ArchiveFormat.headerByteCount, at: 0)
    guard bytes.starts(with: ArchiveFormat.magic) else {
      throw file.damaged("it does not begin as an archive does")
    }
    let version = bytes.littleEndian(at: 8, as: UInt16.self)
    // Only of a header that is as it was written may the version be believed.
    guard bytes.hasRightChecksum else { throw file.damaged("the checksum of its header is wrong") }
    guard version == ArchiveFormat.version else {
      throw LogFault(
        code: .formatUnknown,
        message: "The archive has format version \(version); this program knows "
          + "\(ArchiveFormat.version). Use a newer program.",
        file: file.path)
    }
    guard let header = ArchiveHeader(decoding: bytes), header.isPossible else {
      throw file.damaged("its header makes no sense")
    }
    self = header
  }

  private init?(decoding bytes: [UInt8]) {
    guard bytes.littleEndian(at: 10, as: UInt16.self) == 0,
      bytes.littleEndian(at: 12, as: UInt32.self) == UInt32(ArchiveFormat.headerByteCount),
      let startHead = ChainHead(bytes[72..<104]), let endHead = ChainHead(bytes[104..<136])
    else { return nil }
    let startTime = bytes.littleEndian(at: 40, as: Int64.self)
    meta = SegmentMeta(
      logID: LogID(rawValue: bytes.littleEndian(at: 16, as: UInt64.self)),
      firstPosition: Position(bytes.littleEndian(at: 24, as: UInt64.self)), startHead: startHead,
      startTime: startTime == .min ? nil : Timestamp(microseconds: startTime))
    seal = SegmentSeal(
      lastPosition: Position(bytes.littleEndian(at: 32, as: UInt64.self)), head: endHead)
    firstTime = Timestamp(microseconds: bytes.littleEndian(at: 48, as: Int64.self))
    lastTime = Timestamp(microseconds: bytes.littleEndian(at: 56, as: Int64.self))
    epoch = Epoch(bytes.littleEndian(at: 64, as: UInt64.self))
    entryByteCount = bytes.littleEndian(at: 136, as: UInt64.self)
    batches = bytes.littleEndian(at: 144, as: UInt64.self)
    blocks = bytes.littleEndian(at: 152, as: UInt32.self)
  }

  /// Whether the numbers can be so; none of them is trusted beyond that.
  private var isPossible: Bool {
    // Something follows every archive.
    guard firstPosition >= .first, lastPosition < .max, firstPosition <= lastPosition,
      firstTime <= lastTime, meta.startTime ?? .init(microseconds: .min) <= firstTime
    else { return false }
    if firstPosition == .first {
      guard meta.startTime == nil, meta.startHead == .genesis else { return false }
    }
    let entries = UInt64(entries)
    return blocks >= 1 && UInt64(blocks) <= entries && (1...entries).contains(batches)
      && entryByteCount / UInt64(EntryFormat.byteCountMin) >= entries
      && entryByteCount.dividedUp(by: UInt64(EntryFormat.byteCountMax)) <= entries
  }
}

extension UInt64 {
  /// The quotient, rounded up.
  fileprivate func dividedUp(by divisor: UInt64) -> UInt64 {
    self / divisor + (isMultiple(of: divisor) ? 0 : 1)
  }
}
