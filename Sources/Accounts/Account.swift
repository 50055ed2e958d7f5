package import EventLog
package import World

/// Somebody who can prove who they are with a name and a password, as operators see it.
package struct Account: Sendable {
  /// The player that it is in the world and in history.
  package let player: PlayerID
  /// The name to sign in with.
  package let name: String
  /// Where the person can be reached; nil for nowhere.
  package let mail: String?
  /// When it was registered.
  package let made: Timestamp
  /// When it last signed in or refreshed its tokens.
  package let used: Timestamp
  /// How often everything that proved who it is was made void.
  package let generation: Int64
  /// How many devices can refresh their tokens.
  package let devices: Int
  /// Until when a reset code is good; nil when there is none.
  package let resetUntil: Timestamp?
}

/// Who somebody proved to be.
package enum Bearer: Hashable, Sendable {
  /// A player, and the generation of what proved it.
  case player(PlayerID, generation: Int64)
  /// Somebody who runs the world.
  case `operator`
}

/// Everything that proved to be a player, up to a generation, was made void.
package struct Revocation: Hashable, Sendable {
  /// The player.
  package let player: PlayerID
  /// The generation that is good from now on.
  package let generation: Int64
}
