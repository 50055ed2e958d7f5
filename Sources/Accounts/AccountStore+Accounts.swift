package import EventLog
import GRDB
package import World

/// What a sign-in with a name is checked against.
struct PasswordRecord {
  let player: PlayerID
  let name: String
  let hash: PasswordHash
  /// The generation of the player's tokens when the password was this one; nil when it was erased.
  let generation: Int64?
}

extension AccountStore {
  /// Every account, by name.
  package func accounts() throws(AccountFault) -> [Account] {
    try look { try Self.accounts($0, "1 ORDER BY key", []) }
  }

  /// The account of a name; nil when there is none.
  package func account(named name: AccountName) throws(AccountFault) -> Account? {
    try look { try Self.accounts($0, "key = ?", [name.key]).first }
  }

  /// The account of a player; nil when it is a guest or nobody.
  package func account(of player: PlayerID) throws(AccountFault) -> Account? {
    try look { try Self.accounts($0, "player = ?", [player.stored]).first }
  }

  /// Whether anything is kept of a player, account or guest.
  package func knows(_ player: PlayerID) throws(AccountFault) -> Bool {
    try look { database in
      try Bool.fetchOne(
        database,
        sql: """
          SELECT EXISTS (SELECT 1 FROM accounts WHERE player = ?1)
            OR EXISTS (SELECT 1 FROM families WHERE player = ?1)
            OR EXISTS (SELECT 1 FROM revocations WHERE player = ?1)
          """, arguments: [player.stored]) ?? false
    }
  }

