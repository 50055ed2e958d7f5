import Schema

extension World {
  /// The sender as a player who is connected and has a profile in use: what nearly every command
  /// needs.
  ///
  /// - Throws: `not_allowed`, `not_connected`, `no_profile`, `retired`.
  package borrowing func requirePlaying(
    _ context: DecisionContext
  ) throws(Rejection) -> PlayerID {
    let player = try requireConnected(context)
    switch players.standing(of: player) {
    case .active: return player
    case .retired: throw .retired
    case .enrolled, nil: throw .noProfile
    }
  }

  /// The sender as a player who is connected.
  ///
  /// - Throws: `not_allowed`, `not_connected`.
  package borrowing func requireConnected(
    _ context: DecisionContext
  ) throws(Rejection) -> PlayerID {
    guard context.requester.role == .player else {
      throw Rejection(CommonRejection.notAllowed, "Only a player can do this.")
    }
    let player = context.requester.player
    guard presence.isConnected(player) else {
      throw Rejection(CommonRejection.notConnected, "You have no open session. Sign in first.")
    }
    return player
  }

  /// Another player, who must be connected and have a profile in use; `field` is the request's
  /// field that names it.
  ///
  /// - Throws: `no_such_player`, `not_present`.
  package borrowing func requirePresent(_ number: UInt64, field: String) throws(Rejection)
    -> PlayerID
  {
    let player = PlayerID(number)
    try requireActiveProfile(of: player, field: field)
    guard presence.isConnected(player) else {
      throw Rejection(
        CommonRejection.notPresent, "Player \(player) is not connected.", fields: field)
    }
    return player
  }

  /// Makes sure that the player has a profile in use; `field` is the request's field that names it.
  ///
  /// - Throws: `no_such_player`.
  package borrowing func requireActiveProfile(
    of player: PlayerID, field: String
  ) throws(Rejection) {
    guard players.standing(of: player) == .active else {
      throw Rejection(
        CommonRejection.noSuchPlayer, "There is no player \(player) with a profile in use.",
        fields: field)
    }
  }

  /// The player a query is about: the one named, or with 0 the sender.
  ///
  /// - Throws: `not_allowed` when the sender is no player and names none.
  package borrowing func subject(
    _ number: UInt64, _ context: DecisionContext
  ) throws(Rejection) -> PlayerID {
    guard number == 0 else { return PlayerID(number) }
    guard context.requester.role == .player else {
      throw Rejection(CommonRejection.notAllowed, "Name a player; you are none.", fields: "player")
    }
    return context.requester.player
  }

  /// The player a private query is about: the sender, or whoever is named if the sender's role
  /// knows that of anyone.
  ///
  /// - Throws: `not_allowed`.
  package borrowing func ownSubject(
    _ number: UInt64, orAnyone knowledge: Knowledge, _ context: DecisionContext
  ) throws(Rejection) -> PlayerID {
    let player = try subject(number, context)
    if player != context.requester.player {
      try require(knowledge.allowed, of: context.requester, field: "player")
    }
    return player
  }

  /// The region a query is about: the one named, or with 0 that in which the sender stands.
  ///
  /// - Throws: `no_such_region`, `no_profile`, `not_allowed`.
  package borrowing func region(
    _ number: UInt32, _ context: DecisionContext
  ) throws(Rejection) -> RegionID {
    guard number == 0 else { return try regions.require(number, field: "region") }
    guard let region = movement.region(of: try subject(0, context)) else {
      throw Rejection(
        CommonRejection.noProfile, "You stand in no region yet. Create a profile first.",
        fields: "region")
    }
    return region
  }
}
