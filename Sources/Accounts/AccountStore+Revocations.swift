import GRDB
package import World

extension AccountStore {
  /// The generation of a player's tokens that is good; nil for a player who was erased.
  ///
  /// - Complexity: O(log n) for n players who were ever signed out everywhere.
  package func generation(of player: PlayerID) throws(AccountFault) -> Int64? {
    try look { try Self.standing($0, player) }
  }

  static func standing(_ database: Database, _ player: PlayerID) throws -> Int64? {
    let row = try Row.fetchOne(
      database, sql: "SELECT generation, is_erased FROM revocations WHERE player = ?",
      arguments: [player.stored])
    guard let row else { return 0 }
    return row[1] ? nil : row[0]
  }

  /// Makes everything void that proved who a player is.
  ///
  /// - Returns: The generation that is good from now on.
  @discardableResult
  static func revoke(
    _ database: Database, _ player: PlayerID, isErased: Bool = false
  ) throws -> Int64 {
    try database.execute(sql: "DELETE FROM families WHERE player = ?", arguments: [player.stored])
    try database.execute(sql: "UPDATE store SET revision = revision + 1")
    try database.execute(
      sql: """
        INSERT INTO revocations SELECT ?, 1, ?, revision FROM store WHERE true
        ON CONFLICT (player) DO UPDATE SET generation = generation + 1,
          is_erased = max(is_erased, excluded.is_erased), revision = excluded.revision
        """, arguments: [player.stored, isErased])
    return try Int64.fetchOne(
      database, sql: "SELECT generation FROM revocations WHERE player = ?",
      arguments: [player.stored]) ?? 0
  }

  /// Signs a player out everywhere: open sessions end, and no token but a password lets in again.
  ///
  /// A running server sees to it within a second.
  package func signOut(_ player: PlayerID) throws(AccountFault) {
    _ = try change { try Self.revoke($0, player) }
  }

  /// How many revocations there have been.
  func revision() throws(AccountFault) -> Int64 {
    try look { try Int64.fetchOne($0, sql: "SELECT revision FROM store") ?? 0 }
  }

  /// The players who were signed out everywhere after a revision, and the revision it is by now.
  func revocations(
    after revision: Int64
  ) throws(AccountFault) -> (revocations: [Revocation], revision: Int64) {
    try look { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT player, generation, revision FROM revocations WHERE revision > ?",
        arguments: [revision])
      let latest = rows.map { $0[2] as Int64 }.max() ?? revision
      return (
        rows.map { Revocation(player: PlayerID(stored: $0[0]), generation: $0[1]) }, latest
      )
    }
  }

  /// Forgets whatever there is of players whom the log does not know.
  ///
  /// A log that was restored as of an earlier moment gives their numbers to others: these must not
  /// be who those were.
  ///
  /// - Parameter next: The number that the log gives next.
  /// - Returns: How many accounts were forgotten.
  package func forgetPlayers(from next: PlayerID) throws(AccountFault) -> Int {
    try change { database in
      let unknown = try Int64.fetchAll(
        database,
        sql: """
          SELECT player FROM accounts WHERE player >= ?1
          UNION SELECT player FROM families WHERE player >= ?1
          """, arguments: [next.stored])
      for player in unknown { try Self.revoke(database, PlayerID(stored: player)) }
      try database.execute(
        sql: "UPDATE revocations SET is_erased = 0 WHERE player >= ?", arguments: [next.stored])
      try database.execute(sql: "DELETE FROM resets WHERE player >= ?", arguments: [next.stored])
      try database.execute(sql: "DELETE FROM accounts WHERE player >= ?", arguments: [next.stored])
      return database.changesCount
    }
  }
}
