internal import Glibc

extension LogDirectory {
  /// This directory and those above it that are not there yet, the deepest first.
  func missing() -> [String] {
    var found: [String] = []
    var path = path
    while !path.isEmpty, path != ".", !Self.isThere(path) {
      found.append(path)
      path = LogDirectory(path: path).parent.path
    }
    return found
  }

  /// The directory that this one is in.
  var parent: LogDirectory {
    let components = path.split(separator: "/").dropLast().joined(separator: "/")
    if path.hasPrefix("/") { return LogDirectory(path: "/" + components) }
    return LogDirectory(path: components.isEmpty ? "." : components)
  }

  /// Removes the directory, with the files in it.
  func remove() {
    for name in (try? names()) ?? [] { _ = unsafe unlink(path + "/" + name) }
    _ = unsafe rmdir(path)
  }

  /// Removes what was made to work in a directory, where nothing else has come to be in it.
  ///
  /// - Parameters:
  ///   - made: The directories that were made, the deepest first.
  ///   - locks: The locks of the deepest, which are held.
  static func undo(_ made: [String], _ locks: [DirectoryLock]) {
    guard !made.isEmpty else { return }
    for lock in locks { _ = unsafe unlink(lock.file) }
    for directory in made { _ = unsafe rmdir(directory) }
  }
}
