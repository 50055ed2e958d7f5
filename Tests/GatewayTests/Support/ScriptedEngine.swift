import Dispatch
import EventLog
import Gateway
import Metrics
import Schema
import SwiftProtobuf
import Synchronization
import World

@testable import Engine

/// An engine that acknowledges every command and does what a test tells it.
///
/// One queue stands for the engine's thread: what comes in and what goes out keeps its order.
final class ScriptedEngine: EngineDoor {
  struct State {
    var outlets: [any Outlet] = []
    var received: [Inbound] = []
    var isFull = false
    var isReady = true
    var holdsReplies = false
    var sessions: [Session] = []
    /// How often it was woken.
    var wakes = 0
    var position = Position.zero
    /// What subscriptions that resume say of it.
    var mayHaveMissedMove = false
    /// The entry that a test waits for.
    var mark: Position?
    var nextPlayer: UInt64 = 1_000
    var retired: Set<PlayerID> = []
    var region = RegionID(UInt64(5))
    var lastTime = Timestamp(microseconds: 1_700_000_000_000_000)
  }

  private let log: any EventLog
  let keptTexts = InMemoryTextStore()
  let state = Mutex(State())
  private let queue = DispatchQueue(label: "engine")
  let grid = Grid(columns: 4, rows: 4, cell: 100_000)
  let idleAfterMicroseconds: Int64

  init(idleAfterMicroseconds: Int64 = 3_600_000_000, log: any EventLog = InMemoryEventLog()) {
    self.idleAfterMicroseconds = idleAfterMicroseconds
    self.log = log
    _ = try? log.takeEpoch()
  }

  var history: any EntryReader { log }
  var texts: any TextStore { keptTexts }
  var position: Position { state.withLock { $0.position } }
  var received: [Inbound] { state.withLock { $0.received } }

  func readiness() -> Readiness {
    Readiness(isReady: state.withLock { $0.isReady }, position: position)
  }

  func addMetrics(to text: inout MetricsText) {
    text.gauge("scripted_position", "The position.", position.rawValue)
  }

  func addOutlet(_ outlet: any Outlet) -> Int {
    state.withLock {
      $0.outlets.append(outlet)
      return $0.outlets.count - 1
    }
  }

  func submit(_ inbound: Inbound) -> Bool {
    let isTaken = state.withLock { state in
      switch inbound {
      case .open, .requests: if state.isFull { return false }
      case .closed, .idle, .active: break
      }
      state.received.append(inbound)
      return true
    }
    if isTaken { queue.async { self.handle(inbound) } }
    return isTaken
  }

  /// It never sleeps.
  func wake() { state.withLock { $0.wakes += 1 } }

  /// Runs something where deliveries are made, after everything submitted before.
  func onQueue<Value: Sendable>(_ body: @Sendable () -> Value) -> Value {
    queue.sync(execute: body)
  }

  private func handle(_ inbound: Inbound) {
    switch inbound {
    case .open(let connection, let id, let credential, _):
      handleOpen(connection, id, credential)
    case .requests(let session, let requests):
      guard !state.withLock({ $0.holdsReplies }) else { return }
      for request in requests { reply(to: request, of: session) }
    case .closed, .idle, .active:
      break
    }
  }

  private func handleOpen(_ connection: Connection, _ id: UInt64, _ credential: Credential) {
    let session = state.withLock { state -> Session? in
      let player: PlayerID
      switch credential {
      case .newPlayer:
        player = PlayerID(state.nextPlayer)
        state.nextPlayer += 1
      case .player(let known):
        if state.retired.contains(known) { return nil }
        player = known
      case .operator:
        return Session(
          connection: connection, requester: Requester(actor: .operator, role: .operator),
          id: SessionID(UInt64(0)))
      }
      return Session(
        connection: connection, requester: Requester(actor: player.actor, role: .player),
        id: SessionID(player.rawValue + 100_000))
    }
    guard let session else {
      let rejection = Rejection(CommonRejection.retired, "The profile is retired.")
      return deliver([Reply(connection: connection, id: id, body: .refused(rejection))])
    }
    state.withLock { $0.sessions.append(session) }
    let opening = Opening(
      position: position, time: Timestamp(microseconds: 1_700_000_000_000_000), world: "Testland",
      hasProfile: false, role: session.requester.role == .operator ? .operator : .player)
    deliver([Reply(connection: connection, id: id, body: .opened(session, opening))])
  }

