internal import CLMDB

/// A view of an environment, whether or not it can be changed through it.
package protocol LMDBTransaction: ~Copyable {
  /// A way through the records of `database`.
  ///
  /// - Throws: ``LMDBFault``
  @_lifetime(borrow self)
  borrowing func cursor(_ database: LMDBEnvironment.Database) throws(LMDBFault) -> LMDBCursor
}

/// A consistent view of an environment, which keeps its pages from being used again.
///
/// Ends with its life; not tied to a thread, but used by one at a time.
@safe package struct LMDBReadTransaction: LMDBTransaction, ~Copyable {
  private let handle: OpaquePointer
  private let environment: LMDBEnvironment

  /// Takes the view of now.
  ///
  /// - Throws: ``LMDBFault``
  package init(_ environment: LMDBEnvironment) throws(LMDBFault) {
    var begun: OpaquePointer?
    unsafe try environment.check(
      mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &begun), "mdb_txn_begin")
    guard let begun = unsafe begun else {
      throw LMDBFault(code: MDB_PANIC, operation: "mdb_txn_begin", file: environment.file)
    }
    unsafe handle = begun
    self.environment = environment
  }

  deinit {
    unsafe mdb_txn_abort(handle)
  }

  /// The number of the newest transaction that the view includes.
  package var number: UInt64 { unsafe UInt64(mdb_txn_id(handle)) }

  /// Lets go of the view and takes that of now, so that pages freed since can be used again.
  ///
  /// - Throws: ``LMDBFault``
  package mutating func renew() throws(LMDBFault) {
    unsafe mdb_txn_reset(handle)
    unsafe try environment.check(mdb_txn_renew(handle), "mdb_txn_renew")
  }

  /// Walks every page that this view needs, so that damage is found before a cursor follows it.
  ///
  /// Renews the view when its description is not there any more.
  ///
  /// - Throws: ``LMDBFault`` with a ``LMDBFault/pageFault``.
  /// - Complexity: O(*n*) in the size of the file.
  package mutating func checkStructure() throws(LMDBFault) {
    var descriptor: mdb_filehandle_t = -1
    unsafe try environment.check(
      mdb_env_get_fd(environment.handle, &descriptor), "mdb_env_get_fd")
    while true {
      let isCurrent: Bool
      do throws(LMDBPageFault) {
        isCurrent = try LMDBFileCheck.check(
          descriptor: descriptor, transaction: UInt64(unsafe mdb_txn_id(handle)))
      } catch {
        throw LMDBFault(error, file: environment.file)
      }
      if isCurrent { return }
      try renew()
    }
  }

  /// A way through the records of `database`.
  ///
  /// - Throws: ``LMDBFault``
  @_lifetime(borrow self)
  package borrowing func cursor(
    _ database: LMDBEnvironment.Database
  ) throws(LMDBFault) -> LMDBCursor {
    unsafe try LMDBCursor(transaction: handle, database: database, environment: environment)
  }
}

/// Changes to an environment that become durable together, or not at all.
///
/// LMDB has one at a time; beginning another waits. It belongs to the thread that began it and must
/// end there, so it is never held across a suspension. Dropping it undoes everything.
@safe package struct LMDBWriteTransaction: LMDBTransaction, ~Copyable {
  /// Nil once it has ended.
  private var handle: OpaquePointer?
  private let environment: LMDBEnvironment

  /// Waits for the writer's turn and begins.
  ///
  /// - Throws: ``LMDBFault``
  package init(_ environment: LMDBEnvironment) throws(LMDBFault) {
    var begun: OpaquePointer?
    unsafe try environment.check(
      mdb_txn_begin(environment.handle, nil, 0, &begun), "mdb_txn_begin")
    unsafe handle = begun
    self.environment = environment
  }

  deinit {
    if let handle = unsafe handle { unsafe mdb_txn_abort(handle) }
  }

  /// Makes the changes durable: returns when they are on disk.
  ///
  /// - Throws: ``LMDBFault``. Whether the changes are durable is then unknown until the file has been
  ///   opened afresh; a sync that failed must not be tried again.
  package consuming func commit() throws(LMDBFault) {
    let ending = unsafe handle
    // LMDB frees the transaction whether or not the commit succeeds.
    unsafe handle = nil
    unsafe try environment.check(mdb_txn_commit(ending), "mdb_txn_commit")
  }

  /// A way through the records of `database`, with the changes made so far.
  ///
  /// - Throws: ``LMDBFault``
  @_lifetime(borrow self)
  package borrowing func cursor(
    _ database: LMDBEnvironment.Database
  ) throws(LMDBFault) -> LMDBCursor {
    unsafe try LMDBCursor(transaction: handle, database: database, environment: environment)
  }
}
