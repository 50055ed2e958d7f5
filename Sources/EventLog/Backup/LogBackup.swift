/// Copies of a log that are logs themselves: to be kept elsewhere, read, verified and put back.
///
/// A copy has the same segments and archives under the same names, the same log id and the same chain of hashes, so a
/// head that was noted proves the one as it proves the other.
public enum LogBackup {
  /// What a copy holds, and what it took.
  public struct Report: Hashable, Sendable {
    /// The copy.
    public var summary: LogSummary
    /// Segments copied now.
    public var segmentsCopied = 0
    /// Segments that the copy had already, sealed and unchanged.
    public var segmentsKept = 0
    /// Bytes written.
    public var bytesCopied: UInt64 = 0
  }

  /// Copies a log, as it is at one moment, into a directory that is empty or has an older copy of the same
  /// log.
  ///
  /// Its writer goes on meanwhile. Sealed segments that the copy has are not copied again. What is new is
  /// checked before it takes its place: every page, every byte, and the chain of hashes. Until then an
  /// older copy is as it was. What an interrupted call has copied, the next one need not copy again.
  ///
  /// - Parameters:
  ///   - log: The log's directory.
  ///   - directory: Where the copy goes; created when missing.
  ///   - pace: How fast it is written.
  ///   - progress: Called after each segment with how many are done, and of how many.
  /// - Throws: ``LogFault``, notably of code ``LogFault/Code/locked`` when a server or another backup has
  ///   the directory, ``LogFault/Code/otherLog`` when it has another log, and ``LogFault/Code/damaged``, which
  ///   names the file of the log that is, and leaves the directory as it was.
  public static func copy(
    _ log: String, to directory: String, pace: DiskPace = .full,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(LogFault) -> Report {
    let source = try SegmentList(LogDirectory(path: log).resolved())
    let logID = try source.newest().segment.meta.logID
    let missing = LogDirectory(path: directory).missing()
    try LogDirectory(path: directory).create()
    let target = try LogDirectory(path: directory).resolved()
    let locks = try lock(target, "finalverse backup of \(log)")
    defer { withExtendedLifetime(locks) {} }
    try target.removeDrafts()
    let incoming = try IncomingParts(in: target, from: source.firstPositions.first ?? .first)
    do throws(LogFault) {
      var copier = SegmentCopier(
        source: source, target: incoming.directory, older: target, logID: logID)
      copier.pace = pace
      try copier.copyAll(progress)
      try check(incoming.directory, of: source.directory)
      try incoming.adopt()
      let copy = try LMDBEventLog(directory: target.path, access: .readOnly)
      copier.report.summary = try copy.summary()
      return copier.report
    } catch {
      if error.code == .damaged {
        incoming.remove()
        LogDirectory.undo(missing, locks)
      } else {
        incoming.removeIfEmpty()
      }
      throw error
    }
  }

  /// Copies a log for a directory that has none, up to a position, and checks all of it.
  ///
  /// - Parameters:
  ///   - backup: The directory of the copy, or of any log.
  ///   - directory: Where the log is to be; created when missing. It has no log before ``RestoredLog/adopt()``.
  ///   - last: The last position to be there; nil for all.
  ///   - progress: Called after each segment with how many are done, and of how many.
  /// - Throws: ``LogFault``, notably of code ``LogFault/Code/exists`` when there is a log already; nothing of
  ///   the log is left then.
  public static func restore(
    _ backup: String, to directory: String, through last: Position?,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(LogFault) -> RestoredLog {
    let missing = LogDirectory(path: directory).missing()
    try LogDirectory(path: directory).create()
    let target = try LogDirectory(path: directory).resolved()
    let locks = try lock(target, "finalverse restore of \(backup)")
    let unfinished = UnfinishedLog(of: target)
    guard try target.firstPositions().isEmpty else { throw .exists(in: directory) }
    try target.removeDrafts()
    do throws(LogFault) {
      let source = try SegmentList(LogDirectory(path: backup).resolved())
      let (newest, end) = try source.newest()
      let oldest = source.firstPositions.first ?? newest.firstPosition
      let wanted = min(last ?? end.lastPosition, end.lastPosition)
      guard wanted >= oldest || last == nil else { throw .gone(wanted, first: oldest) }
      try unfinished.begin()
      var copier = SegmentCopier(
        source: source, target: unfinished.directory, older: nil, logID: newest.meta.logID)
      copier.last = wanted
      try copier.copyAll(progress)
      copier.report.summary = try check(unfinished.directory, of: source.directory)
      return RestoredLog(copier.report, unfinished, made: missing, locks)
    } catch {
      unfinished.directory.remove()
      LogDirectory.undo(missing, locks)
      throw error
    }
  }

  /// Keeps writers and archivers out of a directory.
  private static func lock(
    _ directory: LogDirectory, _ note: String
  ) throws(LogFault) -> [DirectoryLock] {
    [
      try DirectoryLock(directory: directory.path, note: note),
      try LogArchiving.lock(directory, note: note),
    ]
  }

  /// Checks every page, every byte and the chain of what was copied.
  ///
  /// What is wrong in the source as well is told of the source, where it is to be mended.
  @discardableResult
  static func check(
    _ copy: LogDirectory, of source: LogDirectory
  ) throws(LogFault) -> LogSummary {
    do throws(LogFault) {
      let log = try LMDBEventLog(directory: copy.path, access: .readOnly)
      _ = try log.verify(from: nil, through: nil) { _ in .proceed }
      return try log.summary()
    } catch {
      guard error.code == .damaged else { throw error }
      let log = try LMDBEventLog(directory: source.path, access: .readOnly)
      _ = try log.verify(from: copy.firstPositions().first, through: nil) { _ in .proceed }
      throw LogFault(
        code: .damaged,
        message: "The copy in \(copy.path) is not what was read from \(source.path), which is "
          + "sound. Nothing was kept of it. Do not trust the disk that it was written to.",
        file: error.file, position: error.position, cause: error)
    }
  }
}

extension LogFault {
  /// Says that a log would be overwritten.
  static func exists(in directory: String) -> LogFault {
    LogFault(
      code: .exists,
      message:
        "There is a log in \(directory) already. Nothing was changed. Choose a directory without "
        + "one.", file: directory)
  }
}
