internal import CLMDB

/// One LMDB environment in one file, open in this process.
///
/// LMDB forbids to open a file twice in a process (closing one would drop the file locks of the
/// other), so all instances for a file share one environment, which closes with the last of them.
/// Thread-safe: any thread may begin transactions.
package final class LMDBEnvironment: Sendable {
  /// How to open an environment.
  package struct Options: Sendable {
    /// Whether this process will write.
    package var access: Access

    /// The address space to reserve, in bytes, which bounds the file's size; nil takes what the file
    /// was last written with.
    package var mapBytes: Int?

    /// How many read transactions can be open at once, over all processes.
    package var readersMax: UInt32

    /// What a commit waits for.
    package var durability: Durability

    /// The databases in the file, of which a writer creates those that are missing; nil takes those
    /// that are there.
    package var databases: [DatabaseOptions]?

    /// Whether a reader checks every page before LMDB sees the file, and not only those on the way to
    /// the records; a writer always does.
    ///
    /// A file that has not changed since is checked once in a process.
    package var checksLeaves: Bool

    /// Collects options.
    package init(
      access: Access, mapBytes: Int?, readersMax: UInt32 = 510, durability: Durability = .full,
      databases: [DatabaseOptions]?, checksLeaves: Bool = false
    ) {
      self.checksLeaves = checksLeaves
      self.access = access
      self.mapBytes = mapBytes
      self.readersMax = readersMax
      self.durability = durability
      self.databases = databases
    }
  }

  /// What a commit waits for before it returns.
  package enum Durability: Sendable {
    /// Everything is on disk.
    case full
    /// All but the page that makes the transaction the newest: after a power cut the file is whole,
    /// and may be as it was before its last transaction.
    case allButLast
    /// Nothing. The file is of use after a power cut only once ``LMDBEnvironment/synchronize()`` has
    /// returned.
    case none
  }

  /// What a process may do with a file.
  package enum Access: Sendable {
    /// Read only; the file must exist.
    case readOnly
    /// Read and write; the file is created when missing.
    case readWrite
  }

  /// One database in a file.
  package struct DatabaseOptions: Sendable {
    /// Its name.
    package var name: String

    /// Whether keys are 64-bit numbers in the order of their values, and not strings of bytes.
    package var hasIntegerKeys: Bool

    /// Names a database.
    package init(name: String, hasIntegerKeys: Bool) {
      self.name = name
      self.hasIntegerKeys = hasIntegerKeys
    }
  }

  /// A database of one environment; of no use with another.
  package struct Database: Sendable {
    let handle: MDB_dbi
  }

  /// The path of the file.
  package let file: String

  /// Whether this process may write.
  package let access: Access

  private let shared: EnvironmentRegistry.Opened

  /// Opens `file`, or joins those who have it open in this process already.
  ///
  /// - Throws: ``LMDBFault``; `EBUSY` when this process has the file open for reading only and
  ///   `options` ask for more.
  package init(file: String, options: Options) throws(LMDBFault) {
    self.file = file
    shared = try EnvironmentRegistry.acquire(file: file, options: options)
    access = options.access
  }

  deinit {
    EnvironmentRegistry.release(file: file)
  }

  /// LMDB's own handle; usable as long as this instance lives.
  var handle: OpaquePointer { unsafe shared.handle }

  /// The databases, in the order of ``Options/databases``.
  package var databases: [Database] { shared.databases }

  /// The names of ``databases``, in the same order.
  package var databaseNames: [String] { shared.databaseNames }

  /// The database of that name; nil when whoever opened the file first did not name it.
  package func database(_ name: String) -> Database? {
    zip(shared.databaseNames, shared.databases).first { $0.0 == name }?.1
  }

  /// The number of the newest transaction, as all processes that have the file open agree on it.
  package var newestTransaction: UInt64 {
    var info = unsafe MDB_envinfo()
    unsafe mdb_env_info(handle, &info)
    return unsafe UInt64(info.me_last_txnid)
  }

  /// Waits until all that was committed is on disk.
  ///
  /// - Throws: ``LMDBFault``; a sync that failed must not be tried again.
  package func synchronize() throws(LMDBFault) {
    unsafe try check(mdb_env_sync(handle, 1), "mdb_env_sync")
  }

  /// Counts what is written to the file, which stays open as long as this instance lives.
  ///
  /// - Throws: ``LMDBFault``
  package func meter(_ pace: DiskPace) throws(LMDBFault) -> DiskPace.Meter {
    var descriptor: mdb_filehandle_t = -1
    unsafe try check(mdb_env_get_fd(handle, &descriptor), "mdb_env_get_fd")
    // Its own pages are read again while it is written.
    return DiskPace.Meter(pace, of: descriptor, isForgotten: false)
  }

  /// How many bytes of the file are in use, free pages among them included.
  package var usedByteCount: Int {
    var info = unsafe MDB_envinfo()
    var stat = MDB_stat()
    unsafe mdb_env_info(handle, &info)
    unsafe mdb_env_stat(handle, &stat)
    return unsafe (info.me_last_pgno + 1) * Int(stat.ms_psize)
  }

  /// Frees the slots of readers whose process has died, which would keep pages from being used again.
  package func clearStaleReaders() {
    unsafe mdb_reader_check(handle, nil)
  }

  /// Turns a result code into a fault unless it says success.
  func check(_ code: Int32, _ operation: String) throws(LMDBFault) {
    guard code == MDB_SUCCESS else {
      throw LMDBFault(code: code, operation: operation, file: file)
    }
  }
}
