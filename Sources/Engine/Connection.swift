package import World

/// A client's connection as the engine knows it: a number and the outlet that reaches it.
package struct Connection: Hashable, Sendable {
  /// Unique among those of its outlet while the process lives; given by the gateway.
  package let id: UInt64
  /// The number that ``Engine/addOutlet(_:)`` gave to the outlet that reaches it.
  package let outlet: Int

  /// A connection reached by an outlet.
  package init(id: UInt64, outlet: Int) {
    self.id = id
    self.outlet = outlet
  }
}

/// Who signed in on a connection.
///
/// The gateway passes it along with every request.
package struct Session: Sendable {
  /// The connection.
  package let connection: Connection
  /// Who asks.
  package let requester: Requester
  /// The session's number; 0 for an operator, who is not in the world.
  package let id: SessionID

  /// A session of somebody signed in.
  package init(connection: Connection, requester: Requester, id: SessionID) {
    self.connection = connection
    self.requester = requester
    self.id = id
  }
}

/// Who somebody proved to be.
///
/// What proves it is the gateway's matter.
package enum Credential: Sendable {
  /// Nobody yet: a number is given.
  case newPlayer
  /// A player.
  case player(PlayerID)
  /// Somebody who runs the world.
  case `operator`
}
