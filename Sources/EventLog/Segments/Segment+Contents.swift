/// Where a segment's entries end.
struct SegmentEnd {
  /// The last position; one before the segment's first when it has no entry.
  var lastPosition: Position
  /// When the last entry of the log was decided.
  var lastTime: Timestamp?
  /// The hash of everything up to ``lastPosition``.
  var head: ChainHead
  /// The newest writer's term.
  var epoch: Epoch
  /// There once the segment will never change again.
  var seal: SegmentSeal?
}

extension Segment {
  /// Where the entries end, now.
  func end() throws(LogFault) -> SegmentEnd {
    try end(
      in: try LogFault.wrapping { () throws(LMDBFault) in
        try LMDBReadTransaction(environment)
      })
  }

  /// Where the entries end, as `transaction` sees it.
  func end(
    in transaction: borrowing some LMDBTransaction & ~Copyable
  ) throws(LogFault) -> SegmentEnd {
    let (position, time) = try lastEntry(in: transaction)
    let (chained, head) = try lastHead(in: transaction)
    guard chained == position else {
      throw .damaged(
        "The entries end at position \(position), but the chain of hashes at \(chained).",
        file: file, position: min(chained, position).next)
    }
    let (epoch, seal) = try state(in: transaction)
    if let seal, seal != SegmentSeal(lastPosition: position, head: head) {
      throw .damaged(
        "The segment was sealed at position \(seal.lastPosition) with head \(seal.head), but ends "
          + "at \(position) with \(head).",
        file: file, position: min(seal.lastPosition, position).next)
    }
    return SegmentEnd(
      lastPosition: position, lastTime: time, head: head, epoch: epoch, seal: seal)
  }

  /// Checks that `next` begins where this segment, which ends at `end`, leaves off.
  func checkContinuation(_ end: SegmentEnd, by next: Segment) throws(LogFault) {
    guard meta.logID == next.meta.logID else {
      throw .damaged("The segment belongs to another log than \(file).", file: next.file)
    }
    guard end.lastPosition.next == next.firstPosition, end.head == next.meta.startHead else {
      throw .damaged(
        "The segment does not follow on from \(file), which ends at position \(end.lastPosition) "
          + "with head \(end.head).",
        file: next.file, position: min(end.lastPosition.next, next.firstPosition))
    }
  }

  private func lastEntry(
    in transaction: borrowing some LMDBTransaction & ~Copyable
  ) throws(LogFault) -> (Position, Timestamp?) {
    var cursor = try EntryCursor(self, in: transaction)
    guard let last = try cursor.moveToLast() else {
      return (firstPosition.advanced(by: -1), meta.startTime)
    }
    return (last, try cursor.entry(at: last).time)
  }

  private func lastHead(
    in transaction: borrowing some LMDBTransaction & ~Copyable
  ) throws(LogFault) -> (Position, ChainHead) {
    var cursor = try HeadCursor(self, in: transaction)
    return try cursor.moveToLast() ?? (firstPosition.advanced(by: -1), meta.startHead)
  }

  private func state(
    in transaction: borrowing some LMDBTransaction & ~Copyable
  ) throws(LogFault) -> (Epoch, SegmentSeal?) {
    var isSealed = false
    var (epoch, seal): (Epoch?, SegmentSeal?)
    do throws(LMDBFault) {
      var cursor = try transaction.cursor(metaRecords)
      if try cursor.move(toRecord: SegmentRecord.epochKey) {
        epoch = SegmentRecord.epoch(cursor.value)
      }
      isSealed = try cursor.move(toRecord: SegmentRecord.sealKey)
      if isSealed { seal = SegmentRecord.seal(cursor.value) }
    } catch {
      throw LogFault(error)
    }
    guard let epoch, !isSealed || seal != nil else {
      throw .damaged(
        "The segment's record of its epoch or seal is not what was written.", file: file)
    }
    return (epoch, seal)
  }

  /// Marks the segment as never changing again, durably.
  func seal(at end: SegmentEnd) throws(LMDBFault) {
    let transaction = try LMDBWriteTransaction(environment)
    try putSeal(at: end, in: transaction)
    try transaction.commit()
  }

  /// Marks the segment as never changing again, once `transaction` is committed.
  func putSeal(
    at end: SegmentEnd, in transaction: borrowing LMDBWriteTransaction
  ) throws(LMDBFault) {
    let seal = SegmentSeal(lastPosition: end.lastPosition, head: end.head)
    try Self.put([(SegmentRecord.sealKey, SegmentRecord.encode(seal))], environment, transaction)
  }

  /// Stores the newest writer's term, once `transaction` is committed.
  func put(
    _ epoch: Epoch, in transaction: borrowing LMDBWriteTransaction
  ) throws(LMDBFault) {
    try Self.put([(SegmentRecord.epochKey, SegmentRecord.encode(epoch))], environment, transaction)
  }

  /// Stores records in the `meta` database.
  static func put(
    _ records: [(key: String, record: [UInt8])], _ environment: LMDBEnvironment,
    _ transaction: borrowing LMDBWriteTransaction
  ) throws(LMDBFault) {
    var cursor = try transaction.cursor(environment.databases[2])
    for (key, record) in records {
      let key = Array(key.utf8)
      try cursor.put(unsafe key.span.bytes, unsafe record.span.bytes)
    }
  }

  /// Adds a batch and the head after it to `transaction`.
  func append(
    _ batch: EntryBatch, head: ChainHead, to transaction: borrowing LMDBWriteTransaction
  ) throws(LMDBFault) {
    var cursor = try transaction.cursor(entries)
    let bytes = unsafe batch.bytes.span.bytes
    var key = batch.firstPosition.rawValue
    for index in 0..<batch.count {
      try cursor.append(key, unsafe bytes.extracting(unchecked: batch.byteRange(at: index)))
      key += 1
    }
    var heads = try transaction.cursor(chain)
    let record = head.bytes
    try heads.append(batch.lastPosition.rawValue, unsafe record.span.bytes)
  }
}

extension LMDBCursor {
  /// Goes to the record named `key`; false when there is none.
  mutating func move(toRecord key: String) throws(LMDBFault) -> Bool {
    let key = Array(key.utf8)
    return try move(to: unsafe key.span.bytes)
  }
}
