package import EventLog
package import Schema
package import World

/// What reaches connections: one event loop in the gateway, or a test.
package protocol Outlet: AnyObject, Sendable {
  /// Takes what a durable batch brought to this outlet's connections.
  ///
  /// Called in the order of the log, on one thread, which it must not hold up.
  func deliver(_ delivery: Delivery)

  /// Whether it can be given more at present: what was delivered and is not worked off is within a bound.
  ///
  /// Whoever makes batches waits while it has none, so that nothing piles up before an outlet that is
  /// slower than the others. When it has room again, it wakes the engine. Of any thread.
  var hasRoom: Bool { get }

  /// Calls `body` once this outlet's connections have read most of what was delivered, or have had
  /// the time to; on any thread.
  ///
  /// For whoever could deliver faster than it is read, and need not.
  func whenRead(_ body: @escaping @Sendable () -> Void)
}

extension Outlet {
  /// Always, where nothing waits.
  package var hasRoom: Bool { true }

  /// At once, where nothing has to be read.
  package func whenRead(_ body: @escaping @Sendable () -> Void) { body() }
}

/// What a batch brought to one outlet's connections.
///
/// All of it is durable.
package struct Delivery: Sendable {
  /// What watchers are to see; nil when nobody watches.
  ///
  /// It comes before the replies, so that whoever is told a position has been sent everything up to
  /// it.
  package let publication: Publication?
  /// The replies, each connection's in the order of its requests' ends.
  package let replies: [Reply]
  /// The last entry that is durable; whatever anybody may see up to here is in this publication or in
  /// one that was delivered before.
  package let through: Position
}

/// A reply to one request, or a message of the server's own with id 0.
package struct Reply: Sendable {
  /// To whom.
  package let connection: Connection
  /// The request's id.
  package let id: UInt64
  /// What.
  package let body: Body

  /// What is replied.
  package enum Body: Sendable {
    /// The command took effect, in the entry at this position.
    case acknowledged(Position)
    /// The command or query was refused.
    indirect case rejected(Rejection)
    /// The query's answer.
    indirect case answered(Answer)
    /// Signed in.
    indirect case opened(Session, Opening)
    /// Sign-in was refused; the connection closes.
    indirect case refused(Rejection)
    /// Watching: the connection is filed under the topics from here on.
    indirect case subscribed(Subscription)
    /// The connection is taken from under the topics.
    case unsubscribed([DeliveryTopic])
    /// The player came into another region: one topic takes the place of another.
    ///
    /// The id is 0.
    indirect case moved(from: DeliveryTopic, to: Subscription)
    /// The session is closed; the connection closes next.
    case goodbye(SessionEnd)
    /// The recording that was watched is over; the connection closes next.
    case over
  }
}

/// What somebody is told who signed in.
package struct Opening: Sendable {
  /// The last position at sign-in.
  package let position: Position
  /// The clock's reading at sign-in.
  package let time: Timestamp
  /// The world's name.
  package let world: String
  /// Whether the player has a profile.
  package let hasProfile: Bool
  /// The role at sign-in.
  package let role: Role
}

/// What a connection watches from a position on.
package struct Subscription: Sendable {
  /// What it is to be filed under.
  package let topics: [DeliveryTopic]
  /// The states are those after this position, and what is published from here on follows it.
  package let position: Position
  /// Where the client left off, when what it missed is to be read from the log; nil when it begins
  /// with the states.
  package let resumeAfter: Position?
  /// The topics' states.
  ///
  /// On a resume, only that of the surroundings, for a client whose player has changed its region
  /// meanwhile, or shortly before.
  package let states: [TopicState]
  /// On a resume, whether the player came into other surroundings so shortly before the client left off
  /// that the client may have been shown the way there and not have been told where it leads.
  package var mayHaveMissedMove = false
}
