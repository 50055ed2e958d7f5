internal import EventLog

extension ImageSnapshot {
  /// The checkpoint, once every row has been read; nil when nothing was ever written to the image.
  ///
  /// Each row is checked by its checksum, and all together by the checkpoint's digest.
  /// Needs no schema, so it does for an image of any version.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged`` when something is not what was
  ///   written.
  public func checkedCheckpoint() throws(ImageFault) -> Checkpoint? {
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

extension ImageReader {
  /// Checks the structure of an image that nobody is writing, page by page, before LMDB follows it.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged``, naming the page; of code
  ///   ``ImageFault/Code/missing`` when there is no directory of images.
  public static func checkPages(of projection: String, in directory: String) throws(ImageFault) {
    let file = try ImageDirectory(existing: directory).file(projection)
    try ImagePages.check(file, mapBytes: Image.Configuration().mapBytes)
  }
}
