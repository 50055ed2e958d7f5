import EventLog
import Schema
import World

extension EngineCore {
  /// Opens a session for whoever proved who they are.
  ///
  /// A session the player still has is superseded in the same entry.
  mutating func openSession(
    on connection: Connection, id: UInt64, credential: Credential, client: String, at now: Timestamp
  ) {
    switch credential {
    case .operator:
      let requester = Requester(actor: .operator, role: .operator)
      let session = Session(connection: connection, requester: requester, id: SessionID(UInt64(0)))
      viewers[connection] = session
      welcome(session, id: id, at: now)
    case .newPlayer:
      openSession(of: nil, on: connection, id: id, client: client, at: now)
    case .player(let player):
      openSession(of: player, on: connection, id: id, client: client, at: now)
    }
  }

  private mutating func openSession(
    of player: PlayerID?, on connection: Connection, id: UInt64, client: String, at now: Timestamp
  ) {
    if player == nil, let refusal {
      refuse(refusal, to: connection, id)
      return
    }
    let opened = player ?? world.players.next
    switch enter(
      .openSession(player: player, client: client), by: player?.actor ?? .scheduler, at: now)
    {
    case .failure(let rejection):
      refuse(rejection, to: connection, id)
    case .success(let position):
      if let superseded = sessions[opened] {
        endedSessions[superseded.connection] = superseded
        open.reply(to: superseded.connection, 0, .goodbye(.superseded))
      }
      let requester = Requester(actor: opened.actor, role: .player)
      let session = Session(
        connection: connection, requester: requester, id: SessionID(position.rawValue))
      sessions[opened] = session
      welcome(session, id: id, at: now)
    }
  }

  /// Tells somebody who signed in how things stand.
  mutating func welcome(_ session: Session, id: UInt64, at now: Timestamp) {
    let opening = Opening(
      position: open.entries.lastPosition, time: now, world: world.regions.world.name,
      hasProfile: world.players.standing(of: session.requester.player) == .active,
      role: world.role(of: session.requester) ?? .player)
    open.reply(to: session.connection, id, .opened(session, opening))
  }

  /// Ends a session.
  ///
  /// A session that was superseded has ended already.
  mutating func close(_ session: Session, end: SessionEnd, at now: Timestamp) {
    endedSessions[session.connection] = session
    viewers[session.connection] = nil
    guard session.requester.role == .player else { return }
    let player = session.requester.player
    guard sessions[player]?.connection == session.connection else { return }
    sessions[player] = nil
    enter(.closeSession(session.id, player: player, end: end), by: session.requester.actor, at: now)
  }

  /// Ends the sessions of those who watch what their new role may not watch, in the order in which
  /// the roles changed, and tells each client.
  mutating func closeDemotedSessions(at now: Timestamp) {
    let players = playersOfOtherRole
    playersOfOtherRole.removeAll(keepingCapacity: true)
    for player in players {
      guard let session = sessions[player],
        watchers.topics(of: session.connection)
          .contains(where: { !world.permits($0.allowed, session.requester) })
      else { continue }
      close(session, end: .roleChanged, at: now)
      open.reply(to: session.connection, 0, .goodbye(.roleChanged))
    }
  }

  /// Ends every session, in the order of players, and tells each client.
  mutating func closeAllSessions(end: SessionEnd) {
    let now = tick()
    for player in sessions.keys.sorted() {
      guard let session = sessions[player] else { continue }
      close(session, end: end, at: now)
      open.reply(to: session.connection, 0, .goodbye(end))
    }
  }
}
