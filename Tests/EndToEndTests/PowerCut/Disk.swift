import Foundation

/// What a disk holds after a power cut, as far as that is certain, and what may be on it besides.
///
/// **What is certain.** Of a file, what was written before its last sync, and what was written through a
/// descriptor opened with `O_DSYNC`. Of a directory, the names that it had at its last sync.
///
/// **What may be.** Every write since, wholly, not at all, or some of its sectors of 512 bytes, whatever
/// became of the writes before and after it; the same for sizes. Every creation, renaming and removal
/// since, each as a whole, in any choice. A file of which only the name is there is empty. The content of
/// a file that is written through memory is not known at all.
struct Disk {
  /// What could not be modelled.
  struct Unmodelled: Error, CustomStringConvertible {
    let description: String
  }

  /// A file, whatever its names.
  struct File {
    /// What is certain to be there.
    var synced: [UInt8] = []
    /// What was done since, in order.
    var pending: [Change] = []
    /// Whether it is written through memory.
    var isMapped = false
  }

  /// A write, or a change of size.
  struct Change {
    var offset: Int
    var data: Range<Int>
    /// Nil for a write.
    var size: Int?
    var isDurable = false
  }

  /// What a name stands for.
  enum Node: Hashable {
    case file(Int)
    case directory(Int)
  }

  /// A change of one directory's names.
  struct Naming {
    var directory: Int
    var name: String
    /// Nil when the name goes.
    var node: Node?
  }

  /// Changes of names that happen together; the last is in the directory whose sync makes them durable.
  typealias Renaming = [Naming]

  /// The directory that everything is in.
  let root: String
  /// Counts what was done to files and names.
  private(set) var version = 0
  private(set) var files: [File] = []
  /// What each directory's names stand for after its last sync.
  private(set) var syncedNames: [[String: Node]] = [[:]]
  /// And now, for the running programs.
  private var names: [[String: Node]] = [[:]]
  /// Changes of names that no sync has made certain, in order.
  private(set) var renamings: [Renaming] = []
  private var filesByNumber: [UInt64: Int] = [:]

  /// An empty directory.
  init(root: String) {
    self.root = root
  }

  /// Does what a record says.
  ///
  /// - Parameter ignoresSyncs: Whether syncs of files are taken for done by nobody, to see whether that is
  ///   noticed.
  mutating func apply(
    _ event: Recording.Event, in bytes: [UInt8], ignoresSyncs: Bool = false
  ) throws {
    switch event {
    case .start, .send, .note: return
    case .create(let path, let number):
      filesByNumber[number] = files.count
      try rename([(path, .file(files.count))])
      files.append(File())
    case .link(let path, let number):
      try rename([(path, .file(try file(number)))])
    case .makeDirectory(let path):
      try rename([(path, .directory(names.count))])
      names.append([:])
      syncedNames.append([:])
    case .unlink(let path), .removeDirectory(let path):
      try rename([(path, nil)])
    case .rename(let path, let target):
      let (directory, name) = try place(path)
      guard let node = names[directory][name] else { throw unmodelled("renamed", path) }
      try rename([(path, nil), (target, node)])
    case .write(let number, let offset, let data, let isDurable):
      files[try file(number)].pending.append(
        Change(offset: offset, data: data, isDurable: isDurable && !ignoresSyncs))
    case .truncate(let number, let size):
      files[try file(number)].pending.append(Change(offset: 0, data: 0..<0, size: size))
    case .sync(let number):
      if ignoresSyncs { return }
      let index = try file(number)
      let pending = files[index].pending
      files[index].pending = []
      for change in pending { Self.apply(change, to: &files[index].synced, from: bytes) }
    case .syncDirectory(let path):
      try synchronize(path)
    case .map(let number):
      files[try file(number)].isMapped = true
    }
    version += 1
  }

  private func unmodelled(_ what: String, _ path: String) -> Unmodelled {
    Unmodelled(description: "\(what), but was never seen to come to be: \(path)")
  }

  private func file(_ number: UInt64) throws -> Int {
    guard let index = filesByNumber[number] else { throw unmodelled("used", "file \(number)") }
    return index
  }

  /// The directory that a path's last component is in, and that component.
  private func place(_ path: String) throws -> (directory: Int, name: String) {
    var components = path.dropFirst(root.count).split(separator: "/").map(String.init)
    guard path.hasPrefix(root + "/"), let last = components.popLast() else {
      throw unmodelled("named", path)
    }
    var directory = 0
    for component in components {
      guard case .directory(let next) = names[directory][component] else {
        throw unmodelled("used", path)
      }
      directory = next
    }
    return (directory, last)
  }

  private mutating func rename(_ changes: [(path: String, node: Node?)]) throws {
    let renaming = try changes.map { change in
      let (directory, name) = try place(change.path)
      return Naming(directory: directory, name: name, node: change.node)
    }
    for change in renaming { names[change.directory][change.name] = change.node }
    renamings.append(renaming)
  }

  private mutating func synchronize(_ path: String) throws {
    var directory = 0
    if path != root {
      let (parent, name) = try place(path)
      guard case .directory(let found) = names[parent][name] else {
        throw unmodelled("synced", path)
      }
      directory = found
    }
    for renaming in renamings where renaming.last?.directory == directory {
      for change in renaming { syncedNames[change.directory][change.name] = change.node }
    }
    renamings.removeAll { $0.last?.directory == directory }
  }

  /// Does a change to a file's content.
  ///
  /// - Parameter isWritten: Which of the write's sectors reach the disk, by their number in the file.
  static func apply(
    _ change: Change, to content: inout [UInt8], from bytes: [UInt8],
    isWritten: ((_ sector: Int) -> Bool)? = nil
  ) {
    if let size = change.size {
      if size < content.count {
        content.removeLast(content.count - size)
      } else {
        content += [UInt8](repeating: 0, count: size - content.count)
      }
      return
    }
    let end = change.offset + change.data.count
    if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
    guard let isWritten else {
      content.replaceSubrange(change.offset..<end, with: bytes[change.data])
      return
    }
    var start = change.offset
    while start < end {
      let next = min(end, (start / sectorByteCount + 1) * sectorByteCount)
      if isWritten(start / sectorByteCount) {
        let first = change.data.lowerBound + start - change.offset
        content.replaceSubrange(start..<next, with: bytes[first..<first + next - start])
      }
      start = next
    }
  }

  private static let sectorByteCount = 512
}
