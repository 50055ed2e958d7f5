package import Schema
import SwiftProtobuf

/// Why a profile does not change.
package enum PlayersRejection: String, RejectionCode {
  /// There is a profile already.
  case profileExists = "profile_exists"
  /// The name is not one a player may have.
  case invalidName = "invalid_name"
  /// Another player has the name, or had it.
  case nameTaken = "name_taken"
  /// The look is too long, or not plain text.
  case invalidLook = "invalid_look"
  /// The command changes nothing.
  case nothingChanged = "nothing_changed"
  /// No role is named, or one that there is not.
  case invalidRole = "invalid_role"
}

extension World {
  /// What a look may be.
  private static var lookRule: TextRule { TextRule(characters: 0...200) }

  /// Decides a command of the Players system.
  package borrowing func decide(
    _ command: PlayersCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .createProfile(let create): try decide(create, context, &decision)
    case .changeProfile(let change): try decide(change, context, &decision)
    case .retireProfile: try decideRetirement(context, &decision)
    case .changeRole(let change): try decide(change, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ create: CreateProfile, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requireConnected(context)
    switch players.standing(of: player) {
    case .enrolled: break
    case .retired: throw .retired
    case .active:
      throw Rejection(
        PlayersRejection.profileExists, "You have a profile. Change it, or retire it for good.")
    case nil: throw Rejection(CommonRejection.noSuchPlayer, "There is no player \(player).")
    }
    let key = try checkName(create.name, of: player, field: "create_profile.name")
    try checkLook(create.look, field: "create_profile.look")
    let home = try regions.require(create.homeRegion, field: "create_profile.home_region")
    decision.players(
      .profileCreated(
        .with {
          $0.player = player.rawValue
          $0.name = create.name
          $0.nameKey = key
          $0.look = create.look
          $0.homeRegion = home.number
        }))
    decidePlacing(of: player, in: home, context, &decision)
    try decideStartingGoods(for: player, &decision)
  }

  private borrowing func decide(
    _ change: ChangeProfile, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    guard let profile = players.profile(of: player) else { throw .noProfile }
    var changed = ProfileChanged()
    if change.hasName, change.name != profile.name {
      changed.nameKey = try checkName(change.name, of: player, field: "change_profile.name")
      changed.name = change.name
    }
    if change.hasLook, change.look != profile.look {
      try checkLook(change.look, field: "change_profile.look")
      changed.look = change.look
    }
    if change.hasHomeRegion, change.homeRegion != profile.homeRegion {
      let home = try regions.require(change.homeRegion, field: "change_profile.home_region")
      changed.homeRegion = home.number
    }
    guard changed.hasName || changed.hasLook || changed.hasHomeRegion else {
      throw Rejection(
        PlayersRejection.nothingChanged, "The profile is like that already.",
        fields: "change_profile")
    }
    changed.player = player.rawValue
    changed.region = movement.region(of: player)?.number ?? 0
    decision.players(.profileChanged(changed))
  }

  private borrowing func decideRetirement(
    _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    decideWithdrawAll(of: player, &decision)
    decideHalt(of: player, context, &decision)
    let place = movement.place(of: player, at: context.now)
    decision.players(
      .profileRetired(
        .with {
          $0.player = player.rawValue
          $0.region = place.map { regions.grid.region(at: $0).number } ?? 0
        }))
    decideRemoval(of: player, context, &decision)
  }

  private borrowing func decide(
    _ change: ChangeRole, _ decision: inout Decision
  ) throws(Rejection) {
    let player = PlayerID(change.player)
    switch players.standing(of: player) {
    case .active, .enrolled: break
    case .retired, nil:
      throw Rejection(
        CommonRejection.noSuchPlayer, "There is no player \(player), or it is retired.",
        fields: "change_role.player")
    }
    guard change.hasRole, Role.allCases.contains(change.role) else {
      throw Rejection(
        PlayersRejection.invalidRole, "Name a role: \(RoleSet.everyone.names).",
        fields: "change_role.role")
    }
    try Rejection.checkReason(change.reason, field: "change_role.reason")
    let former = players.role(of: player)
    guard change.role != former else {
      throw Rejection(
        PlayersRejection.nothingChanged, "Player \(player) has the role \(former.name) already.",
        fields: "change_role.role")
    }
    decision.players(
      .roleChanged(
        .with {
          $0.player = player.rawValue
          $0.role = change.role
          $0.former = former
          $0.reason = change.reason
        }))
  }

  /// Makes sure that the player may have the name, and makes its key.
  private borrowing func checkName(
    _ name: String, of player: PlayerID, field: String
  ) throws(Rejection) -> String {
    if let fault = NameRule.fault(in: name) {
      throw Rejection(PlayersRejection.invalidName, "The name \(fault).", fields: field)
    }
    let key = Players.nameKey(of: name)
    if let owner = players.player(named: key), owner != player {
      throw Rejection(
        PlayersRejection.nameTaken, "Another player is called \(name).", fields: field)
    }
    return key
  }

  private borrowing func checkLook(_ look: String, field: String) throws(Rejection) {
    if let fault = Self.lookRule.fault(in: look) {
      throw Rejection(PlayersRejection.invalidLook, "The look \(fault).", fields: field)
    }
  }
}
