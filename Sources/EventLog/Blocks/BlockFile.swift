internal import Crypto
internal import Glibc

/// A file of blocks that is open for reading; closed with the last reference.
///
/// Thread-safe. What it is asked for may be anything that the file says of itself: reading beyond the end
/// is a fault, and takes no memory that the file does not have.
final class BlockFile: Sendable {
  /// What such a file is, for the messages of its faults.
  enum Kind {
    case replayFile
    case archive
  }

  private static let chunkByteCount = 1 << 20

  let path: String
  /// How many bytes it had when it was opened.
  let byteCount: UInt64
  private let kind: Kind
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: ``LogFault``, of code ``LogFault/Code/missing`` when there is none.
  init(_ path: String, _ kind: Kind) throws(LogFault) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT else { throw .system("open", file: path) }
      throw LogFault(
        code: .missing, message: "There is no file \(path). Check the path.", file: path)
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      defer { close(descriptor) }
      throw .system("fstat", file: path)
    }
    self.path = path
    self.kind = kind
    self.descriptor = descriptor
    byteCount = UInt64(max(0, status.st_size))
  }

  deinit {
    close(descriptor)
  }

  /// Says that the file is not what was written.
  func damaged(
    _ what: String, position: Position? = nil, cause: (any Error)? = nil
  ) -> LogFault {
    switch kind {
    case .replayFile: .damagedReplay(what, file: path, position: position, cause: cause)
    case .archive: .damagedArchive(what, file: path, position: position, cause: cause)
    }
  }

  /// Reads bytes, all of which must be there.
  func read(_ count: Int, at offset: UInt64) throws(LogFault) -> [UInt8] {
    guard offset <= byteCount, UInt64(count) <= byteCount - offset else {
      throw damaged("it is cut off")
    }
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
      guard read > 0 else { throw damaged("it is cut off") }
      done += read
    }
    return bytes
  }

  /// Writes the same bytes to another file under a draft name, durably, and then gives it its own.
  func copy(to file: String, draft: String, pace: DiskPace) throws(LogFault) {
    let writer = try BlockFileWriter(draft: draft, headerByteCount: 0, pace: pace)
    while writer.offset < byteCount {
      let count = min(UInt64(DiskPace.pieceByteCount), byteCount - writer.offset)
      try writer.append(read(Int(count), at: writer.offset))
    }
    try writer.synchronize()
    try writer.adopt(as: file)
  }

  /// SHA-256 of everything behind the header up to the digest in the trailer, and of the header after it.
  ///
  /// - Parameter header: The header's bytes.
  /// - Precondition: The file is longer than its header and trailer.
  /// - Complexity: O(*n*) in the file's bytes.
  func digest(header: [UInt8]) throws(LogFault) -> [UInt8] {
    var hash = SHA256()
    var offset = UInt64(header.count)
    let end = byteCount - UInt64(BlockFormat.trailerByteCount) + 8
    while offset < end {
      let chunk = try read(Int(min(UInt64(Self.chunkByteCount), end - offset)), at: offset)
      hash.update(data: chunk)
      offset += UInt64(chunk.count)
    }
    hash.update(data: header)
    return Array(hash.finalize())
  }

  /// What the trailer says: where the index is, and the digest; nil unless it ends as it should.
  ///
  /// - Precondition: The file is no shorter than a trailer.
  func trailer(
    endMagic: [UInt8]
  ) throws(LogFault) -> (indexOffset: UInt64, digest: ArraySlice<UInt8>)? {
    let count = BlockFormat.trailerByteCount
    let trailer = try read(count, at: byteCount - UInt64(count))
    guard trailer.suffix(8).elementsEqual(endMagic) else { return nil }
    return (
      trailer.littleEndian(at: 0, as: UInt64.self),
      trailer[8..<8 + BlockFormat.digestByteCount]
    )
  }
}
