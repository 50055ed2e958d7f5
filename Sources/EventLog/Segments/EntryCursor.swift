/// A place among the entries of a segment; lends each only after checking it.
struct EntryCursor: ~Copyable, ~Escapable {
  private var records: LMDBCursor
  private let file: String

  /// Stands nowhere yet.
  @_lifetime(borrow transaction)
  init(
    _ segment: Segment, in transaction: borrowing some LMDBTransaction & ~Copyable
  ) throws(LogFault) {
    do throws(LMDBFault) {
      records = try transaction.cursor(segment.entries)
    } catch {
      throw LogFault(error)
    }
    file = segment.file
  }

  /// Goes to the last entry and returns its position; nil when there is none.
  mutating func moveToLast() throws(LogFault) -> Position? {
    do throws(LMDBFault) {
      return try records.moveToLast() ? records.integerKey.map { Position($0) } : nil
    } catch {
      throw LogFault(error)
    }
  }

  /// Goes to the entry at `position`, which must be there.
  mutating func move(to position: Position) throws(LogFault) {
    try expect(position) { (records: inout LMDBCursor) throws(LMDBFault) in
      try records.move(to: position.rawValue)
    }
  }

  /// Goes on to the next entry, which must be that at `position`.
  mutating func moveToNext(expecting position: Position) throws(LogFault) {
    try expect(position) { (records: inout LMDBCursor) throws(LMDBFault) in
      try records.moveToNext()
    }
  }

  private mutating func expect(
    _ position: Position, move: (inout LMDBCursor) throws(LMDBFault) -> Bool
  ) throws(LogFault) {
    do throws(LMDBFault) {
      if try move(&records), records.integerKey == position.rawValue { return }
    } catch {
      throw LogFault(error)
    }
    throw .damaged("The entry at position \(position) is missing.", file: file, position: position)
  }

  /// The bytes gone to, unchecked.
  var bytes: RawSpan {
    @_lifetime(borrow self)
    get { records.value }
  }

  /// The entry gone to, which must be that at `position` and undamaged.
  @_lifetime(borrow self)
  func entry(at position: Position) throws(LogFault) -> EntryView {
    do throws(EntryFault) {
      return try EntryView(validating: records.value, expected: position)
    } catch {
      throw .damaged(error, file: file, position: position)
    }
  }
}

/// A place in the chain of a segment: the ends of its batches, and the head after each.
struct HeadCursor: ~Copyable, ~Escapable {
  private var records: LMDBCursor
  private let file: String

  /// Stands nowhere yet.
  @_lifetime(borrow transaction)
  init(
    _ segment: Segment, in transaction: borrowing some LMDBTransaction & ~Copyable
  ) throws(LogFault) {
    do throws(LMDBFault) {
      records = try transaction.cursor(segment.chain)
    } catch {
      throw LogFault(error)
    }
    file = segment.file
  }

  /// Goes to the end of the last batch; nil when there is none.
  mutating func moveToLast() throws(LogFault) -> (Position, ChainHead)? {
    try read { (records: inout LMDBCursor) throws(LMDBFault) in try records.moveToLast() }
  }

  /// Goes to the end of the batch that holds `position`; nil when no batch does.
  mutating func move(toBatchOf position: Position) throws(LogFault) -> (Position, ChainHead)? {
    try read { (records: inout LMDBCursor) throws(LMDBFault) in
      try records.move(toOrAfter: position.rawValue)
    }
  }

  /// Goes to the end of the batch in front; nil when there is none.
  mutating func moveToPrevious() throws(LogFault) -> (Position, ChainHead)? {
    try read { (records: inout LMDBCursor) throws(LMDBFault) in try records.moveToPrevious() }
  }

  private mutating func read(
    _ move: (inout LMDBCursor) throws(LMDBFault) -> Bool
  ) throws(LogFault) -> (Position, ChainHead)? {
    do throws(LMDBFault) {
      guard try move(&records) else { return nil }
    } catch {
      throw LogFault(error)
    }
    guard let position = records.integerKey, let head = ChainHead(records.value) else {
      throw .damaged("A record of the chain of hashes is not what was written.", file: file)
    }
    return (Position(position), head)
  }
}
