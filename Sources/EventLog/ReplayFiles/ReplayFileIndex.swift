/// Where the blocks of a replay file are, and what each begins with.
struct ReplayFileIndex: Sendable {
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
  }

  /// The blocks in the order in which they are in the file, which is that of their positions.
  var blocks: [Block] = []

  /// The index's bytes.
  var bytes: [UInt8] {
    var bytes = ReplayFileFormat.indexMagic
    for block in blocks {
      bytes.appendLittleEndian(block.offset)
      bytes.appendLittleEndian(block.byteCount)
      bytes.appendLittleEndian(block.entries)
      bytes.appendLittleEndian(block.firstPosition.rawValue)
      bytes.appendLittleEndian(block.firstTime.microseconds)
    }
    bytes.appendChecksum()
    return bytes
  }

  /// How long an index of so many blocks is.
  static func byteCount(blocks: UInt32) -> UInt64 {
    UInt64(ReplayFileFormat.indexFrameByteCount)
      + UInt64(blocks) * UInt64(ReplayFileFormat.indexRecordByteCount)
  }

  /// No blocks yet.
  init() {}

  /// Reads an index, and checks it in itself and against the header.
  ///
  /// - Parameters:
  ///   - bytes: As many as the header's number of blocks makes.
  ///   - header: The file's header.
  ///   - offset: Where in the file the index begins: right after the last block.
  ///   - file: The file's path.
  /// - Throws: ``LogFault`` of code ``LogFault/Code/damaged``.
  init(
    decoding bytes: [UInt8], of header: ReplayFileHeader, at offset: UInt64, file: String
  ) throws(LogFault) {
    guard bytes.hasRightChecksum, bytes.starts(with: ReplayFileFormat.indexMagic) else {
      throw .damagedReplay("the checksum of its index is wrong", file: file)
    }
    var end = UInt64(header.byteCount)
    var entries: UInt64 = 0
    for number in 0..<Int(header.blocks) {
      let block = Block(decoding: bytes, at: 8 + number * ReplayFileFormat.indexRecordByteCount)
      guard block.offset == end, block.hasPossibleSize,
        block.follows(blocks.last, in: header)
      else { throw .damagedReplay("its index makes no sense at block \(number)", file: file) }
      end += UInt64(block.byteCount)
      entries += UInt64(block.entries)
      blocks.append(block)
    }
    guard end == offset, entries == header.entries else {
      throw .damagedReplay("its index does not agree with its header", file: file)
    }
  }
}

extension ReplayFileIndex.Block {
  fileprivate init(decoding bytes: [UInt8], at start: Int) {
    offset = bytes.littleEndian(at: start, as: UInt64.self)
    byteCount = bytes.littleEndian(at: start + 8, as: UInt32.self)
    entries = bytes.littleEndian(at: start + 12, as: UInt32.self)
    firstPosition = Position(bytes.littleEndian(at: start + 16, as: UInt64.self))
    firstTime = Timestamp(microseconds: bytes.littleEndian(at: start + 24, as: Int64.self))
  }

  fileprivate var hasPossibleSize: Bool {
    let compressed = Int(byteCount) - BlockFormat.frameByteCount
    return (1...ReplayFileFormat.compressedByteCountMax).contains(compressed)
      && (1...BlockFormat.entriesMax).contains(Int(entries))
  }

  /// Whether it can be the one after `previous`; the first one when that is nil.
  fileprivate func follows(_ previous: Self?, in header: ReplayFileHeader) -> Bool {
    guard let previous else {
      return firstPosition == header.firstPosition && firstTime == header.firstTime
    }
    guard firstPosition > previous.firstPosition, firstPosition <= header.lastPosition,
      firstTime >= previous.firstTime, firstTime <= header.lastTime
    else { return false }
    let positions = previous.firstPosition.distance(to: firstPosition)
    return header.isSelected
      ? positions >= Int(previous.entries) : positions == Int(previous.entries)
  }
}
