internal import EventLog

/// Writes all tables of a projection to a new file, each in the order of its keys, in transactions of
/// bounded size.
struct ImageDraft: TableVisitor {
  /// How many bytes of rows a transaction has.
  ///
  /// LMDB keeps a transaction's pages in memory.
  private let transactionBytesMax: Int

  private(set) var state = StateSummary.empty
  private let environment: LMDBEnvironment
  private var meter: DiskPace.Meter

  init<P: Projection & ~Copyable>(
    of type: P.Type, file: String, mapBytes: Int, pace: DiskPace
  ) throws(ImageFault) {
    transactionBytesMax = pace == .full ? 32 << 20 : DiskPace.pieceByteCount
    do throws(LMDBFault) {
      environment = try LMDBEnvironment(
        file: file,
        options: LMDBEnvironment.Options(
          access: .readWrite, mapBytes: mapBytes,
          // Nobody uses the file before `finish` has seen to it that all of it is on disk.
          durability: .none, databases: Image.databases(of: type)))
      meter = try environment.meter(pace)
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
  }

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) throws(ImageFault) {
    let hasher = StateDigest.Hasher(table: table.name)
    var keys = SortableKeys(byteCount: Key.encodedLength, capacity: table.count)
    for slot in table.slots { keys.append(slot.key) }
    var rest = keys.sortedIndices()[...]
    do {
      while !rest.isEmpty {
        let transaction = try LMDBWriteTransaction(environment)
        let byteCount = try append(&rest, of: keys, from: table, hasher, in: transaction)
        try transaction.commit()
        let failure = meter.count(byteCount)
        guard failure == 0 else {
          throw LMDBFault(code: failure, operation: "sync_file_range", file: environment.file)
        }
      }
    } catch {
      throw ImageFault(wrapping: error, file: environment.file)
    }
  }

  /// Appends rows, as many as a transaction may have, and takes them off the list; returns how many bytes they have.
  private mutating func append<Key, Row>(
    _ slots: inout ArraySlice<Int>, of keys: SortableKeys, from table: borrowing Table<Key, Row>,
    _ hasher: StateDigest.Hasher, in transaction: borrowing LMDBWriteTransaction
  ) throws -> Int {
    var cursor = try transaction.cursor(try environment.table(table.name))
    var byteCount = 0
    while byteCount < transactionBytesMax, let slot = slots.popFirst() {
      let key = keys.key(at: slot)
      var row = try ImageFormat.encode(table.slots[slot].row, table: table.name, key: key)
      byteCount += row.count
      state.add(unsafe hasher.digest(key: key.span.bytes, row: row.span.bytes))
      unsafe ImageFormat.seal(&row, key: key.span.bytes)
      try unsafe cursor.append(key.span.bytes, row.span.bytes)
    }
    return byteCount
  }

  /// Adds the checkpoint, and waits until everything is on disk.
  func finish(_ checkpoint: Checkpoint) throws(ImageFault) {
    do {
      let transaction = try LMDBWriteTransaction(environment)
      try environment.put(checkpoint, in: transaction)
      try transaction.commit()
      try environment.synchronize()
    } catch {
      throw ImageFault(wrapping: error, file: environment.file)
    }
  }
}
