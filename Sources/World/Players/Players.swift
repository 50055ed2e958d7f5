import EventLog
package import Projection
package import Schema

/// Who takes part, and the profile each shows.
///
/// A player is a number, given at the first sign-in and never again. The profile follows when its
/// player chooses: name, look, home. A profile can be changed, and retired for good; its name stays
/// taken, so that nobody can pass for somebody who left.
///
/// A player has a role, which an operator changes: it says what the player may ask for beside what
/// all may (`Kernel/Permissions.swift`). Whoever retires has none any more but that of a player.
///
/// It is not: credentials (the log knows players by number alone), who is connected (Presence), nor
/// where anyone is (Movement).
package struct Players: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "players"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  /// How many players with a role one answer lists at most.
  package static let rolesListed = 500

  /// How far a player has come.
  package enum Standing: Hashable, Sendable {
    /// There is a number and no profile.
    case enrolled
    /// There is a profile in use.
    case active
    /// There was.
    case retired
  }

  var profiles = Table<PlayerID, ProfileRow>("profiles")
  /// Whose each name is.
  ///
  /// Swift's strings are equal when they are canonically equivalent, however they are composed.
  private(set) var playerOfName: [String: PlayerID] = [:]
  /// Who has a role other than a player's, in order.
  private(set) var withRole: [PlayerID] = []
  /// The highest number given.
  private(set) var last = PlayerID(ActorID.firstPlayer.rawValue - 1)

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&profiles)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    var names: [String: PlayerID] = [:]
    var roles: [PlayerID] = []
    var highest = last
    profiles.forEachInOrder { player, row in
      if row.role != .player { roles.append(player) }
      if !row.nameKey.isEmpty { names[row.nameKey] = player }
      highest = max(highest, player)
    }
    playerOfName = names
    withRole = roles
    last = highest
  }

  /// The number of the next player to be enrolled.
  package var next: PlayerID { PlayerID(last.rawValue &+ 1) }

  /// How far the player has come; nil when the number was never given.
  package borrowing func standing(of player: PlayerID) -> Standing? {
    profiles.withRow(player) { row in
      row.retired ? .retired : row.createdUs == 0 ? .enrolled : .active
    }
  }

  /// The player's profile; empty but for the number until it is created, nil when the number was
  /// never given.
  package borrowing func profile(of player: PlayerID) -> ProfileRow? {
    profiles[player]
  }

  /// The player's role; that of a player when the number was never given.
  package borrowing func role(of player: PlayerID) -> Role {
    profiles.withRow(player) { $0.role } ?? .player
  }

  /// The players with a higher number who have a role other than a player's, in order; at most
  /// ``rolesListed``.
  package borrowing func withRole(after player: PlayerID) -> ArraySlice<PlayerID> {
    withRole[withRole.partitioningIndex { $0 > player }...].prefix(Self.rolesListed)
  }

  /// Whose name it is; `key` as ``nameKey(of:)`` makes it.
  package borrowing func player(named key: String) -> PlayerID? {
    playerOfName[key]
  }

  /// A name as names are compared.
  package static func nameKey(of name: String) -> String {
    name.lowercased()
  }

  mutating func noteRole(_ role: Role, of player: PlayerID) {
    let index = withRole.partitioningIndex { $0 >= player }
    let isListed = index < withRole.count && withRole[index] == player
    if role == .player, isListed { withRole.remove(at: index) }
    if role != .player, !isListed { withRole.insert(player, at: index) }
  }

  mutating func note(_ player: PlayerID) {
    last = max(last, player)
  }

  mutating func rename(_ player: PlayerID, from old: String, to new: String) {
    if playerOfName[old] == player { playerOfName[old] = nil }
    playerOfName[new] = player
  }
}
