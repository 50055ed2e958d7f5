import Foundation

/// One way in which the power can fail at a moment: what of that which is not certain reaches the disk.
enum PowerCut: CaseIterable {
  /// Nothing.
  case nothing
  /// All of it.
  case everything
  /// All names, but nothing that was written.
  case namesAlone
  /// All that was written, under the names that are certain.
  case dataAlone
  /// All but one write or name.
  case allButOne
  /// One write or name alone.
  case oneAlone
  /// Some writes, some of them torn, and all names.
  case someTorn
  /// Some writes, some of them torn, and some names.
  case someOfAll

  /// Whether it differs from moment to moment by a draw.
  var isDrawn: Bool {
    switch self {
    case .nothing, .everything, .namesAlone, .dataAlone: false
    case .allButOne, .oneAlone, .someTorn, .someOfAll: true
    }
  }

  /// Decides about one write or name after the other.
  struct Choice {
    let cut: PowerCut
    /// Which of them is singled out.
    let chosen: Int
    var random: Draw
    private var count = 0

    init(_ cut: PowerCut, of total: Int, seed: UInt64) {
      self.cut = cut
      random = Draw(seed: seed)
      chosen = total > 0 ? Int(random.next() % UInt64(total)) : 0
    }

    mutating func keepsName() -> Bool {
      defer { count += 1 }
      return switch cut {
      case .nothing, .dataAlone: false
      case .everything, .namesAlone, .someTorn: true
      case .allButOne: count != chosen
      case .oneAlone: count == chosen
      case .someOfAll: random.next() % 2 == 0
      }
    }

    /// Which sectors of a write are kept: of 64, again and again.
    mutating func keptSectors() -> UInt64 {
      defer { count += 1 }
      return switch cut {
      case .nothing, .namesAlone: 0
      case .everything, .dataAlone: .max
      case .allButOne: count != chosen ? .max : 0
      case .oneAlone: count == chosen ? .max : 0
      case .someTorn, .someOfAll: [0, .max, random.next()][Int(random.next() % 3)]
      }
    }
  }
}

extension Disk {
  /// How many writes and names are not certain.
  var uncertainCount: Int {
    renamings.count + files.reduce(0) { $0 + $1.pending.count { !$0.isDurable } }
  }

  /// Writes what is on the disk after a power cut into a directory, which is replaced.
  func write(
    after cut: PowerCut, seed: UInt64, from bytes: [UInt8], to directory: String
  ) throws {
    var choice = PowerCut.Choice(cut, of: uncertainCount, seed: seed)
    var names = syncedNames
    for renaming in renamings where choice.keepsName() {
      for change in renaming { names[change.directory][change.name] = change.node }
    }
    try? FileManager.default.removeItem(atPath: directory)
    try write(0, names, to: directory, bytes, &choice)
  }

  private func write(
    _ number: Int, _ names: [[String: Node]], to path: String, _ bytes: [UInt8],
    _ choice: inout PowerCut.Choice
  ) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, node) in names[number].sorted(by: { $0.key < $1.key }) {
      switch node {
      case .directory(let child):
        try write(child, names, to: path + "/" + name, bytes, &choice)
      case .file(let index):
        let content = content(of: files[index], bytes, &choice)
        try Data(content).write(to: URL(filePath: path + "/" + name))
      }
    }
  }

  private func content(
    of file: File, _ bytes: [UInt8], _ choice: inout PowerCut.Choice
  ) -> [UInt8] {
    var content = file.synced
    for change in file.pending {
      let kept = change.isDurable ? .max : choice.keptSectors()
      guard kept != 0 else { continue }
      let isWhole = kept == .max
      Self.apply(
        change, to: &content, from: bytes,
        isWritten: isWhole ? nil : { kept & 1 << UInt64($0 % 64) != 0 })
    }
    // Nobody may rely on what was written through memory.
    if file.isMapped { for index in content.indices { content[index] = UInt8.random(in: 0...255) } }
    return content
  }
}
