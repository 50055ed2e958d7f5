import EventLog
import Foundation
import Glibc

/// Writes small files so that a power cut leaves each whole, or as it was before.
enum DurableFile {
  /// Puts a file in its place; when this returns, it is on disk under its name.
  ///
  /// - Parameters:
  ///   - data: What it holds.
  ///   - path: Its path, in a directory that is there.
  ///   - permissions: Who may read and write it.
  /// - Throws: ``Failure``; there may be a draft then, which ends in `.new`.
  static func write(_ data: Data, to path: String, permissions: mode_t) throws(Failure) {
    let draft = path + ".new"
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
    let descriptor = unsafe open(draft, flags, permissions)
    guard descriptor >= 0 else { throw failure("create", draft) }
    defer { close(descriptor) }
    var rest = Array(data)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { throw failure("write", draft) }
      rest = rest.dropFirst(count)
    }
    guard fchmod(descriptor, permissions) == 0, fsync(descriptor) == 0 else {
      throw failure("write", draft)
    }
    guard unsafe rename(draft, path) == 0 else { throw failure("replace", path) }
    try synchronize(directoryOf: path)
  }

  /// Makes durable that a file has its name.
  ///
  /// - Throws: ``Failure``
  static func synchronize(directoryOf path: String) throws(Failure) {
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    do throws(LogFault) {
      try LogDirectory(path: directory).synchronize()
    } catch {
      throw Failure(.cannotWrite, error.text)
    }
  }

  private static func failure(_ verb: String, _ file: String) -> Failure {
    Failure(.cannotWrite, "cannot \(verb) \(file): \(Failure.systemMessage(errno))")
  }
}
