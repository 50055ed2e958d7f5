internal import Glibc

/// Keeps every other writer out of a directory, in this process and in others, and tells them who
/// was first.
///
/// The lock is the operating system's and ends with the process, however that ends. What the file
/// `writer.lock` or `keeper.lock` says about its holder is for people.
public final class DirectoryLock: Sendable {
  /// Who holds a lock.
  public struct Holder: Hashable, Sendable {
    /// The number of the process.
    public var processID: Int32

    /// When it took the lock.
    public var since: Timestamp

    /// What it says about itself, such as the address that it listens on.
    public var note: String
  }

  /// What a lock keeps others from.
  public enum Purpose: String, Sendable {
    /// Appending.
    case write = "writer"
    /// Archiving.
    case keep = "keeper"
  }

  /// The path of the lock file.
  public let file: String

  private let descriptor: Int32
  private let since: Timestamp

  /// Takes the lock of `directory`, which must exist.
  ///
  /// - Parameters:
  ///   - directory: The path of the directory.
  ///   - note: One line that tells people about this process.
  ///   - purpose: What others are kept from.
  /// - Throws: ``LogFault`` of code ``LogFault/Code/locked``, which names the holder, or
  ///   ``LogFault/Code/inputOutput``.
  public init(
    directory: String, note: String, purpose: Purpose = .write
  ) throws(LogFault) {
    let file = Self.file(in: directory, purpose)
    let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("open", file: file) }
    guard Self.lock(descriptor) else {
      // Before the properties are set: an initializer that throws after that runs `deinit`, which would
      // close the number again, and by then it may be another thread's file.
      defer { close(descriptor) }
      guard errno == EWOULDBLOCK else { throw .system("flock", file: file) }
      throw Self.refusal(directory: directory, file: file, purpose, descriptor: descriptor)
    }
    self.file = file
    self.descriptor = descriptor
    since = .now
    try describe(note)
  }

  deinit {
    close(descriptor)
  }

  /// Replaces what is said about this process.
  ///
  /// - Throws: ``LogFault`` of code ``LogFault/Code/inputOutput`` or ``LogFault/Code/diskFull``.
  public func describe(_ note: String) throws(LogFault) {
    let line = note.split(whereSeparator: \.isNewline).joined(separator: " ")
    let text = Array("\(getpid())\n\(since.microseconds)\n\(since)\n\(line)\n".utf8)
    let written = unsafe text.withUnsafeBytes { bytes in
      unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    guard written == text.count, ftruncate(descriptor, off_t(text.count)) == 0 else {
      throw .system("write", file: file)
    }
  }

  /// Who holds the lock of `directory` now; nil when nobody does.
  public static func holder(of directory: String) -> Holder? {
    let descriptor = unsafe open(file(in: directory, .write), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    return holder(descriptor: descriptor)
  }

  private static func file(in directory: String, _ purpose: Purpose) -> String {
    directory + "/" + purpose.rawValue + ".lock"
  }

  /// Tries a few times, because ``holder(of:)`` holds the lock for an instant too.
  private static func lock(_ descriptor: Int32) -> Bool {
    for _ in 0..<5 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK else { return false }
      usleep(2_000)
    }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }

  private static func holder(descriptor: Int32) -> Holder? {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe pread(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 4, let processID = Int32(lines[0]), let since = Int64(lines[1]) else {
      return nil
    }
    return Holder(
      processID: processID, since: Timestamp(microseconds: since), note: String(lines[3]))
  }

  private static func refusal(
    directory: String, file: String, _ purpose: Purpose, descriptor: Int32
  ) -> LogFault {
    let first =
      if let holder = holder(descriptor: descriptor) {
        "process \(holder.processID), since \(holder.since)"
          + (holder.note.isEmpty ? "" : " (\(holder.note))")
      } else {
        "another process"
      }
    let message =
      switch purpose {
      case .write:
        "The log in \(directory) is already being written by \(first). Stop that first, or "
          + "choose another data directory."
      case .keep:
        "The log in \(directory) is being archived or copied to by \(first). Try again when that is "
          + "done."
      }
    return LogFault(code: .locked, message: message, file: file)
  }
}

extension Timestamp {
  /// What the machine's clock says.
  ///
  /// Entries take their time from the engine's clock instead.
  static var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}
