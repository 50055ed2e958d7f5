internal import Glibc

/// Records entries in a replay file.
///
/// The file comes to exist when it is whole, by ``finish()``; until then it has another name. Used by
/// one thread at a time.
public final class ReplayFileWriter {
  private let file: String
  private let writer: BlockFileWriter
  private var header: ReplayFileHeader
  private var index = ReplayFileIndex()
  private var block: [UInt8] = []
  private var current: ReplayFileIndex.Block?

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - file: Its path; there must be no such file.
  ///   - logID: The log that the entries are of.
  ///   - name: What the world is called.
  ///   - isSelected: Whether some entries will be left out in between.
  /// - Throws: ``LogFault``
  public init(
    _ file: String, logID: LogID, name: String, isSelected: Bool
  ) throws(LogFault) {
    self.file = file
    header = ReplayFileHeader(logID: logID, name: name, isSelected: isSelected)
    guard unsafe access(file, F_OK) != 0 else {
      throw LogFault(
        code: .inputOutput,
        message: "There is a file \(file) already. Choose another name, or remove it.", file: file,
        nativeCode: EEXIST)
    }
    writer = try BlockFileWriter(draft: file + ".part", headerByteCount: header.byteCount)
  }

  /// How many entries there are so far.
  public var entries: UInt64 { header.entries }

  /// Adds an entry, of a later position than the one before it.
  ///
  /// - Throws: ``LogFault``
  public func append(_ entry: EntryView) throws(LogFault) {
    precondition(
      entry.position > header.lastPosition && (header.isSelected || isNext(entry.position)),
      "An entry is recorded that does not follow the one before it.")
    if header.entries == 0 {
      (header.firstPosition, header.firstTime) = (entry.position, entry.time)
    }
    (header.lastPosition, header.lastTime) = (entry.position, entry.time)
    header.entries += 1
    var current =
      self.current
      ?? ReplayFileIndex.Block(
        offset: writer.offset, byteCount: 0, entries: 0, firstPosition: entry.position,
        firstTime: entry.time)
    current.entries += 1
    self.current = current
    unsafe entry.bytes.withUnsafeBytes { unsafe block.append(contentsOf: $0) }
    if block.count >= BlockFormat.entriesByteCountTarget { try endBlock() }
  }

  private func isNext(_ position: Position) -> Bool {
    header.entries == 0 || position == header.lastPosition.next
  }

  /// Makes the file whole, durable and known by its name.
  ///
  /// - Returns: What it says of itself, and how many bytes it has.
  /// - Precondition: There is at least one entry.
  /// - Throws: ``LogFault``; there is no file then.
  public func finish() throws(LogFault) -> (header: ReplayFileHeader, byteCount: UInt64) {
    precondition(header.entries > 0, "A replay file has at least one entry.")
    try endBlock()
    header.blocks = UInt32(index.blocks.count)
    let byteCount = try writer.finish(
      index: index.bytes, header: header.bytes, endMagic: ReplayFileFormat.endMagic)
    try writer.adopt(as: file)
    return (header, byteCount)
  }

  private func endBlock() throws(LogFault) {
    guard var current else { return }
    let bytes = BlockFormat.encode(block, entries: current.entries)
    current.byteCount = UInt32(bytes.count)
    try writer.append(bytes)
    index.blocks.append(current)
    block.removeAll(keepingCapacity: true)
    self.current = nil
  }
}

@available(*, unavailable)
extension ReplayFileWriter: Sendable {}
