package import EventLog

extension Image {
  /// Writes changes and the checkpoint that they lead to, in one transaction: all of it, or nothing.
  ///
  /// Blocks until it is on disk, so it belongs on a thread that may; one thread at a time.
  ///
  /// - Parameters:
  ///   - changes: What changed since the image's checkpoint, of this projection.
  ///   - position: The entry that the changes go up to; durable in the log, so that the image never
  ///     runs ahead of it.
  ///   - time: Now, for people to see how old the image is.
  /// - Throws: ``ImageFault``; the image then is as it was before.
  package func write(
    _ changes: ProjectionChanges, through position: Position, at time: Timestamp
  ) throws(ImageFault) {
    precondition(changes.projection == projection, "These are changes of another projection.")
    try checkRoom()
    do {
      let transaction = try LMDBWriteTransaction(environment)
      var state = try begin(transaction, through: position)
      for table in changes.tables {
        try write(table, in: transaction, into: &state)
      }
      let checkpoint = Checkpoint(
        projection: projection, version: version, logID: logID, position: position,
        writtenAt: time, state: state)
      try environment.put(checkpoint, in: transaction)
      try transaction.commit()
      setCheckpoint(checkpoint)
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
  }

  /// Waits until the newest checkpoint, too, is on disk; a write leaves it to the next one.
  ///
  /// - Throws: ``ImageFault``
  package func synchronize() throws(ImageFault) {
    do throws(LMDBFault) {
      try environment.synchronize()
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
  }

  private func checkRoom() throws(ImageFault) {
    guard let free = configuration.freeBytes(directory.path), free < configuration.diskReserveBytes
    else {
      return
    }
    throw .diskFull(file: file, freeBytes: free, reserveBytes: configuration.diskReserveBytes)
  }

  /// What the rows come to before the changes: as the image itself says, whoever wrote it last.
  private func begin(
    _ transaction: borrowing LMDBWriteTransaction, through position: Position
  ) throws(ImageFault) -> StateSummary {
    guard let last = try environment.checkpoint(seenBy: transaction) else { return .empty }
    guard last.position <= position else {
      throw .unusable(
        .aheadOfLog, "The image ends at position \(last.position), the changes at \(position).",
        file: file)
    }
    return last.state
  }

  private func write(
    _ changes: any AnyTableChanges, in transaction: borrowing LMDBWriteTransaction,
    into state: inout StateSummary
  ) throws {
    let hasher = StateDigest.Hasher(table: changes.table)
    var cursor = try transaction.cursor(try environment.table(changes.table))
    try changes.forEachInOrder { key, row in
      let exists = try cursor.move(to: key)
      if exists {
        let value = cursor.value
        guard let count = ImageFormat.rowByteCount(ofValue: value, key: key) else {
          throw ImageFault.damaged(
            "the checksum of a row is wrong", file: file, table: changes.table, key: key.array)
        }
        let old = value.extracting(first: count)
        if let row, old.isEqual(to: row) { return }
        state.subtract(hasher.digest(key: key, row: old))
      }
      if var row {
        state.add(unsafe hasher.digest(key: key, row: row.span.bytes))
        ImageFormat.seal(&row, key: key)
        try unsafe cursor.put(key, row.span.bytes)
      } else if exists {
        try cursor.delete()
      }
    }
  }
}

extension RawSpan {
  /// Whether these are the same bytes.
  fileprivate func isEqual(to bytes: [UInt8]) -> Bool {
    unsafe withUnsafeBytes { unsafe $0.elementsEqual(bytes) }
  }
}
