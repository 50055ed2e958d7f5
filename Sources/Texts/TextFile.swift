package import Engine
package import EventLog
import Foundation
import GRDB
import PersonalData
import Synchronization
package import World

/// The texts that go with entries, in one SQLite file that its owner alone may read.
///
/// **What is promised.** What a batch adds is on disk when ``apply(_:)`` returns. What is erased is then in
/// none of the file's bytes any more, nor in those of the write-ahead log beside it; unless somebody reads
/// an older state at that moment, as who copies the file does. Nobody waits for that: the write-ahead log
/// is cut with the next change, or at the next start.
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
  /// How long a batch waits for those who read, to cut the write-ahead log; in seconds.
  private static let cutPatience = 0.1
  /// The layout of the tables, kept in the file.
  private static let layout = 1

  /// Where it is.
  package let path: String
  private let database: any DatabaseWriter
  /// Whether the write-ahead log may still have what was erased.
  private let isCutDue = Mutex(false)

  /// Opens the file.
  ///
  /// - Throws: ``TextFault`` when it cannot be opened, or is none of these.
  package init(_ path: String, access: Access) throws(TextFault) {
    self.path = path
    do {
      switch access {
      case .readWrite:
        let pool = try PersonalFile.pool(path, patience: Self.patience)
        database = pool
        try pool.write { database in
          try Self.prepare(database)
          try database.execute(sql: Self.writerTable)
        }
      case .readOnly:
        let queue = try PersonalFile.reader(path, patience: Self.patience)
        database = queue
        try queue.read { try Self.check($0) }
      }
    } catch {
      throw TextFault("The texts in \(path) cannot be opened.", error)
    }
  }

  /// Whose term it is; older programs do without.
  private static let writerTable = """
    CREATE TABLE IF NOT EXISTS writer (
      only INTEGER PRIMARY KEY CHECK (only = 1), epoch INTEGER NOT NULL)
    """

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
  /// - Throws: ``TextFault``; then nothing is changed, unless it is unknown. `EngineFault` of code
  ///   `fenced`.
  package func apply(_ changes: TextChanges, by epoch: Epoch) throws {
    try perform { database in
      var erases = !changes.erased.isEmpty
      try database.inTransaction(.immediate) {
        let taken = try Int64.fetchOne(database, sql: "SELECT epoch FROM writer")
        if let taken, taken != epoch.number {
          throw EngineFault.textsTaken(by: Epoch(UInt64(bitPattern: taken)), from: epoch)
        }
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
      try cutIfDue(database, erases: erases)
    }
  }

  /// Begins a writer's term, durably, and erases the texts after a position.
  ///
  /// - Throws: ``TextFault``
  package func take(_ epoch: Epoch, after last: Position) throws {
    try perform { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO writer VALUES (1, ?)", arguments: [epoch.number])
      try Self.erase(in: database, "position > ?", [last.number])
      // What an earlier server could not cut is cut now.
      try cutIfDue(database, erases: true)
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
      let erased = try perform { try Self.erase(in: $0, condition, arguments) }
      count += erased
      if erased < Self.erasedAtOnce { break }
    }
    guard try perform({ try PersonalFile.emptyJournal(of: $0) }) else {
      throw TextFault(
        """
        \(count) texts are erased, but \(path)-wal still has old bytes, because somebody reads the texts. Erase again \
        when that is over.
        """, nil)
    }
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
    do {
      try PersonalFile.copy(database, to: path)
    } catch {
      throw TextFault("The texts in \(self.path) cannot be copied to \(path).", error)
    }
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
      return try database.read { database in
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

  /// Cuts the write-ahead log when it has what was erased, now or before, unless somebody reads it.
  private func cutIfDue(_ database: Database, erases: Bool) throws {
    guard erases || isCutDue.withLock({ $0 }) else { return }
    let isCut = try PersonalFile.emptyJournal(of: database, patience: Self.cutPatience)
    isCutDue.withLock { $0 = !isCut }
  }

  private func perform<Result: Sendable>(
    _ body: @Sendable (Database) throws -> Result
  ) throws -> Result {
    do {
      return try database.writeWithoutTransaction(body)
    } catch let fault as EngineFault {
      throw fault
    } catch {
      throw TextFault("The texts in \(path) cannot be changed.", error)
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

extension Epoch {
  fileprivate var number: Int64 { Int64(bitPattern: rawValue) }
}

extension PlayerID {
  fileprivate var number: Int64 { Int64(bitPattern: rawValue) }
}
