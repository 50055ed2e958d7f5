extension Segment {
  /// Takes from the copy of a segment everything after a position, so that the log ends there.
  ///
  /// The chain then ends with the head of what is left of the last batch: the noted head, when the
  /// position is a batch's last, and one that follows from it otherwise.
  ///
  /// - Parameters:
  ///   - file: The copy, which nobody else has open.
  ///   - original: What it is a copy of.
  ///   - last: The last position to stay, in the segment or at the end of the one in front of it.
  static func truncate(
    _ file: String, of original: Segment, after last: Position
  ) throws(LogFault) {
    let environment = try LogFault.wrapping { () throws(LMDBFault) in
      try LMDBEnvironment(
        file: file, options: .init(access: .readWrite, mapBytes: nil, databases: databases))
    }
    let head = try original.head(at: last)
    try LogFault.wrapping { () throws(LMDBFault) in
      let transaction = try LMDBWriteTransaction(environment)
      for database in environment.databases.prefix(2) {
        try remove(after: last, from: database, in: transaction)
      }
      if last >= original.firstPosition {
        try end(environment.databases[1], at: last, with: head, in: transaction)
      }
      try removeSeal(from: environment.databases[2], in: transaction)
      try transaction.commit()
    }
  }

  private static func remove(
    after last: Position, from database: LMDBEnvironment.Database,
    in transaction: borrowing LMDBWriteTransaction
  ) throws(LMDBFault) {
    var records = try transaction.cursor(database)
    while try records.move(toOrAfter: last.rawValue + 1) { try records.delete() }
  }

  private static func end(
    _ chain: LMDBEnvironment.Database, at last: Position, with head: ChainHead,
    in transaction: borrowing LMDBWriteTransaction
  ) throws(LMDBFault) {
    var heads = try transaction.cursor(chain)
    if try heads.move(to: last.rawValue) { return }
    let record = head.bytes
    try heads.append(last.rawValue, unsafe record.span.bytes)
  }

  private static func removeSeal(
    from meta: LMDBEnvironment.Database, in transaction: borrowing LMDBWriteTransaction
  ) throws(LMDBFault) {
    var records = try transaction.cursor(meta)
    if try records.move(toRecord: SegmentRecord.sealKey) { try records.delete() }
  }

  /// The head after the entry at `position`, as if its batch ended there.
  private func head(at position: Position) throws(LogFault) -> ChainHead {
    let transaction = try LogFault.wrapping { () throws(LMDBFault) in
      try LMDBReadTransaction(environment)
    }
    var heads = try HeadCursor(self, in: transaction)
    let found = try heads.move(toBatchOf: position)
    if let (end, head) = found, end == position { return head }
    let previous = try found == nil ? heads.moveToLast() : heads.moveToPrevious()
    let (start, head) = previous ?? (firstPosition.advanced(by: -1), meta.startHead)
    guard position > start else { return head }
    var hash = ChainHash(continuing: head)
    var entries = try EntryCursor(self, in: transaction)
    var next = start.next
    try entries.move(to: next)
    while true {
      _ = try entries.entry(at: next)
      unsafe entries.bytes.withUnsafeBytes { unsafe hash.update($0) }
      guard next < position else { return hash.head }
      next = next.next
      try entries.moveToNext(expecting: next)
    }
  }
}
