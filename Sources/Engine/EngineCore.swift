import EventLog
import Metrics
import Schema
import SwiftProtobuf
import World

/// The engine without its threads: what comes in goes through decide and fold into the open batch,
/// and a batch is sealed when the committer is free.
///
/// It owns the world. It reads its clock and nothing else from outside, so that a seeded clock and
/// a seeded order of calls make a run that can be repeated. One thread at a time.
struct EngineCore: ~Copyable {
  /// The state after the last entry of the open batch: ahead of what is durable, and so of what
  /// anybody may be told.
  private(set) var world: World
  /// The writer's term.
  let epoch: Epoch
  /// The regions; fixed at the founding.
  let grid: Grid
  /// Why commands are refused at present; nil while they are accepted.
  var refusal: Rejection?

  var open: OpenBatch
  var watchers = Watchers()
  /// The session that each connected player has.
  var sessions: [PlayerID: Session] = [:]
  /// Sessions that ended in the open batch.
  ///
  /// They watch until it is sealed, since their connections are told that they were shown all of it.
  var endedSessions: [Connection: Session] = [:]
  /// The sessions of those who are not in the world: operators, and whoever watches a recording.
  var viewers: [Connection: Session] = [:]
  /// Players who came into another region in the open batch and whose clients go with them.
  var movedPlayers: Set<PlayerID> = []
  /// The end of the batch in which each player last came into another region with a client following.
  var lastMoves: [PlayerID: Position] = [:]
  /// Where this term began: before it, what clients were told is not known.
  let began: Position
  /// Players who came to another role by the entry just appended, and may watch what they may not
  /// watch any more.
  var playersOfOtherRole: [PlayerID] = []
  /// How far back the log reaches, and so from where a client can resume.
  let reach: LogReach

  /// What it counts, for any thread to read.
  let counts = EngineCounts()
  private var rejectionTally: CodeTally

  /// The time of the last entry, or a later one already taken.
  private(set) var timeOfLastEntry: Timestamp

  private let clock: any Clock
  private let seed: UInt64
  private var outletCount = 0
  private var rejections = RecentRejections()
  private var decision = Decision()
  private var writer = WireWriter()
  private var kinds: [EventKind] = []
  private var audiences: [Audience] = []

  /// Takes over a recovered world.
  init(_ recovered: consuming RecoveredWorld, clock: any Clock) {
    epoch = recovered.epoch
    timeOfLastEntry = recovered.lastTime
    reach = recovered.reach
    began = recovered.lastPosition
    grid = recovered.world.regions.grid
    seed = recovered.world.regions.world.seed
    open = OpenBatch(
      after: recovered.lastPosition, epoch: recovered.epoch, outlets: 0, reservingBytes: 1 << 12)
    self.clock = clock
    rejectionTally = CodeTally(counts.rejections)
    world = recovered.world
  }

  /// Says how many outlets replies go to.
  ///
  /// While the open batch is empty.
  mutating func attach(outlets: Int) {
    precondition(open.isEmpty, "outlets are attached before anything is replied")
    outletCount = outlets
    open.replies = Array(repeating: [], count: outlets)
  }

  /// The position of the next entry.
  var nextPosition: Position { open.entries.lastPosition.next }

  /// Whether there is anything to commit, to tell or to forget.
  var hasWork: Bool { !open.isEmpty || !endedSessions.isEmpty }

  /// Whether the world is as the last sealed batch left it.
  var isBetweenBatches: Bool { open.entries.isEmpty }

  /// When the next job is due; nil when none is.
  var nextDue: Timestamp? { world.scheduler.nextDue }

  /// Takes the time: the clock's, but never before that of the last entry.
  mutating func tick() -> Timestamp {
    timeOfLastEntry = max(timeOfLastEntry, clock.now())
    return timeOfLastEntry
  }

  /// Deals with what came from outside.
  mutating func handle(_ inbound: Inbound) {
    let now = tick()
    switch inbound {
    case .open(let connection, let id, let credential, let client):
      openSession(on: connection, id: id, credential: credential, client: client, at: now)
    case .requests(let session, let requests):
      for request in requests { handle(request, of: session, at: now) }
    case .closed(let session, let end):
      close(session, end: end, at: now)
    case .idle(let session):
      enter(.markIdle(session.requester.player), by: session.requester.actor, at: now)
    case .active(let session):
      enter(.markActive(session.requester.player), by: session.requester.actor, at: now)
    }
  }

  private mutating func handle(_ request: Request, of session: Session, at now: Timestamp) {
    switch request {
    case .command(let id, let commandID, let command):
      submit(command, commandID, id: id, of: session, at: now)
    case .query, .subscribe, .unsubscribe:
      open.deferred.append(OpenBatch.Deferred(session: session, request: request))
    case .farewell(let id):
      close(session, end: .farewell, at: now)
      open.reply(to: session.connection, id, .goodbye(.farewell))
    }
  }

