internal import EventLog

extension LMDBEnvironment {
  /// The database of a table.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged`` when the image has none.
  func table(_ name: String) throws(ImageFault) -> Database {
    guard let database = database(name) else {
      throw .damaged("it has no table \(name)", file: file, table: name)
    }
    return database
  }

  /// The checkpoint that a transaction sees; nil when there is none yet.
  func checkpoint(
    seenBy transaction: borrowing some LMDBTransaction & ~Copyable
  ) throws(ImageFault) -> Checkpoint? {
    let key = ImageFormat.checkpointKey
    do {
      var cursor = try transaction.cursor(try table(ImageFormat.metaDatabase))
      guard try unsafe cursor.move(to: key.span.bytes) else { return nil }
      return try Checkpoint(decoding: cursor.value)
    } catch CheckpointFault.damaged {
      throw .damaged("the checksum of the checkpoint is wrong", file: file)
    } catch CheckpointFault.format(let format) {
      throw .unusable(
        .formatUnknown, "The image has format \(format), which a newer program wrote.", file: file)
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
  }

  /// Lends every row of a table that a transaction sees, in the order of the keys.
  func forEachRow(
    in name: String, seenBy transaction: borrowing LMDBReadTransaction,
    _ body: (_ key: RawSpan, _ row: RawSpan) throws -> ReadControl
  ) throws {
    let table = try table(name)
    do {
      var cursor = try transaction.cursor(table)
      while try cursor.moveToNext() {
        let (key, value) = (cursor.key, cursor.value)
        guard let count = ImageFormat.rowByteCount(ofValue: value, key: key) else {
          throw ImageFault.damaged(
            "the checksum of a row is wrong", file: file, table: name, key: key.array)
        }
        guard try body(key, value.extracting(first: count)) == .proceed else { return }
      }
    } catch let fault as LMDBFault {
      throw ImageFault(wrapping: fault, file: file)
    }
  }

  /// Replaces the checkpoint.
  func put(
    _ checkpoint: Checkpoint, in transaction: borrowing LMDBWriteTransaction
  ) throws {
    let (key, value) = (ImageFormat.checkpointKey, checkpoint.encoded)
    var cursor = try transaction.cursor(try table(ImageFormat.metaDatabase))
    try unsafe cursor.put(key.span.bytes, value.span.bytes)
  }
}
