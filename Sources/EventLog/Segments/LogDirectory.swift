internal import Glibc

/// The directory that a log's files are in.
package struct LogDirectory: Sendable {
  static let segmentSuffix = ".segment"
  /// A segment on its way to exist: written whole under this name, then renamed.
  static let draftSuffix = ".segment-draft"
  private static let positionDigits = 20

  /// The path as given, or as resolved.
  package let path: String

  /// Names a directory, which need not exist.
  package init(path: String) {
    self.path = path
  }

  /// Makes the directory and those above it, as far as they are missing.
  ///
  /// - Throws: ``LogFault``
  package func create() throws(LogFault) {
    var parent = path.hasPrefix("/") ? "/" : "."
    for component in path.split(separator: "/") {
      let child = parent + "/" + component
      if unsafe mkdir(child, 0o755) == 0 {
        try LogDirectory(path: parent).synchronize()
      } else if errno != EEXIST {
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

  /// The first positions of the segments that are there, ascending.
  func firstPositions() throws(LogFault) -> [Position] {
    try names().compactMap { name in
      guard name.hasSuffix(Self.segmentSuffix) else { return nil }
      let digits = name.dropLast(Self.segmentSuffix.count)
      guard digits.utf8.count == Self.positionDigits, let number = UInt64(digits),
        (1...Position.max.rawValue).contains(number)
      else { return nil }
      return Position(number)
    }.sorted()
  }

  /// Removes what a crash left of segments that never came to exist.
  func removeDrafts() throws(LogFault) {
    for name in try names() where name.contains(Self.draftSuffix) {
      guard unsafe unlink(path + "/" + name) == 0 else { throw .system("unlink", file: name) }
    }
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
  static func synchronize(file: String) throws(LogFault) {
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

  /// The size of a file in bytes.
  static func byteCount(of file: String) throws(LogFault) -> UInt64 {
    var status = stat()
    guard unsafe stat(file, &status) == 0 else { throw .system("stat", file: file) }
    return UInt64(status.st_size)
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
    LogFault(
      code: .missing,
      message: "There is no log in \(directory). Check the path; a server creates the log when it "
        + "first starts.",
      file: directory)
  }
}
