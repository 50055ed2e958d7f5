package import Engine
package import EventLog
import Foundation
import GRDB
import Glibc
package import World

/// The texts that go with entries, in one SQLite file that its owner alone may read.
///
/// **What is promised.** What a batch adds is on disk when ``apply(_:)`` returns. What is erased is in
/// none of the file's bytes any more, nor in those of the write-ahead log beside it.
///
/// **How.** That SQLite overwrites what is deleted (`secure_delete`) is not enough for the latter: when
/// it deletes rows it moves others from page to page, and a row that was moved leaves its bytes behind on
/// the old page, where a later deletion does not find them. So rows are never deleted and never change
/// their size. They are appended, with numbers that grow; and erasing one overwrites its text in place
/// with as many zeros. Then the write-ahead log is copied into the file and cut to nothing. The room that
/// an erased text took is not given back.
///
/// All operations are thread-safe; another process may erase in the same file meanwhile.
package final class TextFile: TextStore {
  /// What one opens the file for.
  package enum Access: Sendable {
    /// To add, erase and read; makes the file, and its directory, where there is none.
    case readWrite
    /// To read.
    case readOnly
  }

  /// How long one waits for another process that writes, in seconds.
  private static let patience = 60.0
  /// How many texts of a player are erased before a server is let in between.
  private static let erasedAtOnce = 1_000
  /// The layout of the tables, kept in the file.
  private static let layout = 1

  /// Where it is.
  package let path: String
  private let pool: any DatabaseWriter

  /// Opens the file.
  ///
  /// - Throws: ``TextFault`` when it cannot be opened, or is none of these.
  package init(_ path: String, access: Access) throws(TextFault) {
    self.path = path
    if access == .readWrite { try Self.create(path) }
    var configuration = Configuration()
    configuration.busyMode = .timeout(Self.patience)
    configuration.readonly = access == .readOnly
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA secure_delete = ON")
    }
    do {
      switch access {
      case .readWrite:
        let pool = try DatabasePool(path: path, configuration: configuration)
        self.pool = pool
        try pool.writeWithoutTransaction { database in
          try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        try pool.write { try Self.prepare($0) }
      case .readOnly:
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        pool = queue
        try queue.read { try Self.check($0) }
      }
    } catch {
      throw TextFault("The texts in \(path) cannot be opened.", error)
    }
  }

  /// Makes the file where there is none, for its owner alone.
  private static func create(_ path: String) throws(TextFault) {
    let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    if !directory.isEmpty, unsafe mkdir(directory, 0o700) != 0, errno != EEXIST {
      throw .system("cannot create \(directory)")
    }
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC
    let descriptor = unsafe Glibc.open(path, flags, 0o600)
    guard descriptor >= 0 else { throw .system("cannot open \(path)") }
    defer { _ = Glibc.close(descriptor) }
    guard fchmod(descriptor, 0o600) == 0 else { throw .system("cannot protect \(path)") }
    let parent = unsafe Glibc.open(directory.isEmpty ? "." : directory, O_RDONLY | O_CLOEXEC)
    guard parent >= 0 else { throw .system("cannot open \(directory)") }
    defer { _ = Glibc.close(parent) }
    guard fsync(parent) == 0 else { throw .system("cannot sync \(directory)") }
  }

  private static func prepare(_ database: Database) throws {
    guard try Int.fetchOne(database, sql: "PRAGMA user_version") == 0 else {
      return try check(database)
    }
    try database.execute(
      sql: """
        CREATE TABLE texts (
          id INTEGER PRIMARY KEY,
          position INTEGER NOT NULL, event INTEGER NOT NULL,
          player INTEGER NOT NULL, time_us INTEGER NOT NULL,
          erased INTEGER NOT NULL, text BLOB NOT NULL);
        CREATE UNIQUE INDEX texts_by_entry ON texts (position, event) WHERE erased = 0;
        CREATE INDEX texts_by_player ON texts (player, time_us) WHERE erased = 0;
        PRAGMA user_version = \(layout);
        """)
  }

  private static func check(_ database: Database) throws {
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard found == layout else {
      throw TextFault("Its layout is \(found); this program knows \(layout).", nil)
    }
  }
}

extension TextFile {
  /// Adds and erases, in one transaction that is synced.
  ///
  /// - Throws: ``TextFault``; then nothing is changed, unless it is unknown.
  package func apply(_ changes: TextChanges) throws {
    try perform("change") { database in
      var erases = !changes.erased.isEmpty
      try database.inTransaction(.immediate) {
        if let first = changes.kept.first {
          if try Self.erase(in: database, "position >= ?", [first.position.number]) > 0 {
            erases = true
          }
        }
        let insert = try database.cachedStatement(
          sql: """
            INSERT INTO texts (position, event, player, time_us, erased, text)
            VALUES (?, ?, ?, ?, 0, ?)
            """)
        for text in changes.kept {
          try insert.execute(arguments: [
            text.position.number, text.event, text.player.number, text.time.microseconds,
            Data(text.text.utf8),
          ])
        }
        for position in changes.erased {
          try Self.erase(in: database, "position = ?", [position.number])
        }
        return .commit
      }
      if erases { try database.checkpoint(.truncate) }
    }
  }

