import Foundation
import Glibc
import Synchronization

/// Looks for texts in all bytes of an SQLite file that this process has open, those included that belong to
/// no row any more.
///
/// Its descriptor stays open for as long as the process lives: when a process closes any descriptor of a
/// file, it loses all its locks on that file (POSIX, `fcntl`), SQLite's among them, and another process
/// may then take the write-ahead log away (https://www.sqlite.org/howtocorrupt.html, section 2.2).
/// Thread-safe.
package final class FileSearch: Sendable {
  private static let blockByteCount = 1 << 20

  private let path: String
  private let descriptor = Mutex<Int32?>(nil)

  /// A search in a file, which is opened when something is looked for.
  package init(in path: String) {
    self.path = path
  }

  /// Whether the file has any of the texts anywhere in it.
  ///
  /// - Throws: ``PersonalFileFault``
  /// - Complexity: O(*n*) for a file of *n* bytes.
  package func contains(anyOf texts: [String]) throws(PersonalFileFault) -> Bool {
    let wanted = texts.filter { !$0.isEmpty }.map { Data($0.utf8) }
    guard let longest = wanted.map(\.count).max() else { return false }
    let descriptor = try open()
    var whole = Data()
    var offset: off_t = 0
    while true {
      var block = [UInt8](repeating: 0, count: Self.blockByteCount)
      let count = unsafe pread(descriptor, &block, block.count, offset)
      guard count >= 0 else { throw PersonalFileFault("read", path) }
      if count == 0 { return false }
      offset += off_t(count)
      whole = whole.suffix(longest - 1) + block[..<count]
      if wanted.contains(where: { whole.range(of: $0) != nil }) { return true }
    }
  }

  private func open() throws(PersonalFileFault) -> Int32 {
    try descriptor.withLock { (descriptor) throws(PersonalFileFault) in
      if let descriptor { return descriptor }
      let opened = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
      guard opened >= 0 else { throw PersonalFileFault("open", path) }
      descriptor = opened
      return opened
    }
  }
}
