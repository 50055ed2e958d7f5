import EventLog
import Projection
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// A founded world with a clock of its own, which decides, folds and keeps entries as an engine
/// does, and checks every invariant after each.
final class WorldFixture {
  var world = World()
  /// The clock; tests move it by ``wait(_:)``.
  private(set) var now = Timestamp(microseconds: 1_700_000_000_000_000)
  /// Every entry so far.
  private(set) var entries: [StoredEntry] = []
  /// Whether invariants are checked after each entry.
  ///
  /// They cost in proportion to the world.
  var isChecking = true
  private var nextCommandID: UInt64 = 1

  init(_ file: WorldFile = .small, seed: UInt64 = 7) throws {
    for decision in try Founding.entries(for: file, seed: seed) {
      commit(decision.events, actor: .operator, commandID: .none)
    }
  }

  /// The position that the next entry will have.
  var nextPosition: Position { Position(UInt64(entries.count + 1)) }

  /// Decides a player's command and folds what comes of it.
  @discardableResult
  func run(_ command: Command, by player: PlayerID) throws(Rejection) -> [Event] {
    try run(command, by: Requester(actor: player.actor, role: .player))
  }

  /// Decides an operator's command and folds what comes of it.
  @discardableResult
  func runAsOperator(_ command: Command) throws(Rejection) -> [Event] {
    try run(command, by: Requester(actor: .operator, role: .operator))
  }

  /// Decides a command and folds what comes of it.
  @discardableResult
  func run(_ command: Command, by requester: Requester) throws(Rejection) -> [Event] {
    var decision = Decision()
    try world.decide(command, context(requester), &decision)
    defer { nextCommandID += 1 }
    commit(decision.events, actor: requester.actor, commandID: CommandID(nextCommandID))
    return decision.events
  }

  /// Decides what the server asks for and folds what comes of it.
  @discardableResult
  func serve(_ command: ServerCommand) throws(Rejection) -> [Event] {
    var decision = Decision()
    try world.decide(command, context(.scheduler), &decision)
    if let time = decision.nextLook, case .fire(let job) = command {
      world.scheduler.putOff(job, until: time)
    } else {
      commit(decision.events, actor: .scheduler, commandID: .none)
    }
    return decision.events
  }

  /// Answers a player's query.
  func ask(_ query: Query, by player: PlayerID) throws(Rejection) -> Answer {
    try world.answer(query, context(Requester(actor: player.actor, role: .player)))
  }

  /// Answers an operator's query.
  func askAsOperator(_ query: Query) throws(Rejection) -> Answer {
    try world.answer(query, context(Requester(actor: .operator, role: .operator)))
  }

  /// Lets time pass, and every job that falls due meanwhile fire at its time.
  func wait(_ microseconds: Int64) {
    let end = now + microseconds
    while let job = world.scheduler.next(dueBy: end) {
      now = max(now, world.scheduler.nextDue ?? now)
      do {
        try serve(.fire(job))
      } catch {
        Issue.record("a job that is due was refused: \(error)")
        break
      }
    }
    now = end
  }

  /// Lets time pass in which nothing fires, as when the server is down or busy.
  func sleep(_ microseconds: Int64) {
    now = now + microseconds
  }

  /// Fires every job that is due by now, late as it may be.
  func catchUp() {
    wait(0)
  }

  /// Signs somebody new in.
  func enrol() throws(Rejection) -> PlayerID {
    try serve(.openSession(player: nil, client: "test"))
    return PlayerID(world.players.next.rawValue - 1)
  }

  /// Signs somebody new in and gives them a profile.
  func newPlayer(_ name: String, home: UInt32 = 1) throws(Rejection) -> PlayerID {
    let player = try enrol()
    try run(.createProfile(name, home: home), by: player)
    return player
  }

  /// Signs a player in again.
  @discardableResult
  func connect(_ player: PlayerID) throws(Rejection) -> [Event] {
    try serve(.openSession(player: player, client: "test"))
  }

  /// Ends the player's session.
  @discardableResult
  func disconnect(
    _ player: PlayerID, end: SessionEnd = .farewell
  ) throws(Rejection) -> [Event] {
    let session = world.presence.session(of: player) ?? SessionID(UInt64(0))
    return try serve(.closeSession(session, player: player, end: end))
  }

  /// Puts the player at a place by walking there.
  func walk(_ player: PlayerID, to place: Point) throws(Rejection) {
    guard world.movement.place(of: player, at: now) != place else { return }
    try run(.startMove(to: place, speed: 10_000), by: player)
    wait(world.movement.row(of: player)?.durationUs ?? 0)
  }

  /// When the next job is due.
  var nextDue: Timestamp? { world.scheduler.nextDue }

  /// The player's open session.
  func session(of player: PlayerID) -> SessionID? {
    world.presence.session(of: player)
  }

  /// Whether the player has an open session.
  func isConnected(_ player: PlayerID) -> Bool {
    world.presence.isConnected(player)
  }

  /// Whether the player is connected and idle.
  func isIdle(_ player: PlayerID) -> Bool {
    world.presence.isIdle(player)
  }

  /// The connected players who stand in a region.
  func players(in region: RegionID) -> [PlayerID] {
    world.presence.players(in: region)
  }

  /// The player's profile now.
  func profile(of player: PlayerID) -> ProfileRow? {
    world.players.profile(of: player)
  }

  /// Where the player is and is heading.
  func movement(of player: PlayerID) -> MovementRow? {
    world.movement.row(of: player)
  }

  /// Where the player is now.
  func place(of player: PlayerID) -> Point? {
    world.movement.place(of: player, at: now)
  }

  /// What a sender would be told now.
  func context(_ requester: Requester) -> DecisionContext {
    DecisionContext(
      requester: requester, now: now, position: nextPosition, seed: world.regions.world.seed)
  }

  /// Folds an entry, decided or not, and keeps it.
  func commit(_ events: [Event], actor: ActorID, commandID: CommandID) {
    let stamp = EntryStamp(position: nextPosition, time: now, actor: actor, commandID: commandID)
    entries.append(StoredEntry(stamp: stamp, events: events))
    world.fold(events[...], of: stamp)
    guard isChecking else { return }
    let violations = world.violations()
    #expect(violations.isEmpty, "after \(events)")
  }
}

/// An entry as a log keeps it: the events as bytes.
struct StoredEntry {
  let stamp: EntryStamp
  let payload: [UInt8]

  init(stamp: EntryStamp, events: [Event]) {
    self.stamp = stamp
    do {
      payload = try Payload.with { $0.events = events }.serializedBytes()
    } catch {
      preconditionFailure("events without required fields always encode: \(error)")
    }
  }

  /// The events, read back.
  func events() throws -> [Event] {
    try Payload(serializedBytes: payload).events
  }
}
