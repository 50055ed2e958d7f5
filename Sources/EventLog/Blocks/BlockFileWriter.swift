internal import Crypto
internal import Glibc

/// Writes a file of blocks under a draft name, and gives it its own when it is whole and durable.
///
/// A writer that goes without ``adopt(as:)`` leaves nothing behind. Used by one thread
/// at a time.
final class BlockFileWriter {
  private let draft: String
  private let descriptor: Int32
  private var hash = SHA256()
  private var isAdopted = false
  private var meter: DiskPace.Meter
  /// Where the next block goes.
  private(set) var offset: UInt64

  /// Begins a draft, in place of one that a crash has left.
  ///
  /// - Parameters:
  ///   - draft: Its path.
  ///   - headerByteCount: How much room to leave for the header, which is written last.
  ///   - pace: How fast it is written.
  init(draft: String, headerByteCount: Int, pace: DiskPace = .full) throws(LogFault) {
    self.draft = draft
    offset = UInt64(headerByteCount)
    descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    meter = DiskPace.Meter(pace, of: descriptor)
    guard descriptor >= 0 else { throw .system("open", file: draft) }
  }

  deinit {
    close(descriptor)
    if !isAdopted { _ = unsafe unlink(draft) }
  }

  /// Adds bytes behind those that are there.
  func append(_ bytes: [UInt8]) throws(LogFault) {
    try write(bytes, at: offset)
    hash.update(data: bytes)
    offset += UInt64(bytes.count)
    guard meter.count(bytes.count) == 0 else { throw .system("sync_file_range", file: draft) }
  }

  /// Adds index and trailer, writes the header in front, and makes the draft durable.
  ///
  /// - Returns: How many bytes it has.
  func finish(index: [UInt8], header: [UInt8], endMagic: [UInt8]) throws(LogFault) -> UInt64 {
    var end = index
    end.appendLittleEndian(offset)
    try append(end)
    hash.update(data: header)
    let trailer = Array(hash.finalize()) + endMagic
    try write(trailer, at: offset)
    offset += UInt64(trailer.count)
    try write(header, at: 0)
    try synchronize()
    return offset
  }

  /// Makes durable what is there.
  func synchronize() throws(LogFault) {
    guard fsync(descriptor) == 0 else { throw .system("fsync", file: draft) }
  }

  /// Gives the draft, which must be finished, its name.
  ///
  /// That it has it is durable once the directory is.
  func adopt(as file: String) throws(LogFault) {
    guard unsafe rename(draft, file) == 0 else { throw .system("rename", file: file) }
    isAdopted = true
  }

  private func write(_ bytes: [UInt8], at offset: UInt64) throws(LogFault) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done,
          off_t(offset) + off_t(done))
      }
      guard count > 0 || errno == EINTR else { throw .system("write", file: draft) }
      done += max(0, count)
    }
  }
}

@available(*, unavailable)
extension BlockFileWriter: Sendable {}
