package import EventLog
import Foundation
import GRDB
import World

/// What a grant of tokens rests on.
package enum GrantBasis: Sendable {
  /// A guest, a password or a code: a new family of refresh tokens begins.
  case newFamily
  /// A refresh token, which is used up.
  case refreshToken(String)
  /// A token that is good until a time, or without an end: it stays as it is.
  case token(String, expires: Timestamp?)
}

/// How long refresh tokens last.
struct FamilyRules {
  let life: Int64
  let familiesMax: Int
}

extension AccountStore {
  /// Who a refresh token stands for; nil when it is not good.
  ///
  /// A token that was used before, and whose successor is known to have arrived, is in two hands: its
  /// whole family is void from then on.
  func bearer(of token: RefreshToken, at now: Timestamp) throws(AccountFault) -> Bearer? {
    let found = try look { try Self.bearer($0, token, now) }
    switch found {
    case .good(let bearer): return bearer
    case .none: return nil
    case .reused:
      try change { database in
        // Looked at anew: another grant may have come between.
        guard case .reused = try Self.bearer(database, token, now) else { return }
        try Self.deleteFamily(database, of: token)
      }
      return nil
    }
  }

  private static func deleteFamily(_ database: Database, of token: RefreshToken) throws {
    try database.execute(sql: "DELETE FROM families WHERE family = ?", arguments: [token.family])
  }

  private enum Finding {
    case good(Bearer)
    case none
    case reused
  }

  private static func bearer(
    _ database: Database, _ token: RefreshToken, _ now: Timestamp
  ) throws -> Finding {
    guard
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT player, current, previous, is_received FROM families
          WHERE family = ? AND expires_us > ?
          """, arguments: [token.family, now.microseconds])
    else { return .none }
    let isLost = (row[2] as Data?).map { Secret.isSame($0, token.digest) } == true && !row[3]
    guard isLost || Secret.isSame(row[1], token.digest) else { return .reused }
    let player = PlayerID(stored: row[0])
    guard let generation = try standing(database, player) else { return .none }
    return .good(.player(player, generation: generation))
  }

  /// Gives a player a refresh token: the first of a family, or the next after the one presented.
  ///
  /// A token whose successor never arrived is good again; that successor is void then.
  ///
  /// - Returns: The token; nil when the generation is no longer good, or the token presented is not.
  static func grant(
    _ database: Database, _ player: PlayerID, generation: Int64, after presented: RefreshToken?,
    _ rules: FamilyRules, at now: Timestamp
  ) throws -> RefreshToken? {
    guard try standing(database, player) == generation else { return nil }
    try database.execute(
      sql: "UPDATE accounts SET used_us = ? WHERE player = ?",
      arguments: [now.microseconds, player.stored])
    let expires = now.microseconds + rules.life
    if let presented {
      let found = try bearer(database, presented, now)
      // Its successor has arrived since it was looked at.
      if case .reused = found { try deleteFamily(database, of: presented) }
      guard case .good(.player(player, generation: generation)) = found else { return nil }
      let next = RefreshToken(family: presented.family)
      try database.execute(
        sql: """
          UPDATE families SET current = ?, previous = ?, is_received = 0, used_us = ?,
            expires_us = ? WHERE family = ?
          """,
        arguments: [next.digest, presented.digest, now.microseconds, expires, presented.family])
      return next
    }
    let first = RefreshToken()
    try database.execute(
      sql: "INSERT INTO families VALUES (?, ?, ?, NULL, 0, ?, ?)",
      arguments: [first.family, player.stored, first.digest, now.microseconds, expires])
    try database.execute(
      sql: """
        DELETE FROM families WHERE family IN (
          SELECT family FROM families WHERE player = ? ORDER BY used_us DESC, rowid DESC
          LIMIT -1 OFFSET ?)
        """, arguments: [player.stored, rules.familiesMax])
    return first
  }

  /// Notes that a refresh token has arrived: the one before is not good any more.
  func noteReceipt(of token: RefreshToken) throws(AccountFault) {
    try change { database in
      try database.execute(
        sql: "UPDATE families SET is_received = 1 WHERE family = ? AND current = ?",
        arguments: [token.family, token.digest])
    }
  }

  /// Deletes what has expired.
  func deleteExpired(at now: Timestamp) throws(AccountFault) {
    try change { database in
      try database.execute(
        sql: "DELETE FROM families WHERE expires_us <= ?", arguments: [now.microseconds])
      try database.execute(
        sql: "DELETE FROM resets WHERE expires_us <= ?", arguments: [now.microseconds])
    }
  }
}
