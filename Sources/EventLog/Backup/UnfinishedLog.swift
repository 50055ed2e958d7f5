/// What a restoration has copied and not put in its place yet, in a directory beside that of the log.
struct UnfinishedLog {
  let directory: LogDirectory
  /// Where the log is to be.
  let target: LogDirectory

  /// Names what is restored to `target`.
  init(of target: LogDirectory) {
    directory = LogDirectory(path: target.unfinishedPath)
    self.target = target
  }

  /// Makes the directory, empty.
  func begin() throws(LogFault) {
    directory.remove()
    try directory.create()
  }
}

extension LogDirectory {
  private static let unfinishedSuffix = "-restoring"

  /// Where a log is restored to before it takes the place of this directory.
  var unfinishedPath: String { path + Self.unfinishedSuffix }
}
