/// Where the blocks of an archive are, what each begins with, and which kinds of events are in it.
struct ArchiveIndex: Sendable {
  /// A block.
  struct Block: Hashable, Sendable {
    /// Where in the file it begins.
    var offset: UInt64
    /// How many bytes it has, its frame included.
    var byteCount: UInt32
    /// How many entries are in it; 1 and up.
    var entries: UInt32
    /// The position of the first.
    var firstPosition: Position
    /// When the first was decided.
    var firstTime: Timestamp
    /// The first position of the batch that the first entry is of, in this block or in one before it.
    var batchStart: Position
    /// The head in front of that batch.
    var head: ChainHead
    /// The kinds in it: bit *i* of byte *b* stands for the archive's kind 8 *b* + *i*.
    var kinds: [UInt8]

    /// The position of the last entry.
    var lastPosition: Position { firstPosition.advanced(by: Int(entries) - 1) }
  }

  /// The distinct kinds of events in the archive, ascending.
  var kinds: [EventKind]
  /// The blocks in the order in which they are in the file, which is that of their positions.
  var blocks: [Block]

  /// The index's bytes.
  var bytes: [UInt8] {
    var bytes = ArchiveFormat.indexMagic
    bytes.appendLittleEndian(UInt32(kinds.count))
    for kind in kinds { bytes.appendLittleEndian(kind.rawValue) }
    for block in blocks {
      bytes.appendLittleEndian(block.offset)
      bytes.appendLittleEndian(block.byteCount)
      bytes.appendLittleEndian(block.entries)
      bytes.appendLittleEndian(block.firstPosition.rawValue)
      bytes.appendLittleEndian(block.firstTime.microseconds)
      bytes.appendLittleEndian(block.batchStart.rawValue)
      bytes += block.head.bytes
      bytes += block.kinds
    }
    bytes.appendChecksum()
    return bytes
  }

  /// The number of the block that holds `position`, which must be in the archive.
  func block(of position: Position) -> Int {
    max(0, blocks.partitioningIndex { $0.firstPosition > position } - 1)
  }

  /// The bits that a block must have one of to hold an entry that `filter` admits; nil when any may.
  func bits(_ filter: KindFilter) -> [UInt8]? {
    guard filter.isSelective else { return nil }
    return Self.bits(of: kinds) { filter.admits($0) }
  }

  /// A bit for each of `kinds`, set for those that satisfy `condition`.
  static func bits(of kinds: [EventKind], where condition: (EventKind) -> Bool) -> [UInt8] {
    var bits = [UInt8](repeating: 0, count: bitByteCount(kinds: kinds.count))
    for (index, kind) in kinds.enumerated() where condition(kind) {
      bits[index / 8] |= 1 << UInt8(index % 8)
    }
    return bits
  }

  /// How many bytes the bits of so many kinds take.
  static func bitByteCount(kinds: Int) -> Int { (kinds + 7) / 8 }
}

extension ArchiveIndex.Block {
  /// Whether it holds any of the kinds whose bits are given; always when nil.
  func mayHold(_ bits: [UInt8]?) -> Bool {
    guard let bits else { return true }
    return zip(kinds, bits).contains { $0 & $1 != 0 }
  }
}

extension ArchiveIndex {
  /// Reads the index of a file, and checks it in itself and against the header.
  ///
  /// - Throws: ``LogFault`` of code ``LogFault/Code/damaged``.
  init(of file: BlockFile, _ header: ArchiveHeader) throws(LogFault) {
    let trailerByteCount = UInt64(BlockFormat.trailerByteCount)
    let start = UInt64(ArchiveFormat.headerByteCount)
    guard file.byteCount >= start + trailerByteCount,
      let trailer = try file.trailer(endMagic: ArchiveFormat.endMagic)
    else { throw file.damaged("it is cut off") }
    let end = file.byteCount - trailerByteCount
    guard trailer.indexOffset >= start, trailer.indexOffset <= end else {
      throw file.damaged("its index is not where it says")
    }
    let bytes = try file.read(Int(end - trailer.indexOffset), at: trailer.indexOffset)
    guard bytes.hasRightChecksum, bytes.starts(with: ArchiveFormat.indexMagic) else {
      throw file.damaged("the checksum of its index is wrong")
    }
    guard let index = ArchiveIndex(decoding: bytes, blocks: Int(header.blocks)) else {
      throw file.damaged("its index has another length than it says")
    }
    self = index
    try check(against: header, at: trailer.indexOffset, in: file)
  }

