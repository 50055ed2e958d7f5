import EventLog
import Foundation
import Glibc

/// An export in the making: it has another name until it is whole.
///
/// What an earlier attempt left under that name, because it was ended, is removed by the next.
final class ExportDraft {
  /// The name it will have.
  let target: String
  /// Where it is until then.
  let path: String
  private let lock: Int32
  /// Whether what is there under the draft's name is this one's, to be removed.
  private var isOwner = false

  /// Begins a draft; of a directory, the directory is made.
  ///
  /// - Throws: A ``Failure`` when there is something of that name, or another export is making it.
  init(of target: String, isDirectory: Bool) throws(Failure) {
    var target = target
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
    self.target = target
    path = target + ".part"
    guard !Self.isThere(target) else { throw Self.exists(target) }
    // The lock is of a file of its own, because the draft is made anew.
    let lockFile = target + ".part-lock"
    lock = unsafe open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else { throw .cannotWrite(target, errno) }
    // An export that ends removes the file: a lock on one without its name keeps nobody out.
    guard flock(lock, LOCK_EX | LOCK_NB) == 0, LogDirectory.isOpen(lock, at: lockFile) else {
      close(lock)
      throw Failure(.locked, "another export is writing \(target). Wait for its end.")
    }
    isOwner = true
    Self.remove(path)
    if isDirectory, unsafe mkdir(path, 0o755) != 0 { throw .cannotWrite(path, errno) }
  }

  deinit {
    guard isOwner else { return }
    Self.remove(path)
    removeLock()
  }

  private static func isThere(_ path: String) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: path)) != nil
  }

  private static func exists(_ target: String) -> Failure {
    Failure(
      .cannotWrite,
      "there is something called \(target) already. Choose another name, or remove it.")
  }

  /// Removes what may be there; if that fails, so does making it anew, which says why.
  private static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }

  private func removeLock() {
    _ = unsafe unlink(target + ".part-lock")
    close(lock)
  }

  /// Makes the draft durable and gives it its name.
  ///
  /// - Throws: A ``Failure``; nothing of the export is left then.
  func finish() throws(Failure) {
    try Self.sync(path)
    // A link, unlike a rename, never takes the place of a file; directories are not replaced unless empty.
    if unsafe link(path, target) == 0 {
      _ = unsafe unlink(path)
    } else if errno == EEXIST || Self.isThere(target) {
      throw Self.exists(target)
    } else if unsafe rename(path, target) != 0 {
      throw .cannotWrite(target, errno)
    }
    isOwner = false
    removeLock()
    try Self.sync((target as NSString).deletingLastPathComponent)
  }

  private static func sync(_ path: String) throws(Failure) {
    let path = path.isEmpty ? "." : path
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotWrite(path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .cannotWrite(path, errno) }
  }
}

extension Failure {
  /// What the system says when something cannot be written.
  static func cannotWrite(_ path: String, _ number: CInt) -> Failure {
    guard number != ENOSPC, number != EDQUOT else {
      return Failure(
        .cannotWrite, "the disk is full: \(path) cannot be written. Make room, then try again.")
    }
    return Failure(
      .cannotWrite,
      "\(path) cannot be written: \(systemMessage(number)). Check the path and the permissions.")
  }
}
