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

  /// The damage that kept LMDB from being called at all.
  package let pageFault: LMDBPageFault?

  /// Describes a failed call.
  package init(code: Int32, operation: String, file: String) {
    self.code = code
    self.operation = operation
    self.file = file
    pageFault = nil
  }

  /// Describes damage that was found before LMDB came upon it.
  package init(_ fault: LMDBPageFault, file: String) {
    code = MDB_CORRUPTED
    operation = "page \(fault.page)"
    self.file = file
    pageFault = fault
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
  /// The failed call and LMDB's own words for the reason, or the damage found.
  package var description: String {
    if let pageFault { return "\(operation): \(pageFault.reason)" }
    let reason = unsafe mdb_strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
    return "\(operation): \(reason)"
  }
}