  private static func accounts(
    _ database: Database, _ condition: String, _ arguments: StatementArguments
  ) throws -> [Account] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT player, name, mail, made_us, used_us,
          (SELECT count(*) FROM families f WHERE f.player = a.player),
          (SELECT expires_us FROM resets r WHERE r.player = a.player),
          (SELECT generation FROM revocations v WHERE v.player = a.player)
        FROM accounts a WHERE \(condition)
        """, arguments: arguments)
    return rows.map { row in
      Account(
        player: PlayerID(stored: row[0]), name: row[1], mail: row[2],
        made: Timestamp(microseconds: row[3]), used: Timestamp(microseconds: row[4]),
        generation: row[7] ?? 0, devices: row[5],
        resetUntil: (row[6] as Int64?).map(Timestamp.init(microseconds:)))
    }
  }

  /// What is known of a name's password.
  func password(named name: AccountName) throws(AccountFault) -> PasswordRecord? {
    try look { try Self.password($0, "key = ?", [name.key], path) }
  }

  /// What is known of a player's password.
  func password(of player: PlayerID) throws(AccountFault) -> PasswordRecord? {
    try look { try Self.password($0, "player = ?", [player.stored], path) }
  }

  private static func password(
    _ database: Database, _ condition: String, _ arguments: StatementArguments, _ path: String
  ) throws -> PasswordRecord? {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT player, name, password FROM accounts WHERE \(condition)",
        arguments: arguments)
    else { return nil }
    guard let hash = PasswordHash(row[2] as String) else {
      throw AccountFault(.damaged, "\(path): the password of player \(row[0] as Int64) is no hash.")
    }
    let player = PlayerID(stored: row[0])
    return PasswordRecord(
      player: player, name: row[1], hash: hash, generation: try standing(database, player))
  }

  /// Makes a guest an account.
  ///
  /// - Returns: Why not; nil when it is done.
  func register(
    _ player: PlayerID, generation: Int64, _ name: AccountName, _ hash: PasswordHash,
    mail: MailAddress?, at now: Timestamp
  ) throws(AccountFault) -> AccountRefusal? {
    try change { database in
      guard try Self.standing(database, player) == generation else { return .signedOut }
      if try Self.exists(database, "player", player.stored) { return .alreadyRegistered }
      if try Self.exists(database, "key", name.key) { return .nameTaken }
      try database.execute(
        sql: "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          player.stored, name.text, name.key, hash.description, mail?.text, now.microseconds,
          now.microseconds,
        ])
      return nil
    }
  }

  private static func exists(
    _ database: Database, _ column: String, _ value: any DatabaseValueConvertible
  ) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM accounts WHERE \(column) = ?)",
      arguments: [value]) ?? false
  }

  /// Puts the same password's hash at another cost in the place of the old one.
  func rehash(_ record: PasswordRecord, as hash: PasswordHash) throws(AccountFault) {
    try change { database in
      try database.execute(
        sql: "UPDATE accounts SET password = ? WHERE player = ? AND password = ?",
        arguments: [hash.description, record.player.stored, record.hash.description])
    }
  }

  /// Changes a password, and makes everything void that proved who the player is.
  ///
  /// - Returns: The generation that is good from now on; nil when the password is no longer the one
  ///   that was checked.
  func changePassword(
    _ record: PasswordRecord, to hash: PasswordHash
  ) throws(AccountFault) -> Int64? {
    try change { database in
      try database.execute(
        sql: "UPDATE accounts SET password = ? WHERE player = ? AND password = ?",
        arguments: [hash.description, record.player.stored, record.hash.description])
      guard database.changesCount == 1 else { return nil }
      return try Self.revoke(database, record.player)
    }
  }

  /// Puts another mail address in the place of an account's.
  ///
  /// - Parameters:
  ///   - hash: What the account's password must still be; nil for whatever it is.
  ///   - mail: The address; nil for none.
  /// - Returns: What is known of the account before; nil when there is none, or its password is another.
  func replaceMail(
    of player: PlayerID, ifPassword hash: PasswordHash? = nil, by mail: MailAddress?
  ) throws(AccountFault) -> Account? {
    try change { database in
      let former = try Self.accounts(database, "player = ?", [player.stored]).first
      try database.execute(
        sql: "UPDATE accounts SET mail = ?1 WHERE player = ?2 AND password = ifnull(?3, password)",
        arguments: [mail?.text, player.stored, hash?.description])
      return database.changesCount == 1 ? former : nil
    }
  }

  // MARK: Resets

  /// Notes a code with which the account's password can be set anew; takes the place of an earlier.
  ///
  /// - Parameter until: When it ceases to be good.
  /// - Returns: The code, which is not kept; nil when there is no such account.
  package func makeResetCode(
    named name: AccountName, until: Timestamp
  ) throws(AccountFault) -> ResetCode? {
    let code = ResetCode()
    return try change { database in
      try database.execute(
        sql: """
          INSERT OR REPLACE INTO resets SELECT player, ?, ? FROM accounts WHERE key = ?
          """, arguments: [code.digest, until.microseconds, name.key])
      return database.changesCount == 1 ? code : nil
    }
  }

  /// Whether the code is one with which the account's password can be set now.
  func isGood(
    _ code: ResetCode, named name: AccountName, at now: Timestamp
  ) throws(AccountFault) -> Bool {
    try look { try Self.player(resetBy: code, name, now, $0) != nil }
  }

  private static func player(
    resetBy code: ResetCode, _ name: AccountName, _ now: Timestamp, _ database: Database
  ) throws -> PlayerID? {
    guard
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT a.player, r.code FROM accounts a JOIN resets r USING (player)
          WHERE a.key = ? AND r.expires_us > ?
          """, arguments: [name.key, now.microseconds]),
      Secret.isSame(row[1], code.digest)
    else { return nil }
    return PlayerID(stored: row[0])
  }

  /// Sets a password by a code, which is used up, and makes everything void that proved who the
  /// player is.
  ///
  /// - Returns: Who it is now; nil when the code is no longer good.
  func reset(
    by code: ResetCode, named name: AccountName, to hash: PasswordHash, at now: Timestamp
  ) throws(AccountFault) -> Bearer? {
    try change { database in
      guard let player = try Self.player(resetBy: code, name, now, database) else { return nil }
      try database.execute(sql: "DELETE FROM resets WHERE player = ?", arguments: [player.stored])
      try database.execute(
        sql: "UPDATE accounts SET password = ? WHERE player = ?",
        arguments: [hash.description, player.stored])
      return .player(player, generation: try Self.revoke(database, player))
    }
  }
}
