internal import Crypto
internal import Glibc

/// A stretch of a log in a file of its own, to be handed to others.
///
/// It may come from anybody, so nothing in it is believed: every length is bounded before memory is
/// taken for it, and whatever the bytes, reading ends in entries or in a ``LogFault``. Thread-safe.
public final class ReplayFile: EntryReader {
  /// What the file says of itself.
  public let header: ReplayFileHeader
  let path: String
  let index: ReplayFileIndex
  private let descriptor: Int32

  /// Opens a file, and checks its header, its index and the digest of all of it.
  ///
  /// - Throws: ``LogFault`` of code ``LogFault/Code/missing``, ``LogFault/Code/formatUnknown`` or
  ///   ``LogFault/Code/damaged``.
  /// - Complexity: O(*n*) in the file's bytes: it is read once.
  public init(_ path: String) throws(LogFault) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT else { throw .system("open", file: path) }
      throw LogFault(
        code: .missing, message: "There is no file \(path). Check the path.", file: path)
    }
    do throws(LogFault) {
      (header, index) = try OpenFile(descriptor: descriptor, path: path).check()
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    close(descriptor)
  }

  /// The entries of a block, one after the other, as far as their frame goes.
  func entries(of block: ReplayFileIndex.Block) throws(LogFault) -> [UInt8] {
    let file = OpenFile(descriptor: descriptor, path: path)
    let bytes = try file.read(Int(block.byteCount), at: block.offset)
    func fault(_ what: String) -> LogFault {
      .damagedReplay(what, file: path, position: block.firstPosition)
    }
    guard bytes.hasRightChecksum else { throw fault("the checksum of a block is wrong") }
    let byteCount = Int(bytes.littleEndian(at: 4, as: UInt32.self))
    let end = bytes.count - ReplayFileFormat.checksumByteCount
    guard bytes.littleEndian(at: 0, as: UInt32.self) == UInt32(end - 12),
      bytes.littleEndian(at: 8, as: UInt32.self) == block.entries,
      byteCount <= ReplayFileFormat.blockByteCountMax,
      byteCount >= Int(block.entries) * EntryFormat.byteCountMin
    else { throw fault("a block makes no sense") }
    guard let entries = Deflate.decompress(bytes[12..<end], to: byteCount) else {
      throw fault("a block does not decompress to what it says")
    }
    return entries
  }
}

/// The bytes of a replay file that is open.
private struct OpenFile {
  private static let chunkByteCount = 1 << 20

  let descriptor: Int32
  let path: String

  /// Checks all that can be checked without decompressing.
  func check() throws(LogFault) -> (ReplayFileHeader, ReplayFileIndex) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system("fstat", file: path) }
    let size = UInt64(max(0, status.st_size))
    let trailerByteCount = UInt64(ReplayFileFormat.trailerByteCount)
    guard size > UInt64(ReplayFileFormat.headerByteCount) else {
      throw try tooShort(size)
    }
    let start = try read(ReplayFileFormat.headerByteCount, at: 0)
    let headerByteCount = try ReplayFileHeader.byteCount(startingWith: start, file: path)
    guard size > UInt64(headerByteCount) + trailerByteCount else { throw try tooShort(size) }
    let headerBytes = try read(headerByteCount, at: 0)
    let header = try ReplayFileHeader(decoding: headerBytes, file: path)
    let trailer = try read(ReplayFileFormat.trailerByteCount, at: size - trailerByteCount)
    let digest = try digest(from: headerByteCount, to: size - trailerByteCount + 8, headerBytes)
    guard trailer.suffix(8).elementsEqual(ReplayFileFormat.endMagic),
      trailer[8..<8 + ReplayFileFormat.digestByteCount].elementsEqual(digest)
    else { throw .damagedReplay("it is cut off or its digest is wrong", file: path) }
    let indexOffset = trailer.littleEndian(at: 0, as: UInt64.self)
    let indexByteCount = ReplayFileIndex.byteCount(blocks: header.blocks)
    // Neither of the two can be beyond the file, so that their sum does not overflow.
    guard indexByteCount <= size, indexOffset <= size,
      indexOffset + indexByteCount == size - trailerByteCount
    else { throw .damagedReplay("its index is not where it says", file: path) }
    let index = try ReplayFileIndex(
      decoding: read(Int(indexByteCount), at: indexOffset), of: header, at: indexOffset,
      file: path)
    return (header, index)
  }

  /// What is wrong with a file that is shorter than any replay file.
  private func tooShort(_ size: UInt64) throws(LogFault) -> LogFault {
    let start = try read(Int(min(size, 8)), at: 0)
    guard size >= 8, start == ReplayFileFormat.magic else {
      return LogFault(
        code: .formatUnknown,
        message: "This is no replay file. 'finalverse record' makes one.", file: path)
    }
    return .damagedReplay("it is cut off", file: path)
  }

  /// The digest of everything behind the header, and of the header after it.
  private func digest(
    from start: Int, to end: UInt64, _ header: [UInt8]
  ) throws(LogFault) -> [UInt8] {
    var hash = SHA256()
    var offset = UInt64(start)
    while offset < end {
      let chunk = try read(Int(min(UInt64(Self.chunkByteCount), end - offset)), at: offset)
      hash.update(data: chunk)
      offset += UInt64(chunk.count)
    }
    hash.update(data: header)
    return Array(hash.finalize())
  }

  /// Reads bytes, all of which must be there.
  func read(_ count: Int, at offset: UInt64) throws(LogFault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let read = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(
          descriptor, buffer.baseAddress.map { unsafe $0 + done }, count - done,
          off_t(clamping: offset) + off_t(done))
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw .system("read", file: path) }
      guard read > 0 else { throw .damagedReplay("it is cut off", file: path) }
      done += read
    }
    return bytes
  }
}