  /// Nil when the bytes are too few or too many.
  private init?(decoding bytes: [UInt8], blocks count: Int) {
    guard bytes.count >= ArchiveFormat.indexFrameByteCount else { return nil }
    let kindCount = Int(bytes.littleEndian(at: 8, as: UInt32.self))
    let recordByteCount = ArchiveFormat.indexRecordByteCount + Self.bitByteCount(kinds: kindCount)
    guard kindCount <= Int(UInt16.max) + 1,
      bytes.count == ArchiveFormat.indexFrameByteCount + 2 * kindCount + count * recordByteCount
    else { return nil }
    kinds = (0..<kindCount).map {
      EventKind(rawValue: bytes.littleEndian(at: 12 + 2 * $0, as: UInt16.self))
    }
    blocks = []
    blocks.reserveCapacity(count)
    for number in 0..<count {
      let start = 12 + 2 * kindCount + number * recordByteCount
      guard let block = Block(decoding: bytes[start..<start + recordByteCount]) else { return nil }
      blocks.append(block)
    }
  }

  private func check(
    against header: ArchiveHeader, at indexOffset: UInt64, in file: BlockFile
  ) throws(LogFault) {
    guard !kinds.isEmpty, zip(kinds, kinds.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw file.damaged("its list of kinds makes no sense")
    }
    var end = UInt64(ArchiveFormat.headerByteCount)
    var previous: Block?
    for (number, block) in blocks.enumerated() {
      guard block.offset == end, block.hasPossibleSize, block.follows(previous, in: header) else {
        throw file.damaged("its index makes no sense at block \(number)")
      }
      end += UInt64(block.byteCount)
      previous = block
    }
    guard end == indexOffset, previous?.lastPosition == header.lastPosition else {
      throw file.damaged("its index does not agree with its header")
    }
  }
}

extension ArchiveIndex.Block {
  /// Nil when there is no head.
  fileprivate init?(decoding record: ArraySlice<UInt8>) {
    let bytes = Array(record)
    let headEnd = ArchiveFormat.indexRecordByteCount
    guard let head = ChainHead(bytes[headEnd - ChainHead.byteCount..<headEnd]) else { return nil }
    self.init(
      offset: bytes.littleEndian(at: 0, as: UInt64.self),
      byteCount: bytes.littleEndian(at: 8, as: UInt32.self),
      entries: bytes.littleEndian(at: 12, as: UInt32.self),
      firstPosition: Position(bytes.littleEndian(at: 16, as: UInt64.self)),
      firstTime: Timestamp(microseconds: bytes.littleEndian(at: 24, as: Int64.self)),
      batchStart: Position(bytes.littleEndian(at: 32, as: UInt64.self)), head: head,
      kinds: Array(bytes[headEnd...]))
  }

  fileprivate var hasPossibleSize: Bool {
    let compressed = Int(byteCount) - BlockFormat.frameByteCount
    return (1...ArchiveFormat.compressedByteCountMax).contains(compressed)
      && (1...BlockFormat.entriesMax).contains(Int(entries))
  }

  /// Whether it can be the one after `previous`; the first one when that is nil.
  fileprivate func follows(_ previous: Self?, in header: ArchiveHeader) -> Bool {
    guard let previous else {
      return firstPosition == header.firstPosition && firstTime == header.firstTime
        && batchStart == firstPosition && head == header.meta.startHead
        && Int(entries) <= header.entries
    }
    return previous.lastPosition < header.lastPosition
      && firstPosition == previous.lastPosition.next && batchStart >= previous.batchStart
      && batchStart <= firstPosition && firstTime >= previous.firstTime
      && firstTime <= header.lastTime && Int(entries) - 1 <= firstPosition.distance(to: .max)
  }
}
