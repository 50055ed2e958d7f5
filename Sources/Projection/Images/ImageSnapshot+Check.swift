internal import EventLog

extension ImageSnapshot {
  /// The checkpoint, once every row has been read; nil when nothing was ever written to the image.
  ///
  /// The pages that lead to the rows are checked first, each row then by its checksum, and all
  /// together by the checkpoint's digest. The snapshot may become a newer one on the way.
  /// Needs no schema, so it does for an image of any version.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged`` when something is not what was
  ///   written.
  public func checkedCheckpoint() throws(ImageFault) -> Checkpoint? {
    try checkPages()
    guard let checkpoint = try checkpoint() else { return nil }
    var state = StateSummary.empty
    do {
      for table in tables {
        let hasher = StateDigest.Hasher(table: table)
        try forEachRow(in: table) { key, row in
          state.add(hasher.digest(key: key, row: row))
          return .proceed
        }
      }
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
    guard state == checkpoint.state else {
      throw .damaged(
        "its rows are not those of its checkpoint: \(state.rowCount) rows with digest "
          + "\(state.digest) instead of \(checkpoint.state.rowCount) with \(checkpoint.state.digest)",
        file: file)
    }
    return checkpoint
  }
}
