package import EventLog
package import Schema
import World

/// What a client asks for once it is signed in.
package enum Request: Sendable {
  /// A command, and the id that makes it safe to send again.
  case command(id: UInt64, commandID: CommandID, Command)
  /// A question.
  case query(id: UInt64, Query)
  /// Topics to watch: from their state, or from what followed a position.
  case subscribe(id: UInt64, [Topic], after: Position?)
  /// Topics to watch no more.
  case unsubscribe(id: UInt64, [Topic])
  /// The session is to end.
  case farewell(id: UInt64)
}

/// What reaches the engine from outside.
///
/// One connection's arrive in the order they were sent.
package enum Inbound: Sendable {
  /// Somebody proved who they are.
  case open(Connection, id: UInt64, Credential, client: String)
  /// A session's requests, as many as one read from its socket held.
  case requests(Session, [Request])
  /// A connection is gone, or is being closed.
  ///
  /// Nothing more comes of it.
  case closed(Session, SessionEnd)
  /// The session sent no command for as long as the rules allow.
  case idle(Session)
  /// The idle session sent something again.
  case active(Session)

  /// How many places it takes in the inbox.
  var weight: Int {
    if case .requests(_, let requests) = self { requests.count } else { 1 }
  }
}
