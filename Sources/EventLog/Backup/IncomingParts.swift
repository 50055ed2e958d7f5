internal import Glibc

/// What a backup has copied and not checked yet, in a directory within that of the copy.
///
/// An interrupted backup leaves it, and the next one goes on with it. Nobody else looks there.
struct IncomingParts {
  let directory: LogDirectory
  private let target: LogDirectory

  /// Begins, or goes on with what is there.
  ///
  /// - Parameter first: The first position that the log still has. What is of earlier ones does not go with it.
  init(in target: LogDirectory, from first: Position) throws(LogFault) {
    self.target = target
    directory = LogDirectory(path: target.path + "/incoming")
    try directory.create()
    try directory.removeDrafts()
    for gone in try directory.firstPositions() where gone < first {
      try directory.removeArchive(gone)
      try directory.removeSegment(gone)
    }
  }

  /// Moves everything to its place, durably, the newest last.
  ///
  /// Nobody in this process has any of it open. A crash leaves a part of it to be moved by the next backup.
  func adopt() throws(LogFault) {
    for first in try directory.firstPositions() {
      guard let (file, isArchived, _) = directory.part(first) else { continue }
      let place = isArchived ? target.archiveFile(first) : target.segmentFile(first)
      guard unsafe rename(file, place) == 0 else { throw .system("rename", file: place) }
      try target.synchronize()
      // What an earlier backup had of it, before it was sealed.
      if isArchived { try target.removeSegment(first) }
    }
    remove()
  }

  /// Removes what is there.
  func remove() {
    directory.remove()
  }

  /// Removes the directory unless something is in it.
  func removeIfEmpty() {
    _ = unsafe rmdir(directory.path)
  }
}
