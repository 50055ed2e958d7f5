internal import CLMDB
internal import Glibc

/// What LMDB, or the operating system below it, answered instead of doing what was asked.
package struct LMDBFault: Error, Hashable, Sendable {
  /// An LMDB result code (negative) or an `errno` (positive).
  package let code: Int32

  /// The function that failed.
  package let operation: String

  /// The file of the environment.
  package let file: String

  /// Describes a failed call.
  package init(code: Int32, operation: String, file: String) {
    self.code = code
    self.operation = operation
    self.file = file
  }

  /// Whether a write found no room, before anything was committed.
  package var isFull: Bool { code == MDB_MAP_FULL || code == MDB_TXN_FULL }

  /// Whether the disk, or the share of it that this user may fill, has no room left.
  package var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

  /// Whether the file is not what LMDB wrote.
  package var isDamage: Bool {
    [MDB_INVALID, MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_BAD_VALSIZE, MDB_NOTFOUND].contains(code)
  }

  /// Whether the file is of another version of LMDB, or of another kind of processor.
  package var isVersionMismatch: Bool {
    code == MDB_VERSION_MISMATCH || code == MDB_INCOMPATIBLE
  }

  /// Whether all slots for readers are taken.
  package var isReadersFull: Bool { code == MDB_READERS_FULL }
}

extension LMDBFault: CustomStringConvertible {
  /// The failed call and LMDB's own words for the reason.
  package var description: String {
    let reason = unsafe mdb_strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
    return "\(operation): \(reason)"
  }
}
