package import EventLog
package import Schema
import SwiftProtobuf

/// Who asks.
package struct Requester: Hashable, Sendable {
  /// As what the sender comes: what its credential says.
  ///
  /// A player may have been given more in the world since; ``World/role(of:)`` knows.
  package enum Role: Hashable, Sendable {
    /// A player, whose role the world knows.
    case player
    /// The bearer of the operator's token, who is in no world and whose role nobody can change.
    case `operator`
    /// The server itself: sessions, scheduled firings.
    case server
  }

  /// Who causes what comes of it.
  package let actor: ActorID
  /// As what the sender comes.
  package let role: Role

  /// A sender.
  package init(actor: ActorID, role: Role) {
    self.actor = actor
    self.role = role
  }

  /// The scheduler.
  package static var scheduler: Self { Self(actor: .scheduler, role: .server) }

  /// The sender as a player; meaningful in the role of one.
  package var player: PlayerID { PlayerID(actor.rawValue) }
}

/// What `decide` may know besides the command and the world: all that is not determined by them.
package struct DecisionContext: Sendable {
  /// Who asks.
  package let requester: Requester
  /// The clock's reading; never earlier than the last entry's time.
  package let now: Timestamp
  /// The position that the entry will have.
  package let position: Position
  /// The world's seed.
  package let seed: UInt64

  /// The facts of one decision.
  package init(requester: Requester, now: Timestamp, position: Position, seed: UInt64) {
    self.requester = requester
    self.now = now
    self.position = position
    self.seed = seed
  }

  /// A generator for one purpose.
  ///
  /// The same seed, position and purpose draw the same numbers.
  package func random(for purpose: RandomPurpose) -> DeterministicRandom {
    DeterministicRandom(seed: seed, stream: position.rawValue, purpose: purpose)
  }
}

/// A text that goes with an event of the entry being decided, beside it.
package struct DecidedText: Hashable, Sendable {
  /// Which of the entry's events, counted from 0.
  package let event: Int
  /// Whose personal data it is.
  package let player: PlayerID
  /// The text; not empty.
  package let text: String
}

/// What is decided: the events of the entry, in order, and what happens beside them.
package struct Decision: Sendable {
  /// How many events an entry may have: what one machine word can mark.
  package static let eventsMax = 64

  /// The events so far.
  package private(set) var events: [Event] = []

  /// The texts that go with the events, by event; at most one an event.
  package private(set) var texts: [DecidedText] = []
  /// The entries whose texts are to be erased.
  package private(set) var erasures: [Position] = []
  /// When a job by which nothing came about is looked at again; nil where something did.
  package private(set) var nextLook: WorldTime?

  /// Nothing decided yet.
  package init() {}

  /// Forgets the events and keeps the memory.
  package mutating func clear() {
    events.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    erasures.removeAll(keepingCapacity: true)
    nextLook = nil
  }

  /// Adds an event of the Players system.
  package mutating func players(_ event: PlayersEvent.OneOf_Event) {
    add(.players(.with { $0.event = event }))
  }

  /// Adds an event of the Presence system.
  package mutating func presence(_ event: PresenceEvent.OneOf_Event) {
    add(.presence(.with { $0.event = event }))
  }

  /// Adds an event of the Regions system.
  package mutating func regions(_ event: RegionsEvent.OneOf_Event) {
    add(.regions(.with { $0.event = event }))
  }

  /// Adds an event of the Movement system.
  package mutating func movement(_ event: MovementEvent.OneOf_Event) {
    add(.movement(.with { $0.event = event }))
  }

  /// Adds an event of the Inventory system.
  package mutating func inventory(_ event: InventoryEvent.OneOf_Event) {
    add(.inventory(.with { $0.event = event }))
  }

  /// Adds an event of the Trade system.
  package mutating func trade(_ event: TradeEvent.OneOf_Event) {
    add(.trade(.with { $0.event = event }))
  }

  /// Adds an event of the Leaderboards system.
  package mutating func leaderboards(_ event: LeaderboardsEvent.OneOf_Event) {
    add(.leaderboards(.with { $0.event = event }))
  }

  /// Adds an event of the Chat system.
  package mutating func chat(_ event: ChatEvent.OneOf_Event) {
    add(.chat(.with { $0.event = event }))
  }

  /// Adds an event of the WorldClock system.
  package mutating func worldClock(_ event: WorldClockEvent.OneOf_Event) {
    add(.worldClock(.with { $0.event = event }))
  }

  /// Adds an event of the Harmony system.
  package mutating func harmony(_ event: HarmonyEvent.OneOf_Event) {
    add(.harmony(.with { $0.event = event }))
  }

  /// Adds an event of the Echoes system.
  package mutating func echoes(_ event: EchoesEvent.OneOf_Event) {
    add(.echoes(.with { $0.event = event }))
  }

  /// Adds an event of the Progress system.
  package mutating func progress(_ event: ProgressEvent.OneOf_Event) {
    add(.progress(.with { $0.event = event }))
  }

  /// Adds an event of the Weather system.
  package mutating func weather(_ event: WeatherEvent.OneOf_Event) {
    add(.weather(.with { $0.event = event }))
  }

  /// Adds an event of the Ecosystem system.
  package mutating func ecosystem(_ event: EcosystemEvent.OneOf_Event) {
    add(.ecosystem(.with { $0.event = event }))
  }

  /// Adds an event of the Melodies system.
  package mutating func melodies(_ event: MelodiesEvent.OneOf_Event) {
    add(.melodies(.with { $0.event = event }))
  }

  /// Gives the event added last a text: personal data, which is kept apart from the log and can be
  /// erased.
  ///
  /// - Parameters:
  ///   - text: The text; not empty.
  ///   - player: Whose data it is.
  package mutating func text(_ text: String, of player: PlayerID) {
    precondition(!events.isEmpty, "a text goes with an event")
    texts.append(DecidedText(event: events.count - 1, player: player, text: text))
  }

  /// Has the texts of an earlier entry erased.
  ///
  /// That is done before this entry is durable, so that nobody is told of an erasure that a crash
  /// undid.
  package mutating func erase(textsOf position: Position) {
    erasures.append(position)
  }

  /// Says that a job by the world's clock finds nothing to be done, and when to look again.
  ///
  /// - Precondition: There are no events, and the time is later than the job was due.
  package mutating func lookAgain(at time: WorldTime) {
    precondition(events.isEmpty, "a job that did something is not put off")
    nextLook = time
  }

  private mutating func add(_ system: Event.OneOf_System) {
    precondition(events.count < Self.eventsMax, "a rule decided more events than an entry may have")
    events.append(.with { $0.system = system })
  }
}