  private func reply(to request: Request, of session: Session) {
    let connection = session.connection
    switch request {
    case .command(let id, let commandID, let command):
      if command.system == nil {
        let rejection = Rejection.unknownCommand
        deliver([Reply(connection: connection, id: id, body: .rejected(rejection))])
      } else {
        publish(
          [[.moved(session.requester.player, region: 5)]],
          replies: { [Reply(connection: connection, id: id, body: .acknowledged($0))] },
          commandID: commandID)
      }
    case .query(let id, _):
      let answer = Answer.with { $0.position = position.rawValue }
      deliver([Reply(connection: connection, id: id, body: .answered(answer))])
    case .subscribe(let id, let topics, let after):
      let subscription = Subscription(
        topics: topics.map { deliveryTopic($0, of: session) }, position: position,
        resumeAfter: after,
        states: topics.filter { after == nil || $0.topic == .surroundings(.init()) }.map { topic in
          .with { $0.topic = topic }
        }, mayHaveMissedMove: state.withLock { $0.mayHaveMissedMove })
      deliver([Reply(connection: connection, id: id, body: .subscribed(subscription))])
    case .unsubscribe(let id, let topics):
      let left = topics.map { deliveryTopic($0, of: session) }
      deliver([Reply(connection: connection, id: id, body: .unsubscribed(left))])
    case .farewell(let id):
      deliver([Reply(connection: connection, id: id, body: .goodbye(.farewell))])
    }
  }

  private func deliveryTopic(_ topic: Topic, of session: Session) -> DeliveryTopic {
    switch topic.topic {
    case .own, nil: .player(session.requester.player)
    case .surroundings: .surroundings(state.withLock { $0.region })
    case .region(let region): .region(RegionID(region))
    case .everyone: .everyone
    case .operators: .operators
    }
  }

  /// Delivers replies to the connections' outlets.
  func deliver(_ replies: [Reply], publication: Publication? = nil) {
    let outlets = state.withLock { $0.outlets }
    for (number, outlet) in outlets.enumerated() {
      let own = replies.filter { $0.connection.outlet == number }
      if publication != nil || !own.isEmpty {
        outlet.deliver(Delivery(publication: publication, replies: own, through: position))
      }
    }
  }

  /// Appends entries, each a list of events, as one batch, and delivers them with replies that may
  /// tell the last position.
  ///
  /// Call on the queue, or before anything runs.
  func publish(
    _ entries: [[Event]], replies: (Position) -> [Reply] = { _ in [] },
    commandID: CommandID = .none
  ) {
    var batch = EntryBatch(after: position, epoch: Epoch(1))
    var visible: [DeliveryTopic: [Publication.VisibleEntry]] = [:]
    for (index, events) in entries.enumerated() {
      for (topic, mask) in topics(of: events) {
        visible[topic, default: []].append(
          Publication.VisibleEntry(
            index: Int32(index), events: mask, isWhole: mask.nonzeroBitCount == events.count))
      }
      let payload: [UInt8]? = try? Payload.with { $0.events = events }.serializedBytes()
      let time = state.withLock { state in
        state.lastTime = state.lastTime + 1_000
        return state.lastTime
      }
      _ = try? batch.append(
        time: time, actor: ActorID(1_000), commandID: commandID, kinds: events.compactMap(\.kind),
        payload: payload ?? [])
    }
    let result = log.append(batch, epoch: Epoch(1), expected: batch.previousPosition)
    guard case .appended = result else { fatalError("the log did not take a batch: \(result)") }
    state.withLock { $0.position = batch.lastPosition }
    let texts = keptTexts.texts(from: batch.firstPosition, through: batch.lastPosition)
    deliver(
      replies(batch.lastPosition),
      publication: Publication(batch: batch, entries: visible, texts: texts))
  }

