import EventLog
import Schema
import SwiftProtobuf

/// Why a session does not change.
package enum PresenceRejection: String, RejectionCode {
  /// The client's name for itself is no name.
  case invalidClient = "invalid_client"
  /// The session is not the player's open one.
  case noSuchSession = "no_such_session"
  /// The player is idle already.
  case alreadyIdle = "already_idle"
  /// The player is not idle.
  case notIdle = "not_idle"
}

extension World {
  /// What a client may call itself.
  private static var clientRule: TextRule { TextRule(characters: 0...64) }

  /// Opens a session, for somebody new after enrolling; a session the player still has open is
  /// closed before.
  ///
  /// - Throws: `invalid_client`, `no_such_player`, `retired`.
  borrowing func decideOpenSession(
    of player: PlayerID?, client: String, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    if let fault = Self.clientRule.fault(in: client) {
      throw Rejection(
        PresenceRejection.invalidClient, "The client's name \(fault).", fields: "client")
    }
    if let player {
      try requireEnrolled(player)
      closeSession(of: player, end: .superseded, context, &decision)
    } else {
      decision.players(.playerEnrolled(.with { $0.player = players.next.rawValue }))
    }
    let opener = player ?? players.next
    decision.presence(
      .sessionOpened(
        .with {
          $0.session = context.position.rawValue
          $0.player = opener.rawValue
          $0.region = regionNumber(of: opener, context)
          $0.client = client
        }))
  }

  private borrowing func requireEnrolled(_ player: PlayerID) throws(Rejection) {
    switch players.standing(of: player) {
    case .active, .enrolled: break
    case .retired:
      throw Rejection(CommonRejection.retired, "The profile of player \(player) is retired.")
    case nil:
      throw Rejection(CommonRejection.noSuchPlayer, "There is no player \(player).")
    }
  }

  /// Ends a session; a player under way stops.
  ///
  /// - Throws: `no_such_session` when it is not the player's open one, which one newer may have
  ///   superseded.
  borrowing func decideCloseSession(
    _ session: SessionID, of player: PlayerID, end: SessionEnd, _ context: DecisionContext,
    _ decision: inout Decision
  ) throws(Rejection) {
    guard presence.session(of: player) == session else {
      throw Rejection(
        PresenceRejection.noSuchSession, "Session \(session) is not open for player \(player).")
    }
    closeSession(of: player, end: end, context, &decision)
  }

  private borrowing func closeSession(
    of player: PlayerID, end: SessionEnd, _ context: DecisionContext, _ decision: inout Decision
  ) {
    guard let row = presence.row(of: player) else { return }
    decideHalt(of: player, context, &decision)
    decision.presence(
      .sessionClosed(
        .with {
          $0.session = row.session
          $0.player = row.player
          $0.region = regionNumber(of: player, context)
          $0.end = end
          $0.openedUs = row.openedUs
          $0.durationUs = max(0, context.now.microseconds &- row.openedUs)
        }))
  }

  /// Says that a connected player does nothing.
  ///
  /// - Throws: `not_connected`, `already_idle`.
  borrowing func decideIdle(
    of player: PlayerID, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let row = try requireSession(of: player)
    guard row.idleSinceUs == 0 else {
      throw Rejection(PresenceRejection.alreadyIdle, "Player \(player) is idle already.")
    }
    decision.presence(
      .playerWentIdle(
        .with {
          $0.session = row.session
          $0.player = row.player
          $0.region = row.region
        }))
  }

  /// Says that an idle player is back.
  ///
  /// - Throws: `not_connected`, `not_idle`.
  borrowing func decideReturn(
    of player: PlayerID, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let row = try requireSession(of: player)
    guard row.idleSinceUs != 0 else {
      throw Rejection(PresenceRejection.notIdle, "Player \(player) is not idle.")
    }
    decision.presence(
      .playerReturned(
        .with {
          $0.session = row.session
          $0.player = row.player
          $0.region = row.region
        }))
  }

  private borrowing func requireSession(of player: PlayerID) throws(Rejection) -> PresenceRow {
    guard let row = presence.row(of: player) else {
      throw Rejection(CommonRejection.notConnected, "Player \(player) is not connected.")
    }
    return row
  }

  /// Where the player is by now, a border that is about to be crossed in this entry included; 0 for
  /// nowhere.
  private borrowing func regionNumber(of player: PlayerID, _ context: DecisionContext) -> UInt32 {
    guard let place = movement.place(of: player, at: context.now) else { return 0 }
    return regions.grid.region(at: place).number
  }
}
