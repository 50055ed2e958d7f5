import EventLog
import Schema
import World

/// What a core does for those who watch a recording: they ask and watch as players do, and leave no
/// trace in its world.
extension EngineCore {
  /// Deals with what came from those who watch.
  ///
  /// - Parameter guest: As whom somebody watches who does not say.
  mutating func show(_ inbound: Inbound, guest: PlayerID) {
    switch inbound {
    case .open(let connection, let id, let credential, _):
      let session = Session(
        connection: connection, requester: credential.viewer(guest: guest),
        id: SessionID(UInt64(0)))
      viewers[connection] = session
      welcome(session, id: id, at: tick())
    case .requests(let session, let requests):
      for request in requests { show(request, to: session) }
    case .closed(let session, _):
      open.deferred.removeAll { $0.session.connection == session.connection }
      leave(session)
    case .idle, .active:
      break
    }
  }

  private mutating func show(_ request: Request, to session: Session) {
    switch request {
    case .command(let id, _, let command):
      counts.commands.count(command.kind, .rejected)
      reject(.readOnly, to: session.connection, id)
    case .query, .subscribe, .unsubscribe:
      open.deferred.append(OpenBatch.Deferred(session: session, request: request))
    case .farewell(let id):
      leave(session)
      open.reply(to: session.connection, id, .goodbye(.farewell))
    }
  }

  private mutating func leave(_ session: Session) {
    endedSessions[session.connection] = session
    viewers[session.connection] = nil
  }

  /// Tells everybody who watches that the recording is over.
  mutating func tellEnd() {
    for connection in viewers.keys { open.reply(to: connection, 0, .over) }
  }
}

extension Credential {
  /// As whom somebody watches; player 0 is a guest who came back.
  fileprivate func viewer(guest: PlayerID) -> Requester {
    switch self {
    case .newPlayer, .player(PlayerID(UInt64(0))): Requester(actor: guest.actor, role: .player)
    case .player(let player): Requester(actor: player.actor, role: .player)
    case .operator: Requester(actor: .operator, role: .operator)
    }
  }
}
