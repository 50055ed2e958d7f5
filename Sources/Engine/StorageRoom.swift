import Glibc

/// Whether the disk has room for more history.
///
/// Commands are refused while it has not. The reserve is far more than what is under way can use,
/// so that a commit does not meet a full disk, whose outcome would be unknown.
package struct StorageRoom: Sendable {
  private let reserve: UInt64
  private let free: @Sendable () -> UInt64?

  /// Short when fewer than `reserve` bytes are free, as `free` tells; nil from it means that nobody
  /// knows, and counts as enough.
  package init(reserve: UInt64, free: @escaping @Sendable () -> UInt64?) {
    self.reserve = reserve
    self.free = free
  }

  /// The room on the file system of a directory.
  package init(reserve: UInt64, at directory: String) {
    self.init(reserve: reserve) {
      var facts = statvfs()
      guard unsafe statvfs(directory, &facts) == 0 else { return nil }
      return UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    }
  }

  /// No bound: for logs that are not on a disk.
  package static var unlimited: Self {
    Self(reserve: 0) { nil }
  }

  /// Whether there is no bound.
  var isUnlimited: Bool { reserve == 0 }

  /// How many bytes are free; nil when nobody knows.
  var freeBytes: UInt64? { free() }

  func isShort() -> Bool {
    guard let bytes = freeBytes else { return false }
    return bytes < reserve
  }
}
