internal import EventLog

extension ImageSnapshot {
  /// Loads the rows into empty tables, and checks that they are what the checkpoint says.
  ///
  /// - Parameters:
  ///   - projection: Empty; filled with the image's rows.
  ///   - logID: The log that the image must have been folded from.
  ///   - last: The position that the image must not have been folded beyond.
  /// - Returns: Up to where the image is folded; nil when nothing was ever written to it, and the
  ///   projection is still empty.
  /// - Throws: ``ImageFault``; the projection then holds something that is of no use.
  func load<P: Projection & ~Copyable>(
    into projection: inout P, of logID: LogID, through last: Position
  ) throws(ImageFault) -> Checkpoint? {
    var loader = ImageLoader(self)
    guard let checkpoint = try checkpoint() else {
      try projection.visitTables(&loader)
      guard loader.state == .empty else {
        throw .damaged("it has rows and no checkpoint", file: file)
      }
      return nil
    }
    try check(checkpoint, of: P.self, from: logID, through: last)
    try projection.visitTables(&loader)
    guard loader.state == checkpoint.state else {
      throw .damaged(
        "its rows are not those of its checkpoint: \(loader.state.rowCount) rows with digest "
          + "\(loader.state.digest) instead of \(checkpoint.state.rowCount) with "
          + "\(checkpoint.state.digest)",
        file: file)
    }
    projection.rebuildIndexes()
    return checkpoint
  }

  private func check<P: Projection & ~Copyable>(
    _ checkpoint: Checkpoint, of type: P.Type, from logID: LogID, through last: Position
  ) throws(ImageFault) {
    guard checkpoint.projection == P.name else {
      throw .damaged("it is the image of \(checkpoint.projection)", file: file)
    }
    guard checkpoint.logID == logID else {
      throw .unusable(
        .otherLog, "The image is of log \(checkpoint.logID), not \(logID).", file: file)
    }
    guard checkpoint.version == P.version else {
      throw .unusable(
        .otherVersion, "The image is of version \(checkpoint.version), not \(P.version).",
        file: file)
    }
    guard checkpoint.position <= last else {
      throw .aheadOfLog(checkpoint.position, logEnd: last, file: file)
    }
  }
}
