/// Writes an archive under its draft name.
///
/// Used by one thread at a time.
struct ArchiveWriter: ~Copyable {
  private let file: BlockFileWriter
  private var header: ArchiveHeader
  private var kinds = Set<EventKind>()
  private var blocks: [(place: ArchiveIndex.Block, kinds: EventKinds)] = []
  private var open: OpenBlock?
  private var batchStart: Position
  private var head: ChainHead

  /// The block that entries are added to.
  private struct OpenBlock {
    var place: ArchiveIndex.Block
    var entries: [UInt8] = []
    var batchEnds: [Int] = []
    var kinds = EventKinds()
  }

  /// Begins an archive of what a segment holds.
  init(
    draft: String, meta: SegmentMeta, seal: SegmentSeal, epoch: Epoch, pace: DiskPace
  ) throws(LogFault) {
    file = try BlockFileWriter(
      draft: draft, headerByteCount: ArchiveFormat.headerByteCount, pace: pace)
    header = ArchiveHeader(meta: meta, seal: seal, epoch: epoch)
    batchStart = meta.firstPosition
    head = meta.startHead
  }

  /// Adds an entry that has been checked.
  mutating func append(_ entry: EntryView) throws(LogFault) {
    if header.entryByteCount == 0 { header.firstTime = entry.time }
    header.lastTime = entry.time
    header.entryByteCount += UInt64(entry.bytes.byteCount)
    if let open, open.entries.count >= BlockFormat.entriesByteCountTarget { try endBlock() }
    var block =
      open
      ?? OpenBlock(
        place: ArchiveIndex.Block(
          offset: file.offset, byteCount: 0, entries: 0, firstPosition: entry.position,
          firstTime: entry.time, batchStart: batchStart, head: head, kinds: []))
    // Not held twice while it grows.
    open = nil
    unsafe entry.bytes.withUnsafeBytes { unsafe block.entries.append(contentsOf: $0) }
    block.place.entries += 1
    for index in 0..<entry.kindCount { block.kinds.insert(entry.kind(at: index)) }
    open = block
  }

  /// Ends the batch of the entry added last.
  mutating func endBatch(_ last: Position, head: ChainHead) {
    header.batches += 1
    batchStart = last.next
    self.head = head
    if let count = open?.place.entries { open?.batchEnds.append(Int(count)) }
  }

  private mutating func endBlock() throws(LogFault) {
    guard var block = open else { return }
    open = nil
    let bytes = BlockFormat.encode(
      ArchiveBlock.content(entries: block.entries, batchEnds: block.batchEnds),
      entries: block.place.entries)
    block.place.byteCount = UInt32(bytes.count)
    try file.append(bytes)
    kinds.formUnion(block.kinds)
    blocks.append((block.place, block.kinds))
  }

  /// Makes the draft whole and durable.
  ///
  /// - Returns: What it says of itself, and how many bytes it has.
  mutating func finish() throws(LogFault) -> (header: ArchiveHeader, byteCount: UInt64) {
    try endBlock()
    header.blocks = UInt32(blocks.count)
    let kinds = kinds.sorted()
    let index = ArchiveIndex(
      kinds: kinds,
      blocks: blocks.map { block in
        var place = block.place
        let found = Set(block.kinds)
        place.kinds = ArchiveIndex.bits(of: kinds) { found.contains($0) }
        return place
      })
    let byteCount = try file.finish(
      index: index.bytes, header: header.bytes, endMagic: ArchiveFormat.endMagic)
    return (header, byteCount)
  }

  /// Gives the draft, which must be finished, its name.
  consuming func adopt(as name: String) throws(LogFault) {
    try file.adopt(as: name)
  }
}
