internal import CLMDB
internal import Glibc
internal import Synchronization

/// All environments that this process has open, so that none is opened twice.
///
/// Opening, closing and the opening of databases happen under one lock: LMDB wants databases opened by
/// one thread at a time, and a file must be closed wholly before it is opened again.
enum EnvironmentRegistry {
  /// An open environment.
  @safe struct Opened: Sendable {
    // SAFETY: An LMDB environment may be used by any thread; the registry alone closes it, when nobody
    // uses it any more.
    nonisolated(unsafe) let handle: OpaquePointer
    let databaseNames: [String]
    let databases: [LMDBEnvironment.Database]
    let access: LMDBEnvironment.Access
    var userCount: Int
  }

  /// How many databases a file can have that is opened without naming them.
  private static let databaseCountMax = 126

  /// How long a reader waits before it looks again whether a file's writer has opened it, in
  /// microseconds.
  private static let reservationPause: UInt32 = 500

  private struct State {
    var opened: [String: Opened] = [:]
    /// Files that a writer in this process is about to open.
    var reserved: Set<String> = []
  }

  private static let state = Mutex(State())

  /// What tells whether a file has changed.
  private struct Stamp: Equatable {
    let inode: UInt64
    let byteCount: Int64
    /// Of the last change of content or name, in nanoseconds.
    let changed: Int64

    init(_ status: stat) {
      inode = UInt64(status.st_ino)
      byteCount = Int64(status.st_size)
      changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    }
  }

  /// Files of which every page was checked, as they were then.
  private static let checked = Mutex<[String: Stamp]>([:])

  /// Keeps readers in this process from opening `file` until ``cancelReservation(of:)``.
  ///
  /// Who is the first to open a file decides for all whether it can be written. A writer that creates one
  /// is to be the first, however soon somebody finds it in the directory.
  static func reserve(_ file: String) {
    state.withLock { _ = $0.reserved.insert(file) }
  }

  /// Lets everybody open `file`.
  static func cancelReservation(of file: String) {
    state.withLock { _ = $0.reserved.remove(file) }
  }

  /// Finds or opens the environment of `file` and counts one more user.
  static func acquire(
    file: String, options: LMDBEnvironment.Options
  ) throws(LMDBFault) -> Opened {
    while true {
      if let opened = try acquireUnlessReserved(file: file, options: options) { return opened }
      usleep(reservationPause)
    }
  }

  private static func acquireUnlessReserved(
    file: String, options: LMDBEnvironment.Options
  ) throws(LMDBFault) -> Opened? {
    try state.withLock { (state: inout State) throws(LMDBFault) -> Opened? in
      if options.access == .readOnly, state.reserved.contains(file) { return nil }
      if var known = state.opened[file] {
        guard known.access == .readWrite || options.access == .readOnly else {
          throw LMDBFault(code: EBUSY, operation: "mdb_env_open", file: file)
        }
        known.userCount += 1
        state.opened[file] = known
        return known
      }
      let new = try open(file: file, options: options)
      state.opened[file] = new
      return new
    }
  }

  /// Counts one user less, and closes the environment after the last.
  static func release(file: String) {
    state.withLock { state in
      guard let known = state.opened[file] else { return }
      if known.userCount == 1 {
        state.opened[file] = nil
        unsafe mdb_env_close(known.handle)
      } else {
        state.opened[file]?.userCount -= 1
      }
    }
  }

  private static func open(
    file: String, options: LMDBEnvironment.Options
  ) throws(LMDBFault) -> Opened {
    func check(_ code: Int32, _ operation: String) throws(LMDBFault) {
      guard code == MDB_SUCCESS else {
        throw LMDBFault(code: code, operation: operation, file: file)
      }
    }
    try checkStructure(of: file, options)
    var created: OpaquePointer?
    try check(unsafe mdb_env_create(&created), "mdb_env_create")
    guard let handle = unsafe created else {
      throw LMDBFault(code: ENOMEM, operation: "mdb_env_create", file: file)
    }
    do throws(LMDBFault) {
      unsafe try check(mdb_env_set_maxreaders(handle, options.readersMax), "mdb_env_set_maxreaders")
      unsafe try check(
        mdb_env_set_maxdbs(handle, MDB_dbi(options.databases?.count ?? Self.databaseCountMax)),
        "mdb_env_set_maxdbs")
      if let mapBytes = options.mapBytes {
        unsafe try check(mdb_env_set_mapsize(handle, mapBytes), "mdb_env_set_mapsize")
      }
      // Never MDB_WRITEMAP, with which a stray pointer would write to the file.
      let flags =
        MDB_NOSUBDIR | MDB_NOTLS | (options.access == .readOnly ? MDB_RDONLY : 0)
        | options.durability.flags
      unsafe try check(mdb_env_open(handle, file, UInt32(flags), 0o644), "mdb_env_open")
      unsafe try check(mdb_reader_check(handle, nil), "mdb_reader_check")
      let (names, databases) = unsafe try openDatabases(of: handle, file: file, options: options)
      return unsafe Opened(
        handle: handle, databaseNames: names, databases: databases, access: options.access,
        userCount: 1)
    } catch {
      unsafe mdb_env_close(handle)
      throw error
    }
  }

