import EventLog
import GRDB

/// A key that tokens are signed with, or were.
struct SigningKey: Hashable, Sendable {
  let id: String
  let pem: String
  /// When no token that it signed is good any more; nil for the one that signs.
  let retires: Timestamp?
}

extension AccountStore {
  /// The keys, oldest first; the last signs.
  func keys() throws(AccountFault) -> [SigningKey] {
    try look { database in
      try Row.fetchAll(
        database, sql: "SELECT kid, pem, retires_us FROM keys ORDER BY made_us, rowid"
      ).map { row in
        SigningKey(
          id: row[0], pem: row[1],
          retires: (row[2] as Int64?).map(Timestamp.init(microseconds:)))
      }
    }
  }

  /// Adds a key that signs from now on.
  ///
  /// - Parameters:
  ///   - isAtOnce: Whether the keys before are void at once; else they are good for as long as tokens
  ///     live.
  func addKey(_ key: SigningKey, at now: Timestamp, isAtOnce: Bool) throws(AccountFault) {
    try change { database in
      if isAtOnce {
        try database.execute(sql: "DELETE FROM keys")
      } else {
        try database.execute(
          sql: """
            UPDATE keys SET retires_us = ? + (SELECT token_life_us FROM store)
            WHERE retires_us IS NULL
            """, arguments: [now.microseconds])
      }
      try database.execute(
        sql: "INSERT INTO keys VALUES (?, ?, ?, NULL)",
        arguments: [key.id, key.pem, now.microseconds])
    }
  }

  /// Deletes the keys that nothing is good of any more.
  func deleteRetiredKeys(at now: Timestamp) throws(AccountFault) {
    try change { database in
      try database.execute(
        sql: "DELETE FROM keys WHERE retires_us <= ?", arguments: [now.microseconds])
    }
  }

  /// Notes how long tokens live, for whoever rotates keys.
  func setTokenLife(_ microseconds: Int64) throws(AccountFault) {
    try change { database in
      try database.execute(
        sql: "UPDATE store SET token_life_us = ?", arguments: [microseconds])
    }
  }

  /// What names the world.
  func world() throws(AccountFault) -> String {
    try look { try String.fetchOne($0, sql: "SELECT world FROM store") ?? "" }
  }
}
