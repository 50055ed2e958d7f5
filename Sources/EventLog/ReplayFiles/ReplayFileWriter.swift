internal import Crypto
internal import Glibc

/// Records entries in a replay file.
///
/// The file comes to exist when it is whole, by ``finish()``; until then it has another name. Used by
/// one thread at a time.
public final class ReplayFileWriter {
  private let file: String
  private let descriptor: Int32
  private var header: ReplayFileHeader
  private var index = ReplayFileIndex()
  private var offset: UInt64
  private var hash = SHA256()
  private var block: [UInt8] = []
  private var current: ReplayFileIndex.Block?
  private var isFinished = false

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
    offset = UInt64(header.byteCount)
    guard unsafe access(file, F_OK) != 0 else {
      throw LogFault(
        code: .inputOutput,
        message: "There is a file \(file) already. Choose another name, or remove it.", file: file,
        nativeCode: EEXIST)
    }
    let draft = Self.draft(of: file)
    descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("open", file: draft) }
  }

  deinit {
    close(descriptor)
    if !isFinished { _ = unsafe unlink(Self.draft(of: file)) }
  }

  private static func draft(of file: String) -> String { file + ".part" }

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
        offset: offset, byteCount: 0, entries: 0, firstPosition: entry.position,
        firstTime: entry.time)
    current.entries += 1
    self.current = current
    unsafe entry.bytes.withUnsafeBytes { unsafe block.append(contentsOf: $0) }
    if block.count >= ReplayFileFormat.blockByteCountTarget { try endBlock() }
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
    var end = index.bytes
    end.appendLittleEndian(offset)
    let start = header.bytes
    hash.update(data: end)
    hash.update(data: start)
    end += Array(hash.finalize()) + ReplayFileFormat.endMagic
    try write(end, at: offset)
    try write(start, at: 0)
    guard fsync(descriptor) == 0 else { throw .system("fsync", file: Self.draft(of: file)) }
    guard unsafe rename(Self.draft(of: file), file) == 0 else {
      throw .system("rename", file: file)
    }
    isFinished = true
    return (header, offset + UInt64(end.count))
  }

  private func endBlock() throws(LogFault) {
    guard var current else { return }
    let compressed = Deflate.compress(block)
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(UInt32(compressed.count))
    bytes.appendLittleEndian(UInt32(block.count))
    bytes.appendLittleEndian(current.entries)
    bytes += compressed
    bytes.appendChecksum()
    current.byteCount = UInt32(bytes.count)
    try write(bytes, at: offset)
    hash.update(data: bytes)
    offset += UInt64(bytes.count)
    index.blocks.append(current)
    block.removeAll(keepingCapacity: true)
    self.current = nil
  }

  private func write(_ bytes: [UInt8], at offset: UInt64) throws(LogFault) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done,
          off_t(offset) + off_t(done))
      }
      guard count > 0 || errno == EINTR else {
        throw .system("write", file: Self.draft(of: file))
      }
      done += max(0, count)
    }
  }
}

@available(*, unavailable)
extension ReplayFileWriter: Sendable {}
