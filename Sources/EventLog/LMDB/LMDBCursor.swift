internal import CLMDB

/// A place among the records of a database, in the order of their keys.
///
/// What it lends lies in the file's memory map and is valid until the cursor moves or writes.
@safe package struct LMDBCursor: ~Copyable, ~Escapable {
  private let handle: OpaquePointer
  private let environment: LMDBEnvironment
  private var currentKey = unsafe MDB_val()
  private var currentValue = unsafe MDB_val()

  @_lifetime(immortal)
  init(
    transaction: OpaquePointer?, database: LMDBEnvironment.Database, environment: LMDBEnvironment
  ) throws(LMDBFault) {
    var opened: OpaquePointer?
    unsafe try environment.check(
      mdb_cursor_open(transaction, database.handle, &opened), "mdb_cursor_open")
    guard let opened = unsafe opened else {
      throw LMDBFault(code: MDB_PANIC, operation: "mdb_cursor_open", file: environment.file)
    }
    unsafe handle = opened
    self.environment = environment
  }

  deinit {
    unsafe mdb_cursor_close(handle)
  }

  /// Goes to the first record; false when there is none.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func moveToFirst() throws(LMDBFault) -> Bool { try move(MDB_FIRST) }

  /// Goes to the last record; false when there is none.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func moveToLast() throws(LMDBFault) -> Bool { try move(MDB_LAST) }

  /// Goes to the next record, or to the first from nowhere; false at the end.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func moveToNext() throws(LMDBFault) -> Bool { try move(MDB_NEXT) }

  /// Goes to the record in front, or to the last from nowhere; false at the beginning.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func moveToPrevious() throws(LMDBFault) -> Bool { try move(MDB_PREV) }

  /// Goes to the record of `key`; false when there is none.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func move(to key: UInt64) throws(LMDBFault) -> Bool {
    try move(MDB_SET_KEY, key: key)
  }

  /// Goes to the first record whose key is `key` or higher; false when there is none.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func move(toOrAfter key: UInt64) throws(LMDBFault) -> Bool {
    try move(MDB_SET_RANGE, key: key)
  }

  /// Goes to the record of `key`; false when there is none.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func move(to key: RawSpan) throws(LMDBFault) -> Bool {
    try move(MDB_SET_KEY, key: key)
  }

  /// Goes to the first record whose key is `key` or comes after it; false when there is none.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func move(toOrAfter key: RawSpan) throws(LMDBFault) -> Bool {
    try move(MDB_SET_RANGE, key: key)
  }

  /// The key of the record gone to, as a number; nil when it is not 8 bytes long.
  package var integerKey: UInt64? {
    guard unsafe currentKey.mv_size == MemoryLayout<UInt64>.size else { return nil }
    return unsafe currentKey.mv_data.loadUnaligned(as: UInt64.self)
  }

  /// The key of the record gone to.
  package var key: RawSpan {
    @_lifetime(borrow self)
    get {
      unsafe RawSpan(_unsafeStart: currentKey.mv_data, byteCount: currentKey.mv_size)
    }
  }

  /// The value of the record gone to.
  package var value: RawSpan {
    @_lifetime(borrow self)
    get {
      unsafe RawSpan(_unsafeStart: currentValue.mv_data, byteCount: currentValue.mv_size)
    }
  }

  /// Stores `value` under a key that is higher than every other.
  ///
  /// - Throws: ``LMDBFault``; of code `MDB_KEYEXIST` when the key is not the highest.
  package mutating func append(_ key: UInt64, _ value: RawSpan) throws(LMDBFault) {
    var key = key
    try unsafe withUnsafeMutableBytes(of: &key) { key throws(LMDBFault) in
      let key = unsafe MDB_val(mv_size: key.count, mv_data: key.baseAddress)
      try unsafe put(key, value, flags: MDB_APPEND)
    }
  }

  /// Stores `value` under a key that comes after every other.
  ///
  /// - Throws: ``LMDBFault``; of code `MDB_KEYEXIST` when the key does not.
  package mutating func append(_ key: RawSpan, _ value: RawSpan) throws(LMDBFault) {
    try unsafe key.withUnsafeBytes { key throws(LMDBFault) in
      try unsafe put(MDB_val(reading: key), value, flags: MDB_APPEND)
    }
  }

  /// Stores `value` under `key`, in place of what is there.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func put(_ key: RawSpan, _ value: RawSpan) throws(LMDBFault) {
    try unsafe key.withUnsafeBytes { key throws(LMDBFault) in
      try unsafe put(MDB_val(reading: key), value, flags: 0)
    }
  }

  /// Removes the record gone to.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func delete() throws(LMDBFault) {
    try environment.check(unsafe mdb_cursor_del(handle, 0), "mdb_cursor_del")
  }

  private mutating func put(
    _ key: MDB_val, _ value: RawSpan, flags: Int32
  ) throws(LMDBFault) {
    try unsafe value.withUnsafeBytes { value throws(LMDBFault) in
      var key = unsafe key
      var value = unsafe MDB_val(reading: value)
      try environment.check(
        unsafe mdb_cursor_put(handle, &key, &value, UInt32(flags)), "mdb_cursor_put")
    }
  }

  private mutating func move(
    _ operation: MDB_cursor_op, key: UInt64
  ) throws(LMDBFault) -> Bool {
    try unsafe withUnsafeBytes(of: key) { key throws(LMDBFault) in
      try isFound(unsafe get(operation, MDB_val(reading: key)))
    }
  }

  private mutating func move(
    _ operation: MDB_cursor_op, key: RawSpan
  ) throws(LMDBFault) -> Bool {
    try unsafe key.withUnsafeBytes { key throws(LMDBFault) in
      try isFound(unsafe get(operation, MDB_val(reading: key)))
    }
  }

  private mutating func move(_ operation: MDB_cursor_op) throws(LMDBFault) -> Bool {
    try isFound(unsafe get(operation, MDB_val()))
  }

  /// Moves by `operation`; LMDB replaces the key looked for by the one found.
  ///
  /// When nothing is found, no record is left to lend.
  private mutating func get(_ operation: MDB_cursor_op, _ key: MDB_val) -> Int32 {
    var (key, value) = unsafe (key, MDB_val())
    let code = unsafe mdb_cursor_get(handle, &key, &value, operation)
    unsafe (currentKey, currentValue) =
      code == MDB_SUCCESS ? (key, value) : (MDB_val(), MDB_val())
    return code
  }

  private func isFound(_ code: Int32) throws(LMDBFault) -> Bool {
    if code == MDB_NOTFOUND { return false }
    try environment.check(code, "mdb_cursor_get")
    return true
  }
}

extension MDB_val {
  /// Points at bytes that LMDB will only read, whatever its parameter types say.
  fileprivate init(reading bytes: UnsafeRawBufferPointer) {
    unsafe self.init(
      mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }
}
