internal import Glibc

/// The directory that a log's files are in.
package struct LogDirectory: Sendable {
  static let segmentSuffix = ".segment"
  /// A segment on its way to exist: written whole under this name, then renamed.
  static let draftSuffix = ".segment-draft"
  static let archiveSuffix = ".archive"
  /// An archive on its way to exist: written whole and read back under this name, then renamed.
  static let archiveDraftSuffix = ".archive-draft"
  private static let positionDigits = 20

  /// The path as given, or as resolved.
  package let path: String

  /// Names a directory, which need not exist.
  package init(path: String) {
    self.path = path
  }

  /// Makes the directory and those above it, as far as they are missing, durably.
  ///
  /// Those that are there may have been made by a process that was killed before it could make that
  /// durable, so their names are synced too, where this process may.
  ///
  /// - Throws: ``LogFault``
  package func create() throws(LogFault) {
    var parent = path.hasPrefix("/") ? "/" : "."
    for component in path.split(separator: "/") {
      let child = parent + "/" + component
      if unsafe mkdir(child, 0o755) == 0 {
        try LogDirectory(path: parent).synchronize()
      } else if errno == EEXIST {
        try? LogDirectory(path: parent).synchronize()
      } else {
        throw .system("mkdir", file: child)
      }
      parent = child
    }
  }

  /// The path without links, so that one directory has one name in this process.
  ///
  /// - Throws: ``LogFault``
  package func resolved() throws(LogFault) -> LogDirectory {
    guard let resolved = unsafe realpath(path, nil) else {
      throw errno == ENOENT ? .noLog(in: path) : .system("realpath", file: path)
    }
    defer { unsafe free(resolved) }
    return LogDirectory(path: unsafe String(cString: resolved))
  }

  /// Makes durable which files there are.
  ///
  /// - Throws: ``LogFault``
  package func synchronize() throws(LogFault) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", file: path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("fsync", file: path) }
  }

  /// The first positions of the segments and archives that are there, ascending.
  func firstPositions() throws(LogFault) -> [Position] {
    Set(
      try names().compactMap {
        Self.firstPosition($0, suffix: Self.segmentSuffix)
          ?? Self.firstPosition($0, suffix: Self.archiveSuffix)
      }
    ).sorted()
  }

  /// The first positions of the segments that are there, whether or not there is an archive too.
  func firstPositionsOfSegments() throws(LogFault) -> [Position] {
    try names().compactMap { Self.firstPosition($0, suffix: Self.segmentSuffix) }.sorted()
  }

  private static func firstPosition(_ name: String, suffix: String) -> Position? {
    guard name.hasSuffix(suffix) else { return nil }
    let digits = name.dropLast(suffix.count)
    guard digits.utf8.count == positionDigits, let number = UInt64(digits),
      (1...Position.max.rawValue).contains(number)
    else { return nil }
    return Position(number)
  }

  /// Removes what a crash left of segments that never came to exist.
  func removeDrafts() throws(LogFault) {
    for name in try names() where name.contains(Self.draftSuffix) {
      guard unsafe unlink(path + "/" + name) == 0 else { throw .system("unlink", file: name) }
    }
  }

  /// Removes what a crash left of archives that never came to exist, and of segments that archives replaced.
  func removeLeftovers() throws(LogFault) {
    let lockSuffix = Self.segmentSuffix + "-lock"
    for name in try names() {
      let isDraft = name.hasSuffix(Self.archiveDraftSuffix)
      // LMDB makes the one after the other.
      let isStray =
        name.hasSuffix(lockSuffix) && !Self.isThere(path + "/" + name.dropLast("-lock".count))
      guard isDraft || isStray else { continue }
      guard unsafe unlink(path + "/" + name) == 0 || errno == ENOENT else {
        throw .system("unlink", file: name)
      }
    }
  }

  /// Removes a segment, durably; of no effect when it is not there.
  ///
  /// Who has it open reads on.
  func removeSegment(_ first: Position) throws(LogFault) {
    try remove([segmentFile(first), segmentFile(first) + "-lock"])
  }

  /// Removes an archive, durably; of no effect when it is not there.
  func removeArchive(_ first: Position) throws(LogFault) {
    try remove([archiveFile(first)])
  }

  private func remove(_ files: [String]) throws(LogFault) {
    for file in files {
      guard unsafe unlink(file) == 0 || errno == ENOENT else { throw .system("unlink", file: file) }
    }
    try synchronize()
  }

  /// Gives the draft of a segment its name, durably.
  ///
  /// It must be closed.
  func adoptDraft(_ first: Position) throws(LogFault) {
    let draft = draftFile(first)
    guard unsafe unlink(draft + "-lock") == 0 || errno == ENOENT else {
      throw .system("unlink", file: draft + "-lock")
    }
    guard unsafe rename(draft, segmentFile(first)) == 0 else {
      throw .system("rename", file: draft)
    }
    try synchronize()
  }

  /// Makes a file's bytes durable.
  ///
  /// - Throws: ``LogFault``
  package static func synchronize(file: String) throws(LogFault) {
    let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", file: file) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("fsync", file: file) }
  }

  /// The path of the segment that begins at `first`.
  func segmentFile(_ first: Position) -> String {
    file(first, suffix: Self.segmentSuffix)
  }

  /// The path that the same is drafted under.
  func draftFile(_ first: Position) -> String {
    file(first, suffix: Self.draftSuffix)
  }

  /// The path of the archive that begins at `first`.
  func archiveFile(_ first: Position) -> String {
    file(first, suffix: Self.archiveSuffix)
  }

  /// The path that the same is drafted under.
  func archiveDraftFile(_ first: Position) -> String {
    file(first, suffix: Self.archiveDraftSuffix)
  }

  /// Whether there is such a file.
  static func isThere(_ file: String) -> Bool {
    unsafe access(file, F_OK) == 0
  }

  /// Whether an open file is the one that a path leads to now.
  package static func isOpen(_ descriptor: Int32, at path: String) -> Bool {
    var (held, named) = (stat(), stat())
    guard unsafe fstat(descriptor, &held) == 0, unsafe stat(path, &named) == 0 else { return false }
    return held.st_ino == named.st_ino && held.st_dev == named.st_dev
  }

  /// The size of a file in bytes.
  static func byteCount(of file: String) throws(LogFault) -> UInt64 {
    var status = stat()
    guard unsafe stat(file, &status) == 0 else { throw .system("stat", file: file) }
    return UInt64(status.st_size)
  }

  /// The file that holds what begins at `first`, the archive before the segment; nil when there is none.
  func part(_ first: Position) -> (file: String, isArchived: Bool, byteCount: UInt64)? {
    let (archive, segment) = (archiveFile(first), segmentFile(first))
    // Twice, for a segment that is archived between two looks.
    for _ in 0..<2 {
      if let count = try? Self.byteCount(of: archive) { return (archive, true, count) }
      if let count = try? Self.byteCount(of: segment) { return (segment, false, count) }
    }
    return nil
  }

  /// The room that is left for programs like this one, in bytes; nil when that cannot be known.
  package static func freeByteCount(at path: String) -> UInt64? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }

  private func file(_ first: Position, suffix: String) -> String {
    let digits = String(first.rawValue)
    let zeros = String(repeating: "0", count: Self.positionDigits - digits.utf8.count)
    return path + "/" + zeros + digits + suffix
  }

  /// What is in the directory, in no order.
  ///
  /// - Throws: ``LogFault``
  package func names() throws(LogFault) -> [String] {
    guard let stream = unsafe opendir(path) else {
      throw errno == ENOENT ? .noLog(in: path) : .system("opendir", file: path)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }
}

extension LogFault {
  /// Says that there is nothing to read.
  static func noLog(in directory: String) -> LogFault {
    let unfinished = LogDirectory(path: directory).unfinishedPath
    let reason =
      LogDirectory.isThere(unfinished)
      ? ": restoring it was interrupted, or is not over. Restore it again, or remove \(unfinished) to "
        + "begin another."
      : ". Check the path; a server creates the log when it first starts."
    return LogFault(
      code: .missing, message: "There is no log in \(directory)\(reason)", file: directory)
  }
}