  /// Erases the texts after a position.
  ///
  /// - Throws: ``TextFault``
  package func discard(after last: Position) throws {
    try perform("change") { database in
      if try Self.erase(in: database, "position > ?", [last.number]) > 0 {
        try database.checkpoint(.truncate)
      }
    }
  }

  /// Erases the texts of a player, so many at a time that a server does not wait long.
  ///
  /// - Parameters:
  ///   - player: Whose.
  ///   - time: Only those of entries before this; nil for all.
  /// - Returns: how many there were.
  /// - Throws: ``TextFault``; some may be erased then. Doing it again finishes it.
  package func erase(textsOf player: PlayerID, before time: Timestamp?) throws -> Int {
    let condition = """
      id IN (SELECT id FROM texts WHERE erased = 0 AND player = ? AND time_us < ?
             LIMIT \(Self.erasedAtOnce))
      """
    let arguments: StatementArguments = [player.number, time?.microseconds ?? Int64.max]
    var count = 0
    while true {
      let erased = try perform("change") { try Self.erase(in: $0, condition, arguments) }
      count += erased
      if erased < Self.erasedAtOnce { break }
    }
    try perform("change") { _ = try $0.checkpoint(.truncate) }
    return count
  }

  /// The texts of a stretch of the log.
  ///
  /// - Throws: ``TextFault``
  package func texts(from first: Position, through last: Position) throws -> [KeptText] {
    try fetch("position BETWEEN ? AND ?", [first.number, last.number])
  }

  /// The texts of some entries.
  ///
  /// - Throws: ``TextFault``
  package func texts(at positions: [Position]) throws -> [KeptText] {
    guard !positions.isEmpty else { return [] }
    let marks = Array(repeating: "?", count: positions.count).joined(separator: ", ")
    return try fetch("position IN (\(marks))", StatementArguments(positions.map(\.number)))
  }

  /// Copies the file as it is at one moment, while it is written; the copy takes the place of an older
  /// one whole or not at all.
  ///
  /// - Throws: ``TextFault``
  package func copy(to path: String) throws {
    let draft = path + ".new"
    unsafe unlink(draft)
    try Self.create(draft)
    do {
      let target = try DatabaseQueue(path: draft)
      try pool.backup(to: target)
      try target.close()
    } catch {
      throw TextFault("The texts in \(self.path) cannot be copied to \(draft).", error)
    }
    let descriptor = unsafe Glibc.open(draft, O_RDWR | O_CLOEXEC)
    defer { _ = Glibc.close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw TextFault.system("cannot sync \(draft)")
    }
    // What an older copy left beside it belongs to that one.
    for suffix in ["-wal", "-shm"] { unsafe unlink(path + suffix) }
    guard unsafe rename(draft, path) == 0 else { throw TextFault.system("cannot replace \(path)") }
  }
}

extension TextFile {
  @discardableResult
  private static func erase(
    in database: Database, _ condition: String, _ arguments: StatementArguments
  ) throws -> Int {
    try database.execute(
      sql: """
        UPDATE texts SET erased = 1, text = zeroblob(length(text)) WHERE erased = 0 AND \(condition)
        """, arguments: arguments)
    return database.changesCount
  }

  private func fetch(_ condition: String, _ arguments: StatementArguments) throws -> [KeptText] {
    do {
      return try pool.read { database in
        try Row.fetchAll(
          database,
          sql: """
            SELECT position, event, player, time_us, text FROM texts
            WHERE erased = 0 AND \(condition) ORDER BY position, event
            """, arguments: arguments
        ).map(KeptText.init)
      }
    } catch {
      throw TextFault("The texts in \(path) cannot be read.", error)
    }
  }

  private func perform<Result: Sendable>(
    _ verb: String, _ body: @Sendable (Database) throws -> Result
  ) throws -> Result {
    do {
      return try pool.writeWithoutTransaction(body)
    } catch {
      throw TextFault("The texts in \(path) cannot be \(verb)d.", error)
    }
  }
}

extension KeptText {
  fileprivate init(_ row: Row) {
    let text: Data = row[4]
    self.init(
      position: Position(UInt64(bitPattern: row[0] as Int64)), event: row[1],
      player: PlayerID(UInt64(bitPattern: row[2] as Int64)),
      time: Timestamp(microseconds: row[3]), text: String(decoding: text, as: UTF8.self))
  }
}

extension Position {
  fileprivate var number: Int64 { Int64(bitPattern: rawValue) }
}

extension PlayerID {
  fileprivate var number: Int64 { Int64(bitPattern: rawValue) }
}
