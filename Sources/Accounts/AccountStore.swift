import EventLog
import Foundation
import GRDB
import PersonalData
import World

/// Credentials and personal data, in a SQLite file that only its owner may read.
///
/// It is apart from history, which knows players by number: what is erased here is gone, and the
/// log's chain is whole. What is deleted is overwritten (`secure_delete`), and what was committed is
/// on disk before anybody is told.
///
/// Several processes may use it at once: a server, and operators' commands beside it. Every
/// operation blocks, and throws ``AccountFault``.
package final class AccountStore: Sendable {
  /// The version of the tables.
  private static let version = 1
  /// How long one waits for another process that writes, in seconds.
  private static let patience = 20.0

  /// Where it is.
  package let path: String
  let database: DatabaseQueue
  /// Looks for what was erased.
  let search: FileSearch

  /// Opens the store, or makes it.
  ///
  /// - Parameters:
  ///   - world: What names this world among others; a store of another is refused. Nil takes any.
  ///   - isMade: Whether a missing store is made.
  /// - Throws: ``AccountFault``
  package init(path: String, world: String?, isMade: Bool) throws(AccountFault) {
    self.path = path
    search = FileSearch(in: path)
    guard isMade || FileManager.default.fileExists(atPath: path) else {
      throw AccountFault(
        .missing, "there is no \(path). A world has accounts once it has been served.")
    }
    database = try Self.faults(of: path) {
      try PersonalFile.queue(path, patience: Self.patience)
    }
    try Self.faults(of: path) { try prepare(world: world) }
  }

  private func prepare(world: String?) throws {
    try database.write { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      if version == 0 {
        guard let world else {
          throw AccountFault(.missing, "\(path) is empty. A world has accounts once it is served.")
        }
        try database.execute(sql: Self.tables)
        try database.execute(
          sql: "INSERT INTO store VALUES (1, ?, 3600000000, 0)", arguments: [world])
        try database.execute(sql: "PRAGMA user_version = \(Self.version)")
      } else if version > Self.version {
        throw AccountFault(
          .damaged, "\(path) was made by a newer program, which is needed to read it.")
      }
      let known = try String.fetchOne(database, sql: "SELECT world FROM store")
      if let world, known != world {
        throw AccountFault(
          .damaged,
          """
          \(path) belongs to another world (\(known ?? "none"), and the log is \(world)). Put back the one that belongs to the log.
          """)
      }
    }
  }

  private static let tables = """
    CREATE TABLE store (
      only INTEGER PRIMARY KEY CHECK (only = 1), world TEXT NOT NULL,
      token_life_us INTEGER NOT NULL, revision INTEGER NOT NULL) STRICT;
    CREATE TABLE accounts (
      player INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE,
      password TEXT NOT NULL, mail TEXT, made_us INTEGER NOT NULL, used_us INTEGER NOT NULL) STRICT;
    CREATE TABLE resets (
      player INTEGER PRIMARY KEY, code BLOB NOT NULL, expires_us INTEGER NOT NULL) STRICT;
    CREATE TABLE families (
      family BLOB PRIMARY KEY, player INTEGER NOT NULL, current BLOB NOT NULL, previous BLOB,
      is_received INTEGER NOT NULL, used_us INTEGER NOT NULL, expires_us INTEGER NOT NULL) STRICT;
    CREATE INDEX families_by_player ON families (player, used_us);
    CREATE INDEX families_by_end ON families (expires_us);
    CREATE TABLE revocations (
      player INTEGER PRIMARY KEY, generation INTEGER NOT NULL, is_erased INTEGER NOT NULL,
      revision INTEGER NOT NULL) STRICT;
    CREATE INDEX revocations_by_revision ON revocations (revision);
    CREATE TABLE keys (
      kid TEXT PRIMARY KEY, pem TEXT NOT NULL, made_us INTEGER NOT NULL, retires_us INTEGER)
      STRICT;
    """

  // MARK: Access

  /// Changes something in one transaction, which is durable when this returns.
  func change<Value>(_ body: (Database) throws -> Value) throws(AccountFault) -> Value {
    try Self.faults(of: path) { try database.write(body) }
  }

  /// Reads one state.
  func look<Value>(_ body: (Database) throws -> Value) throws(AccountFault) -> Value {
    try Self.faults(of: path) { try database.read(body) }
  }

  /// Changes whenever another process has changed something.
  func outsideVersion() throws(AccountFault) -> Int64 {
    try Self.faults(of: path) {
      try database.inDatabase { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    }
  }

  /// Turns what SQLite says into what an operator can act on.
  static func faults<Value>(
    of path: String, _ body: () throws -> Value
  ) throws(AccountFault) -> Value {
    do {
      return try body()
    } catch let fault as AccountFault {
      throw fault
    } catch let fault as PersonalFileFault {
      throw AccountFault(.inputOutput, fault.message)
    } catch let error as DatabaseError
      where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
    {
      throw AccountFault(
        .damaged,
        "\(path) is damaged (\(error.message ?? "SQLite says no more")). "
          + "Restore it from a backup.")
    } catch let error as DatabaseError {
      throw AccountFault(
        .inputOutput, "\(path) cannot be read or written: \(error.message ?? "\(error.resultCode)")"
      )
    } catch {
      throw AccountFault(.inputOutput, "\(path) cannot be read or written: \(error)")
    }
  }
}

extension PlayerID {
  /// As the store has it.
  var stored: Int64 { Int64(bitPattern: rawValue) }

  /// As the store has it.
  init(stored: Int64) {
    self.init(UInt64(bitPattern: stored))
  }
}