  /// Keeps LMDB away from a file that would lead it astray.
  ///
  /// Who writes must not reuse a page that only damage has made a free one, so everything is walked
  /// then. A file that is missing or empty is for LMDB to create or to refuse.
  private static func checkStructure(
    of file: String, _ options: LMDBEnvironment.Options
  ) throws(LMDBFault) {
    var status = stat()
    guard unsafe stat(file, &status) == 0, status.st_size > 0 else { return }
    let stamp = Stamp(status)
    let isKnown = options.access == .readOnly && checked.withLock { $0[file] == stamp }
    let isWhole = options.access == .readWrite || options.checksLeaves && !isKnown
    do throws(LMDBPageFault) {
      try LMDBFileCheck.check(file, isWhole ? .everything : .interior)
    } catch {
      checked.withLock { $0[file] = nil }
      throw LMDBFault(error, file: file)
    }
    if isWhole { checked.withLock { $0[file] = stamp } }
  }

  private static func openDatabases(
    of environment: OpaquePointer, file: String, options: LMDBEnvironment.Options
  ) throws(LMDBFault) -> ([String], [LMDBEnvironment.Database]) {
    func check(_ code: Int32, _ operation: String) throws(LMDBFault) {
      guard code == MDB_SUCCESS else {
        throw LMDBFault(code: code, operation: operation, file: file)
      }
    }
    var transaction: OpaquePointer?
    let readOnly = options.access == .readOnly
    unsafe try check(
      mdb_txn_begin(environment, nil, readOnly ? UInt32(MDB_RDONLY) : 0, &transaction),
      "mdb_txn_begin")
    do throws(LMDBFault) {
      var databases: [LMDBEnvironment.Database] = []
      let wanted: [LMDBEnvironment.DatabaseOptions]
      if let databases = options.databases {
        wanted = databases
      } else {
        wanted = unsafe try existingDatabases(transaction, file: file)
      }
      for database in wanted {
        let flags = (database.hasIntegerKeys ? MDB_INTEGERKEY : 0) | (readOnly ? 0 : MDB_CREATE)
        var handle: MDB_dbi = 0
        unsafe try check(
          mdb_dbi_open(transaction, database.name, UInt32(flags), &handle), "mdb_dbi_open")
        databases.append(LMDBEnvironment.Database(handle: handle))
      }
      let open = unsafe transaction
      unsafe transaction = nil
      // Handles become usable by other transactions only when the one that opened them commits.
      unsafe try check(mdb_txn_commit(open), "mdb_txn_commit")
      return (wanted.map(\.name), databases)
    } catch {
      if let transaction = unsafe transaction { unsafe mdb_txn_abort(transaction) }
      throw error
    }
  }

  /// The databases that are in the file: the keys of the one without a name.
  private static func existingDatabases(
    _ transaction: OpaquePointer?, file: String
  ) throws(LMDBFault) -> [LMDBEnvironment.DatabaseOptions] {
    func check(_ code: Int32, _ operation: String) throws(LMDBFault) {
      guard code == MDB_SUCCESS else {
        throw LMDBFault(code: code, operation: operation, file: file)
      }
    }
    var directory: MDB_dbi = 0
    unsafe try check(mdb_dbi_open(transaction, nil, 0, &directory), "mdb_dbi_open")
    var cursor: OpaquePointer?
    unsafe try check(mdb_cursor_open(transaction, directory, &cursor), "mdb_cursor_open")
    defer { unsafe mdb_cursor_close(cursor) }
    var found: [LMDBEnvironment.DatabaseOptions] = []
    var (key, value) = unsafe (MDB_val(), MDB_val())
    var code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
    while code == MDB_SUCCESS, found.count < databaseCountMax {
      let bytes = unsafe UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size)
      let name = unsafe String(decoding: bytes, as: UTF8.self)
      found.append(LMDBEnvironment.DatabaseOptions(name: name, hasIntegerKeys: false))
      code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
    }
    guard code == MDB_SUCCESS || code == MDB_NOTFOUND else {
      throw LMDBFault(code: code, operation: "mdb_cursor_get", file: file)
    }
    return found
  }
}

extension LMDBEnvironment.Durability {
  fileprivate var flags: Int32 {
    switch self {
    case .full: 0
    case .allButLast: MDB_NOMETASYNC
    case .none: MDB_NOSYNC
    }
  }
}
