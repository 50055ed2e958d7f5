package import GRDB
import Glibc

/// An SQLite file with personal data: how it is made, opened, copied, and rid of what was erased.
///
/// **What is promised.** Its owner alone may read it, and what SQLite puts beside it. What was committed
/// is on disk. What is deleted, or overwritten by less, is overwritten in the file (`secure_delete`); what
/// the write-ahead log still has of it goes with ``emptyJournal(of:patience:)``.
package enum PersonalFile {
  /// Opens a file that is written and read in turn; makes it where there is none.
  ///
  /// - Parameter patience: How long one waits for another process that writes, in seconds.
  /// - Throws: ``PersonalFileFault``, or what GRDB throws.
  package static func queue(_ path: String, patience: Double) throws -> DatabaseQueue {
    try create(path)
    var configuration = Self.configuration(patience)
    configuration.journalMode = .wal
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try syncCommits(of: queue)
    return queue
  }

  /// Opens a file that is read while it is written; makes it where there is none.
  ///
  /// - Parameter patience: How long one waits for another process that writes, in seconds.
  /// - Throws: ``PersonalFileFault``, or what GRDB throws.
  package static func pool(_ path: String, patience: Double) throws -> DatabasePool {
    try create(path)
    let pool = try DatabasePool(path: path, configuration: configuration(patience))
    try syncCommits(of: pool)
    return pool
  }

  /// Opens a file that is there, for reading alone.
  ///
  /// - Throws: What GRDB throws.
  package static func reader(_ path: String, patience: Double) throws -> DatabaseQueue {
    var configuration = Self.configuration(patience)
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  private static func configuration(_ patience: Double) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;")
    }
    return configuration
  }

  /// Has every commit on disk when it returns.
  ///
  /// GRDB turns that off (`synchronous = NORMAL`) where there is a write-ahead log, after all that a
  /// configuration says; so it is said after opening.
  private static func syncCommits(of database: any DatabaseWriter) throws {
    try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
  }

  /// Moves everything from the write-ahead log into the file, and cuts it to nothing.
  ///
  /// - Parameter patience: How long one waits for those who read, in seconds; nil for as long as for
  ///   one who writes.
  /// - Returns: Whether it is empty: whoever reads an older state, as who copies the file does, keeps it
  ///   from that.
  /// - Throws: What GRDB throws.
  package static func emptyJournal(of database: Database, patience: Double? = nil) throws -> Bool {
    let usual = try Int.fetchOne(database, sql: "PRAGMA busy_timeout") ?? 0
    if let patience {
      try database.execute(sql: "PRAGMA busy_timeout = \(Int(patience * 1_000))")
    }
    defer { if patience != nil { try? database.execute(sql: "PRAGMA busy_timeout = \(usual)") } }
    let result = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    return result?[0] == 0
  }

  /// Copies a file as it is at one moment, while others write it.
  ///
  /// The copy takes the place of an older one whole or not at all, and is on disk when this returns.
  ///
  /// - Throws: ``PersonalFileFault``, or what GRDB throws.
  package static func copy(_ source: any DatabaseReader, to path: String) throws {
    let draft = path + ".new"
    for suffix in ["", "-journal", "-wal", "-shm"] { unsafe unlink(draft + suffix) }
    try create(draft)
    let target = try DatabaseQueue(path: draft)
    try source.backup(to: target)
    try target.close()
    try synchronize(draft)
    // What an older copy left beside it belongs to that one.
    for suffix in ["-wal", "-shm"] { unsafe unlink(path + suffix) }
    guard unsafe rename(draft, path) == 0 else { throw PersonalFileFault("replace", path) }
    try synchronize(directory(of: path))
  }
}

extension PersonalFile {
  /// Makes a file where there is none, and its directory, both for their owner alone and both durable.
  ///
  /// A file that is there is not opened: to close it would take its locks from this process (see
  /// ``FileSearch``).
  ///
  /// - Throws: ``PersonalFileFault``
  package static func create(_ path: String) throws(PersonalFileFault) {
    let directory = directory(of: path)
    if unsafe mkdir(directory, 0o700) != 0, errno != EEXIST {
      throw PersonalFileFault("create", directory)
    }
    // SQLite gives the files beside it the same permissions.
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      _ = Glibc.close(descriptor)
    } else if errno != EEXIST {
      throw PersonalFileFault("create", path)
    }
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else { throw PersonalFileFault("look at", path) }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      errno = EEXIST
      throw PersonalFileFault("use", path)
    }
    guard unsafe chmod(path, 0o600) == 0 else { throw PersonalFileFault("protect", path) }
    try synchronize(directory)
    try synchronize(self.directory(of: directory))
  }

  /// Waits until a file, or the names in a directory, are on disk.
  ///
  /// - Throws: ``PersonalFileFault``
  package static func synchronize(_ path: String) throws(PersonalFileFault) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PersonalFileFault("open", path) }
    defer { _ = Glibc.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw PersonalFileFault("sync", path) }
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// A file of personal data, or its directory, cannot be made, protected, synced or replaced.
package struct PersonalFileFault: Error, CustomStringConvertible {
  /// What failed, with which file, and what the system says.
  package let message: String

  /// The system's last call failed.
  init(_ verb: String, _ path: String) {
    message = "cannot \(verb) \(path): \(unsafe String(cString: strerror(errno)))"
  }

  /// The message.
  package var description: String { message }
}
