import Engine
import EventLog
import EventLogTesting
import Foundation
import GRDB
import Testing
import Texts
import World

struct TextFileTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private var path: String { directory.path + "/identity/texts.sqlite" }

  private static func text(
    _ position: UInt64, _ text: String, event: Int = 0, of player: UInt64 = 1_000,
    at time: Int64 = 0
  ) -> KeptText {
    KeptText(
      position: Position(position), event: event, player: PlayerID(player),
      time: Timestamp(microseconds: time), text: text)
  }

  private static func keeping(_ texts: KeptText...) -> TextChanges {
    var changes = TextChanges()
    for text in texts { changes.keep(text) }
    return changes
  }

  /// Whether any file of the directory has these bytes in it.
  private func isAnywhere(_ text: String) throws -> Bool {
    let folder = directory.path + "/identity"
    return try FileManager.default.contentsOfDirectory(atPath: folder).contains { name in
      let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
      return data.range(of: Data(text.utf8)) != nil
    }
  }

  @Test func `what is kept is read by stretch and by entry, also after opening anew`() throws {
    let texts = [
      Self.text(3, "one"), Self.text(3, "zwei 🎵", event: 2),
      Self.text(7, "three", of: 1_001, at: 5),
    ]
    do {
      let file = try TextFile(path, access: .readWrite)
      try file.apply(Self.keeping(texts[0], texts[1]), by: Epoch(1))
      try file.apply(Self.keeping(texts[2]), by: Epoch(1))
    }
    for access in [TextFile.Access.readOnly, .readWrite] {
      let file = try TextFile(path, access: access)
      #expect(try file.texts(from: Position(1), through: Position(9)) == texts)
      #expect(try file.texts(from: Position(4), through: Position(9)) == [texts[2]])
      #expect(try file.texts(at: [Position(7), Position(5), Position(3)]) == texts)
      #expect(try file.texts(at: []) == [])
    }
  }

  @Test func `only the owner may read it`() throws {
    let file = try TextFile(path, access: .readWrite)
    try file.apply(Self.keeping(Self.text(1, "mine")), by: Epoch(1))
    let folder = directory.path + "/identity"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let mode =
        try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.posixPermissions]
        as? Int
      #expect(mode == 0o600, "\(name)")
    }
    #expect(
      try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
  }

  @Test func `nobody waits for who reads an older state, and the next change erases for good`()
    throws
  {
    let file = try TextFile(path, access: .readWrite)
    try file.apply(
      Self.keeping(Self.text(1, "quixotic words"), Self.text(2, "others")), by: Epoch(1))
    let reader = try DatabaseQueue(path: path)
    var taken = TextChanges()
    taken.erase(textsOf: Position(1))
    let changes = taken
    try reader.inDatabase { database in
      try database.execute(sql: "BEGIN; SELECT count(*) FROM texts")
      let duration = try ContinuousClock().measure { try file.apply(changes, by: Epoch(1)) }
      #expect(duration < .seconds(5))
      #expect(try file.texts(at: [Position(1)]) == [])
      try database.execute(sql: "COMMIT")
    }
    try reader.close()
    // A change without an erasure of its own.
    try file.apply(Self.keeping(Self.text(3, "more")), by: Epoch(1))
    #expect(try !isAnywhere("quixotic"))
    #expect(try isAnywhere("others"))
  }

  @Test func `a batch that was never appended gives way to the one in its place`() throws {
    let file = try TextFile(path, access: .readWrite)
    try file.apply(
      Self.keeping(Self.text(1, "first"), Self.text(2, "lost-in-the-crash")), by: Epoch(1))
    try file.apply(Self.keeping(Self.text(2, "second")), by: Epoch(1))
    #expect(
      try file.texts(from: Position(1), through: Position(9)).map(\.text) == ["first", "second"])
    #expect(try !isAnywhere("lost-in-the-crash"))
  }

  @Test func `texts after the log's end are discarded, and gone`() throws {
    let file = try TextFile(path, access: .readWrite)
    try file.apply(
      Self.keeping(Self.text(1, "first"), Self.text(2, "lost-in-the-crash")), by: Epoch(1))
    try file.take(Epoch(1), after: Position(1))
    #expect(try file.texts(from: Position(1), through: Position(9)).map(\.text) == ["first"])
    #expect(try !isAnywhere("lost-in-the-crash"))
  }

  @Test func `a deposed writer changes nothing`() throws {
    let (old, new) = (
      try TextFile(path, access: .readWrite), try TextFile(path, access: .readWrite)
    )
    try old.take(Epoch(1), after: .zero)
    try old.apply(Self.keeping(Self.text(1, "old")), by: Epoch(1))
    try new.take(Epoch(2), after: Position(1))
    try new.apply(Self.keeping(Self.text(2, "new")), by: Epoch(2))
    // The old one believes that position 2 is its own.
    let fault = #expect(throws: EngineFault.self) {
      try old.apply(Self.keeping(Self.text(2, "late")), by: Epoch(1))
    }
    #expect(fault?.code == .fenced)
    #expect(
      try new.texts(from: Position(1), through: Position(9)).map(\.text) == ["old", "new"])
  }

  @Test func `a batch erases entries, its own among them`() throws {
    let file = try TextFile(path, access: .readWrite)
    try file.apply(Self.keeping(Self.text(1, "first-to-go"), Self.text(2, "stays")), by: Epoch(1))
    var changes = Self.keeping(Self.text(3, "third-to-go"))
    changes.erase(textsOf: Position(1))
    changes.erase(textsOf: Position(3))
    try file.apply(changes, by: Epoch(1))
    #expect(try file.texts(from: Position(1), through: Position(9)).map(\.text) == ["stays"])
    #expect(try !isAnywhere("first-to-go"))
    #expect(try !isAnywhere("third-to-go"))
    #expect(try isAnywhere("stays"))
  }

  @Test func `a player's texts are erased, all or those before a time`() throws {
    let file = try TextFile(path, access: .readWrite)
    try file.apply(
      Self.keeping(
        Self.text(1, "early", at: 10), Self.text(2, "other", of: 1_001, at: 10),
        Self.text(3, "late", at: 20)), by: Epoch(1))
    #expect(
      try file.erase(textsOf: PlayerID(UInt64(1_000)), before: Timestamp(microseconds: 20)) == 1)
    #expect(
      try file.texts(from: Position(1), through: Position(9)).map(\.text) == ["other", "late"])
    #expect(try file.erase(textsOf: PlayerID(UInt64(1_000)), before: nil) == 1)
    #expect(try file.erase(textsOf: PlayerID(UInt64(1_000)), before: nil) == 0)
    #expect(try file.texts(from: Position(1), through: Position(9)).map(\.text) == ["other"])
  }

  /// SQLite moves rows when it deletes others, and leaves copies behind: this is what the file's layout
  /// is for.
  @Test func `of many erased texts, in any order, no byte is left in any file`() throws {
    let server = try TextFile(path, access: .readWrite)
    let elsewhere = try TextFile(path, access: .readWrite)
    var random = Draw(state: 7)
    var living: [UInt64: UInt64] = [:]
    var position: UInt64 = 0
    for round in 0..<12 {
      var changes = TextChanges()
      for _ in 0..<400 {
        position += 1
        let player = 1_000 + random.next(10)
        let filling = String(repeating: "y", count: [0, 10, 100, 2_380][Int(random.next(4))])
        changes.keep(Self.text(position, "text-\(position)!" + filling, of: player))
        living[position] = player
      }
      for _ in 0..<5 {
        guard let erased = living.keys.sorted().randomElement(using: &random) else { continue }
        changes.erase(textsOf: Position(erased))
        living[erased] = nil
      }
      try server.apply(changes, by: Epoch(1))
      let player = 1_000 + UInt64(round % 10)
      let count = try elsewhere.erase(textsOf: PlayerID(player), before: nil)
      let expected = living.filter { $0.value == player }
      #expect(count == expected.count)
      for key in expected.keys { living[key] = nil }
    }
    var bytes = Data()
    let folder = directory.path + "/identity"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      bytes += try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }
    let everything = String(decoding: bytes, as: UTF8.self)
    let found = Set(everything.matches(of: /text-(\d+)!/).compactMap { UInt64($0.output.1) })
    #expect(found == Set(living.keys))
  }

  @Test func `a copy is whole, and takes the place of an older one`() throws {
    let file = try TextFile(path, access: .readWrite)
    let copy = directory.path + "/copy.sqlite"
    try file.apply(Self.keeping(Self.text(1, "first"), Self.text(2, "second")), by: Epoch(1))
    try file.copy(to: copy)
    _ = try file.erase(textsOf: PlayerID(UInt64(1_000)), before: nil)
    #expect(
      try TextFile(copy, access: .readOnly).texts(from: Position(1), through: Position(9)).map(
        \.text)
        == ["first", "second"])
    try file.copy(to: copy)
    #expect(
      try TextFile(copy, access: .readOnly).texts(from: Position(1), through: Position(9)) == [])
  }

  @Test func `what is no such file is refused`() throws {
    #expect(throws: TextFault.self) { try TextFile(path, access: .readOnly) }
    let other = directory.path + "/other.sqlite"
    try Data("no database, but long enough to be taken for something".utf8)
      .write(to: URL(fileURLWithPath: other))
    #expect(throws: TextFault.self) { try TextFile(other, access: .readWrite) }
  }
}

/// A small generator: the same numbers in every run.
private struct Draw: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }

  mutating func next(_ bound: UInt64) -> UInt64 { (next() >> 16) % bound }
}