  private func topics(of events: [Event]) -> [DeliveryTopic: UInt64] {
    var masks: [DeliveryTopic: UInt64] = [.operators: (1 << UInt64(events.count)) - 1]
    for (index, event) in events.enumerated() {
      var audiences: [Audience] = []
      event.addAudience(to: &audiences)
      for audience in audiences {
        audience.forEachTopic(in: grid) { masks[$0, default: 0] |= 1 << UInt64(index) }
      }
    }
    return masks
  }
}

extension Event {
  /// Something that a region sees.
  static func moved(_ player: PlayerID, region: UInt32) -> Event {
    .with {
      $0.movement.moveStarted = .with {
        $0.player = player.rawValue
        $0.region = region
      }
    }
  }

  /// Something that the player alone sees.
  static func granted(_ player: PlayerID, coins: Int64) -> Event {
    .with {
      $0.inventory.goodsGranted = .with {
        $0.player = player.rawValue
        $0.goods.coins = coins
      }
    }
  }

  /// A player's coming from one region into another.
  static func crossed(_ player: PlayerID, from: UInt32, to: UInt32) -> Event {
    .with {
      $0.movement.borderCrossed = .with {
        $0.player = player.rawValue
        $0.fromRegion = from
        $0.toRegion = to
      }
    }
  }

  /// Something that everyone sees.
  static func defined(kind: UInt32) -> Event {
    .with { $0.inventory.itemKindDefined.kind = kind }
  }
}

extension ScriptedEngine {
  /// How the gateway said that a player's session ended; nil when it has not.
  func endOfSession(of player: PlayerID) -> SessionEnd? {
    for case .closed(let session, let end) in received where session.requester.player == player {
      return end
    }
    return nil
  }

  /// Ends a player's session.
  func endSession(of player: PlayerID, _ end: SessionEnd) {
    guard let connection = connection(of: player) else { return }
    onQueue { self.deliver([Reply(connection: connection, id: 0, body: .goodbye(end))]) }
  }

  /// The connection on which a player signed in last.
  func connection(of player: PlayerID) -> Connection? {
    state.withLock { $0.sessions.last { $0.requester.player == player }?.connection }
  }

  /// Idle and active marks, and commands, in the order they came.
  var marks: [String] {
    received.flatMap { inbound -> [String] in
      switch inbound {
      case .idle: ["idle"]
      case .active: ["active"]
      case .requests(_, let requests):
        requests.compactMap { if case .command = $0 { "command" } else { nil } }
      case .open, .closed: []
      }
    }
  }

  /// Runs something that may fail while nothing is handled.
  func onQueueThrowing(_ body: @Sendable () throws -> Void) throws {
    try onQueue { Result { try body() } }.get()
  }

  /// Publishes between what is handled.
  func publishOnQueue(_ entries: [[Event]]) {
    onQueue { self.publish(entries) }
  }

  /// How many requests have come.
  var requestCount: Int {
    received.reduce(0) { count, inbound in
      if case .requests(_, let requests) = inbound { count + requests.count } else { count }
    }
  }

  /// How many requests to subscribe have been answered.
  var marksOfSubscribing: Int {
    onQueue {
      self.received.reduce(0) { count, inbound in
        guard case .requests(_, let requests) = inbound else { return count }
        return count
          + requests.count { if case .subscribe = $0 { true } else { false } }
      }
    }
  }

  /// Answers a query that was held.
  func answer(_ id: UInt64, of player: PlayerID) {
    guard let connection = connection(of: player) else { return }
    onQueue { self.deliver([Reply(connection: connection, id: id, body: .answered(Answer()))]) }
  }
}
