internal import Glibc

/// A log that was restored and checked, and is not in its place yet.
///
/// So a restoration that is interrupted leaves no log, and not one that ends too early. What it leaves keeps
/// writers from beginning another log in its place. Dropping this removes what was restored.
public struct RestoredLog: ~Copyable {
  /// What was restored.
  public let report: LogBackup.Report
  private let unfinished: UnfinishedLog
  /// The directories that were made for the log, the deepest first.
  private let made: [String]
  private let locks: [DirectoryLock]
  private var isOver = false

  init(
    _ report: LogBackup.Report, _ unfinished: UnfinishedLog, made: [String],
    _ locks: [DirectoryLock]
  ) {
    self.report = report
    self.unfinished = unfinished
    self.made = made
    self.locks = locks
  }

  deinit {
    guard !isOver else { return }
    unfinished.directory.remove()
    LogDirectory.undo(made, locks)
  }

  /// Puts the log in its place, by one rename, durably.
  ///
  /// - Returns: What was restored.
  /// - Throws: ``LogFault``, of code ``LogFault/Code/exists`` when something has come there meanwhile.
  public consuming func adopt() throws(LogFault) -> LogBackup.Report {
    let target = unfinished.target
    // A directory can take the place of an empty one only.
    for lock in locks { _ = unsafe unlink(lock.file) }
    isOver = true
    guard unsafe rename(unfinished.directory.path, target.path) == 0 else {
      let fault =
        [EEXIST, ENOTEMPTY].contains(errno)
        ? LogFault.exists(in: target.path) : .system("rename", file: target.path)
      unfinished.directory.remove()
      throw fault
    }
    try target.parent.synchronize()
    var report = report
    report.summary = try LMDBEventLog(directory: target.path, access: .readOnly).summary()
    return report
  }
}