  /// Fires jobs that are due, at most `limit`, each as an entry of its own.
  ///
  /// A job that finds nothing to be done is put off until when it says.
  ///
  /// - Throws: ``EngineFault`` when a firing leaves its job due: it would fire for ever.
  mutating func fireDue(limit: Int) throws(EngineFault) {
    let now = tick()
    defer { counts.nextDue.set(nextDue?.microseconds ?? .max) }
    for _ in 0..<limit {
      guard let job = world.scheduler.next(dueBy: now) else { return }
      if case .failure = enter(.fire(job), by: .scheduler, at: now), let time = decision.nextLook {
        world.scheduler.putOff(job, until: time)
      } else {
        counts.jobsFired.add()
      }
      if world.scheduler.next(dueBy: now) == job {
        throw .stuckJob(job)
      }
    }
  }

  // MARK: Entries

  /// Decides a client's command and answers it, unless it took effect before.
  private mutating func submit(
    _ command: Command, _ commandID: CommandID, id: UInt64, of session: Session, at now: Timestamp
  ) {
    let actor = session.requester.actor
    if let position = world.retries.position(of: commandID, by: actor) {
      counts.commands.count(command.kind, .repeated)
      open.reply(to: session.connection, id, .acknowledged(position))
      return
    }
    if let rejection = rejections.find(commandID, by: actor) ?? refusal {
      counts.commands.count(command.kind, .rejected)
      reject(rejection, to: session.connection, id)
      return
    }
    do throws(Rejection) {
      decision.clear()
      try world.decide(command, context(session.requester, at: now), &decision)
      let position = try append(by: actor, commandID, at: now)
      counts.commands.count(command.kind, .accepted)
      open.reply(to: session.connection, id, .acknowledged(position))
      if !playersOfOtherRole.isEmpty { closeDemotedSessions(at: now) }
    } catch {
      rejections.remember(error, commandID, by: actor)
      counts.commands.count(command.kind, .rejected)
      reject(error, to: session.connection, id)
    }
  }

  /// Answers a request that is refused.
  mutating func reject(_ rejection: Rejection, to connection: Connection, _ id: UInt64) {
    rejectionTally.count(rejection.code)
    open.reply(to: connection, id, .rejected(rejection))
  }

  /// Answers a sign-in that is refused.
  mutating func refuse(_ rejection: Rejection, to connection: Connection, _ id: UInt64) {
    rejectionTally.count(rejection.code)
    open.reply(to: connection, id, .refused(rejection))
  }

  /// Decides what the server itself asks for; nothing happens where there is nothing to be done.
  @discardableResult
  mutating func enter(
    _ command: ServerCommand, by actor: ActorID, at now: Timestamp
  ) -> Result<Position, Rejection> {
    do throws(Rejection) {
      decision.clear()
      let requester = Requester(actor: actor, role: .server)
      try world.decide(command, context(requester, at: now), &decision)
      return .success(try append(by: decision.enrolledPlayer?.actor ?? actor, .none, at: now))
    } catch {
      return .failure(error)
    }
  }

  func context(_ requester: Requester, at now: Timestamp) -> DecisionContext {
    DecisionContext(requester: requester, now: now, position: nextPosition, seed: seed)
  }

  /// Adds the decided events to the open batch as one entry, folds them, and notes who is to see
  /// them.
  private mutating func append(
    by actor: ActorID, _ commandID: CommandID, at now: Timestamp
  ) throws(Rejection) -> Position {
    guard !decision.events.isEmpty else { throw .nothingToDo }
    kinds.removeAll(keepingCapacity: true)
    for event in decision.events {
      if let kind = event.kind { kinds.append(kind) }
    }
    writer.clear()
    writer.append(payload: decision.events)
    let position: Position
    do {
      position = try open.entries.append(
        time: now, actor: actor, commandID: commandID, kinds: kinds, payload: writer.bytes)
    } catch {
      throw .entryTooLarge
    }
    for text in decision.texts {
      open.texts.keep(
        KeptText(
          position: position, event: text.event, player: text.player, time: now, text: text.text))
    }
    for erased in decision.erasures { open.texts.erase(textsOf: erased) }
    world.fold(
      decision.events[...],
      of: EntryStamp(position: position, time: now, actor: actor, commandID: commandID))
    if !watchers.isEmpty { show(decision.events) }
    return position
  }

