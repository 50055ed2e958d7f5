package import EventLog
package import Projection

/// The state of everything: the projections of all systems, as of one position.
///
/// It changes by ``fold(_:of:into:)`` alone. It has one owner, and no copy can be made by accident.
package struct World: ~Copyable {
  /// The ground, its grid and its rules.
  package var regions = Regions()
  /// Who takes part.
  package var players = Players()
  /// Who is connected.
  package var presence = Presence()
  /// Where players are.
  package var movement = Movement()
  /// What players own and what lies about.
  package var inventories = Inventories()
  /// Which trades are open.
  package var trades = Trades()
  /// What players say to one another.
  package var chats = Chats()
  /// What is due.
  package var scheduler = Scheduler()
  /// Which commands took effect.
  package var retries = Retries()
  /// Who has most of something.
  package var leaderboards = Leaderboards()
  /// What time it is in the world.
  package var worldClock = WorldClock()
  /// How whole the song is in each region.
  package var harmony = Harmony()
  /// What players have earned.
  package var progress = Progress()
  /// What the sky does in each region.
  package var weather = Weather()
  /// What lives in each region.
  package var ecosystem = Ecosystem()
  /// What players have composed, and what they are about to perform.
  package var melodies = Melodies()
  /// The beings that embody parts of the song.
  package var echoes = Echoes()

  /// Nothing, and the reason why a world is handled by its address.
  ///
  /// A field of this type makes the compiler do so. Otherwise it follows each field of a noncopyable value, those of all tables among
  /// them, through every branch of every function that is lent it, and takes five times as long.
  private let addressed: (any Sendable)? = nil

  /// The world before the first entry.
  package init() {}
}

/// What a fold may know of the entry that an event belongs to.
package struct EntryStamp: Sendable {
  /// Where the entry stands.
  package let position: Position
  /// When it was made.
  package let time: Timestamp
  /// Who caused it.
  package let actor: ActorID
  /// The command it came of; none for what the server did of itself.
  package let commandID: CommandID

  /// The facts of one entry.
  package init(position: Position, time: Timestamp, actor: ActorID, commandID: CommandID) {
    self.position = position
    self.time = time
    self.actor = actor
    self.commandID = commandID
  }
}

/// Some of the projections.
///
/// After a crash their images may end at different positions, so that an entry is folded into some.
package struct ProjectionSet: OptionSet, Sendable {
  /// A bit for each projection.
  package let rawValue: UInt32

  /// The projections of these bits.
  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The projection `regions`.
  package static let regions = Self(rawValue: 1 << 0)
  /// The projection `players`.
  package static let players = Self(rawValue: 1 << 1)
  /// The projection `presence`.
  package static let presence = Self(rawValue: 1 << 2)
  /// The projection `movement`.
  package static let movement = Self(rawValue: 1 << 3)
  /// The projection `inventories`.
  package static let inventories = Self(rawValue: 1 << 4)
  /// The projection `trades`.
  package static let trades = Self(rawValue: 1 << 5)
  /// The projection `scheduler`.
  package static let scheduler = Self(rawValue: 1 << 6)
  /// The projection `retries`.
  package static let retries = Self(rawValue: 1 << 7)
  /// The projection `leaderboards`.
  package static let leaderboards = Self(rawValue: 1 << 8)
  /// The projection `chat`.
  package static let chat = Self(rawValue: 1 << 9)
  /// The projection `world_clock`.
  package static let worldClock = Self(rawValue: 1 << 10)
  /// The projection `harmony`.
  package static let harmony = Self(rawValue: 1 << 11)
  /// The projection `ecosystem`.
  package static let ecosystem = Self(rawValue: 1 << 13)
  /// The projection `melodies`.
  package static let melodies = Self(rawValue: 1 << 15)
  /// The projection `progress`.
  package static let progress = Self(rawValue: 1 << 16)
  /// The projection `weather`.
  package static let weather = Self(rawValue: 1 << 12)
  /// The projection `echoes`.
  package static let echoes = Self(rawValue: 1 << 14)
  /// All projections.
  package static let all: Self = [
    .regions, .players, .presence, .movement, .inventories, .trades, .scheduler, .retries,
    .leaderboards, .chat, .worldClock, .harmony, .progress, .weather, .ecosystem, .melodies,
    .echoes,
  ]
}

extension World {
  /// Visits every projection, always in the same order.
  package mutating func visitProjections<Visitor: ProjectionVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&regions, as: .regions)
    try visitor.visit(&players, as: .players)
    try visitor.visit(&presence, as: .presence)
    try visitor.visit(&movement, as: .movement)
    try visitor.visit(&inventories, as: .inventories)
    try visitor.visit(&trades, as: .trades)
    try visitor.visit(&scheduler, as: .scheduler)
    try visitor.visit(&retries, as: .retries)
    try visitor.visit(&leaderboards, as: .leaderboards)
    try visitor.visit(&chats, as: .chat)
    try visitor.visit(&worldClock, as: .worldClock)
    try visitor.visit(&harmony, as: .harmony)
    try visitor.visit(&progress, as: .progress)
    try visitor.visit(&weather, as: .weather)
    try visitor.visit(&ecosystem, as: .ecosystem)
    try visitor.visit(&melodies, as: .melodies)
    try visitor.visit(&echoes, as: .echoes)
  }
}

/// What is done to every projection of the world: load its image, take its changes, digest it.
package protocol ProjectionVisitor {
  /// What may go wrong.
  associatedtype Failure: Error

  /// Visits one projection.
  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(Failure)
}

/// Something that must never be true of the world and is.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
  /// The system that noticed.
  package let system: String
  /// What is wrong, with the numbers that show it.
  package let description: String

  /// A broken invariant.
  package init(system: String, _ description: String) {
    self.system = system
    self.description = description
  }
}

extension World {
  /// Checks every system's invariants; empty when all hold.
  ///
  /// - Complexity: O(rows), sorting included O(rows × log rows).
  package borrowing func violations() -> [Violation] {
    var found: [Violation] = []
    regions.addViolations(to: &found, in: self)
    players.addViolations(to: &found, in: self)
    presence.addViolations(to: &found, in: self)
    movement.addViolations(to: &found, in: self)
    inventories.addViolations(to: &found, in: self)
    trades.addViolations(to: &found, in: self)
    chats.addViolations(to: &found, in: self)
    scheduler.addViolations(to: &found, in: self)
    retries.addViolations(to: &found)
    leaderboards.addViolations(to: &found, in: self)
    worldClock.addViolations(to: &found, in: self)
    harmony.addViolations(to: &found, in: self)
    progress.addViolations(to: &found, in: self)
    weather.addViolations(to: &found, in: self)
    ecosystem.addViolations(to: &found, in: self)
    melodies.addViolations(to: &found, in: self)
    echoes.addViolations(to: &found, in: self)
    return found
  }
}
