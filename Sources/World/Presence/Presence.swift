import EventLog
package import Projection
package import Schema

/// Who is connected, since when, and where each of them stands.
///
/// A session begins with a sign-in and ends with a farewell, a lost connection, or a newer sign-in
/// of the same player, for a player has one session at a time. Sessions that a crash left open are
/// closed at the next start, as of the last thing that happened before. The latest past sessions
/// are kept here with their durations; the log has them all.
///
/// It is not: where those are who are not connected (Movement), nor the connection itself (the
/// gateway), of which a session is the world's side.
package struct Presence: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "presence"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  /// How many past sessions of a player are kept.
  package static let sessionsKept = 16

  var present = Table<PlayerID, PresenceRow>("present")
  var sessions = Table<PlayerID, SessionsRow>("sessions")
  /// Who is connected and stands in each region.
  ///
  /// Those without a profile stand in none.
  var presentByRegion = SortedGroups<RegionID, PlayerID>()

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&present)
    try visitor.visit(&sessions)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    var groups = SortedGroups<RegionID, PlayerID>()
    present.forEachInOrder { player, row in
      if row.region != 0 { groups.insert(player, into: RegionID(row.region)) }
    }
    presentByRegion = groups
  }

  /// Whether the player has an open session.
  package borrowing func isConnected(_ player: PlayerID) -> Bool {
    present.contains(player)
  }

  /// Whether the player is connected and has been idle for as long as the rules allow.
  package borrowing func isIdle(_ player: PlayerID) -> Bool {
    present.withRow(player) { $0.idleSinceUs != 0 } ?? false
  }

  /// The player's open session; nil when not connected.
  package borrowing func session(of player: PlayerID) -> SessionID? {
    present.withRow(player) { SessionID($0.session) }
  }

  /// The player's connection; nil when not connected.
  package borrowing func row(of player: PlayerID) -> PresenceRow? {
    present[player]
  }

  /// The player's past sessions; nil when there are none.
  package borrowing func pastSessions(of player: PlayerID) -> SessionsRow? {
    sessions[player]
  }

  /// How many players are connected.
  package var connectedCount: Int { present.count }

  /// Every connected player, in order.
  ///
  /// - Complexity: O(n log n) for n connected players.
  package borrowing func connectedPlayers() -> [PlayerID] {
    present.sortedKeys()
  }

  /// The connected players who stand in a region, in order.
  package borrowing func players(in region: RegionID) -> [PlayerID] {
    presentByRegion.members(of: region)
  }
}