  /// Adds an entry that was decided before, folds it, and notes who is to see it: as it is stored, or
  /// as it is read today.
  ///
  /// - Precondition: It follows the last entry.
  /// - Throws: ``EngineFault`` of code `damaged`; everything is as it was then.
  mutating func take(
    stored entry: EntryView, _ upcasters: Upcasters = .current
  ) throws(EngineFault) {
    var events: [Event] = []
    try LogFolder.append(entry, to: &events, upcasters)
    guard events.count <= Decision.eventsMax else {
      throw .unplayable(
        entry.position, "it has \(events.count) events, more than an entry can have")
    }
    if upcasters.concern(entry) {
      writer.clear()
      writer.append(payload: events)
      do {
        try open.entries.append(
          time: entry.time, actor: entry.actor, commandID: entry.commandID,
          kinds: events.compactMap(\.kind), payload: writer.bytes)
      } catch {
        throw .unplayable(entry.position, "what it is read as today makes no entry: \(error)")
      }
    } else {
      open.entries.append(stored: entry)
    }
    timeOfLastEntry = max(timeOfLastEntry, entry.time)
    world.fold(events[...], of: EntryStamp(entry))
    if !watchers.isEmpty { show(events) }
    // Whoever watches a recording may watch all of it, whatever a player's role becomes.
    playersOfOtherRole.removeAll(keepingCapacity: true)
  }

  /// Files the events just appended under the topics that somebody watches.
  private mutating func show(_ events: [Event]) {
    for (index, event) in events.enumerated() {
      if let player = event.playerChangingRegion, watchers.isFollowed(player) {
        movedPlayers.insert(player)
      }
      if let player = event.playerOfOtherRole { playersOfOtherRole.append(player) }
      audiences.removeAll(keepingCapacity: true)
      event.addAudience(to: &audiences)
      if watchers.watches(.operators) {
        open.show(event: index, of: events.count, to: .operators)
      }
      for audience in audiences {
        audience.forEachTopic(in: grid) { topic in
          guard watchers.watches(topic) else { return }
          open.show(event: index, of: events.count, to: topic)
        }
      }
    }
  }

  // MARK: Sealing

  /// Closes the open batch and begins the next: takes along who follows, answers what was deferred, and gathers
  /// what each outlet is to be told.
  mutating func seal() -> SealedBatch {
    // Who follows goes along before anybody begins to: who asks for the surroundings once more would have those that
    // it left for ever.
    moveFollowers()
    answerDeferred()
    forgetEndedSessions()
    let next = OpenBatch(
      after: open.entries.lastPosition, epoch: epoch, outlets: outletCount,
      reservingBytes: max(1 << 12, open.entries.bytes.count))
    let sealed = replaceOpen(with: next)
    let publication =
      sealed.visible.isEmpty
      ? nil
      : Publication(
        batch: sealed.entries, entries: sealed.visible, texts: sealed.texts.kept)
    let through = sealed.entries.lastPosition
    let deliveries = sealed.replies.map { replies in
      publication == nil && replies.isEmpty
        ? nil : Delivery(publication: publication, replies: replies, through: through)
    }
    return SealedBatch(
      entries: sealed.entries, texts: sealed.texts, asksForTexts: sealed.asksForTexts,
      deliveries: deliveries)
  }

  private mutating func replaceOpen(with next: consuming OpenBatch) -> OpenBatch {
    swap(&open, &next)
    return next
  }

  /// Takes what changed in the projections since the last call.
  mutating func visitProjections<Visitor: ProjectionVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try world.visitProjections(&visitor)
  }
}

extension Decision {
  /// The player that the entry gives a number to: the actor of its own first entry.
  fileprivate var enrolledPlayer: PlayerID? {
    for event in events {
      if case .players(let players) = event.system,
        case .playerEnrolled(let enrolled) = players.event
      {
        return PlayerID(enrolled.player)
      }
    }
    return nil
  }
}

extension Event {
  /// The player whose role is another after the event than before, or may be.
  fileprivate var playerOfOtherRole: PlayerID? {
    guard case .players(let players) = system else { return nil }
    return switch players.event {
    case .roleChanged(let changed): PlayerID(changed.player)
    case .profileRetired(let retired): PlayerID(retired.player)
    case .playerEnrolled, .profileCreated, .profileChanged, nil: nil
    }
  }

  /// The player that is in another region after the event than before.
  fileprivate var playerChangingRegion: PlayerID? {
    guard case .movement(let movement) = system else { return nil }
    return switch movement.event {
    case .playerPlaced(let placed): PlayerID(placed.player)
    case .borderCrossed(let crossed): PlayerID(crossed.player)
    case .playerRemoved(let removed): PlayerID(removed.player)
    case .moveStarted, .moveStopped, nil: nil
    }
  }
}
