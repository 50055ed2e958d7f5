import Accounts
import Engine
import EventLog
import Logging
import Metrics
import NIOCore
import NIOPosix
import Schema
import WebSocket
import World

/// Everything of the gateway that lives on one event loop: its connections, and under which topics
/// they are filed.
///
/// The engine's deliveries come in through ``LoopOutlet`` as one task each. Nothing here but the
/// counts is shared with another thread, and nothing is locked; and what many connections are to
/// get is put together once, in buffers they share.
final class Switchboard {
  let eventLoop: any EventLoop
  let engine: any EngineDoor
  let accounts: any FrontDesk
  let configuration: GatewayConfiguration
  /// How WebSocket connections begin.
  let handshake: HandshakeRules
  let logger: Logger
  /// Where what was missed is read from the log.
  let readers: NIOThreadPool
  /// Who tries too often, over all event loops.
  let attempts: AttemptGuard
  /// What players may still ask for, over all event loops.
  let players: PlayerAllowances
  /// What the connections here come to.
  let counts: LoopCounts
  /// What is told of all event loops and the engine.
  let metrics: MetricsPage

  private(set) var connections = ConnectionTable()
  /// Topics that somebody here watches.
  private(set) var topics: [DeliveryTopic: TopicWatchers] = [:]
  /// Connections that are behind.
  var catchUps = CatchUpQueue()
  /// What those have not been shown, as far as it is at hand.
  var recent = RecentPublications()
  /// Everything up to here has been delivered to the connections here that are not behind.
  var deliveredThrough = Position.zero
  private(set) var isStopping = false
  /// Whether the engine is to be woken at the end of this turn.
  private var isWaking = false
  private var emptied: EventLoopPromise<Void>?
  private var sweep: RepeatedTask?

  /// The client message or control frame at hand.
  let workspace: MessageWorkspace
  /// What compresses messages to the clients here.
  let compressor = Compressor()
  /// The delivery at hand.
  var work: DeliveryWork

  /// An event loop's board, without connections.
  init(
    eventLoop: any EventLoop, engine: any EngineDoor, accounts: any FrontDesk,
    configuration: GatewayConfiguration, logger: Logger, readers: NIOThreadPool,
    attempts: AttemptGuard, players: PlayerAllowances, counts: LoopCounts, metrics: MetricsPage
  ) {
    self.eventLoop = eventLoop
    self.engine = engine
    self.accounts = accounts
    self.configuration = configuration
    handshake = HandshakeRules(configuration)
    self.logger = logger
    self.readers = readers
    self.attempts = attempts
    self.players = players
    self.counts = counts
    self.metrics = metrics
    workspace = MessageWorkspace(bytesMax: configuration.limits.messageBytesMax)
    work = DeliveryWork(compressor: compressor)
  }

  var limits: ConnectionLimits { configuration.limits }

  /// After how long without a command a player is idle.
  private(set) lazy var idleAfterMicroseconds = engine.idleAfterMicroseconds

  // MARK: Connections

  /// The number that the engine gave to this board's outlet; set before the first connection.
  var outlet: Int {
    get { connections.outlet }
    set { connections.outlet = newValue }
  }

  /// Takes in a connection.
  func insert(_ entrance: Entrance) -> Connection {
    startSweeping()
    counts.accepted.add()
    counts.connections.add(1)
    return connections.insert(.entrance(entrance))
  }

  /// The connection has been upgraded.
  func upgrade(_ connection: Connection, to handler: ConnectionHandler) {
    connections.replace(connection, with: .client(handler))
  }

  /// The connection is gone.
  func remove(_ connection: Connection) {
    guard connections.remove(connection) else { return }
    counts.connections.add(-1)
    if connections.count == 0 {
      emptied?.succeed()
      emptied = nil
    }
  }

  /// Hands something over to the engine; false when there is no room for it.
  ///
  /// The engine is woken once for all that this turn of the event loop brings: tasks run when all
  /// sockets that are ready have been read.
  func submit(_ inbound: Inbound) -> Bool {
    guard engine.submit(inbound) else { return false }
    if !isWaking {
      isWaking = true
      let board = NIOLoopBound(self, eventLoop: eventLoop)
      eventLoop.execute {
        board.value.isWaking = false
        board.value.engine.wake()
      }
    }
    return true
  }

  private func startSweeping() {
    guard sweep == nil else { return }
    let interval = limits.sweepInterval
    let board = NIOLoopBound(self, eventLoop: eventLoop)
    sweep = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      board.value.checkTime()
    }
  }

  private func checkTime() {
    let now = eventLoop.now
    checkWaitingBytes()
    for occupant in connections.occupants {
      switch occupant {
      case .entrance(let entrance): entrance.checkTime(now)
      case .client(let handler): handler.checkTime(now)
      }
    }
  }

  /// Ends the sessions of players who were signed out everywhere.
  ///
  /// - Complexity: O(n) for n connections, however many players.
  func signOut(_ revocations: [Revocation]) {
    let good = Dictionary(
      revocations.map { ($0.player, $0.generation) }, uniquingKeysWith: { max($0, $1) })
    for case .client(let handler) in connections.occupants { handler.heed(good) }
  }

  // MARK: Topics

  /// Files a connection under a topic, from the next delivery on.
  func file(_ connection: ConnectionHandler, under topic: DeliveryTopic) {
    let watchers: TopicWatchers
    if let known = topics[topic] {
      guard !connection.filings.contains(where: { $0.watchers === known }) else { return }
      watchers = known
    } else {
      watchers = TopicWatchers(topic: topic)
      topics[topic] = watchers
    }
    watchers.add(connection)
    counts.subscriptions.add(1)
  }

  /// Takes a connection from under a topic.
  func unfile(_ connection: ConnectionHandler, from topic: DeliveryTopic) {
    if let filing = connection.filings.firstIndex(where: { $0.watchers.topic == topic }) {
      unfile(connection, filing: filing)
    }
  }

  /// Takes a connection from under all topics.
  func unfile(_ connection: ConnectionHandler) {
    while !connection.filings.isEmpty {
      unfile(connection, filing: connection.filings.count - 1)
    }
  }

  private func unfile(_ connection: ConnectionHandler, filing: Int) {
    let watchers = connection.filings[filing].watchers
    watchers.remove(connection, filing: filing)
    counts.subscriptions.add(-1)
    if watchers.members.isEmpty { topics[watchers.topic] = nil }
  }

  /// Closes a connection that the server itself has failed.
  func fail(_ connection: ConnectionHandler, _ code: GoodbyeCode, _ error: any Error) {
    logger.error(
      "a connection is closed by a fault of the server",
      metadata: ["code": "\(code.rawValue)", "error": "\(error)"])
    connection.close(code, ending: .expelled)
  }

  // MARK: Stopping

  /// Says goodbye to everybody: to those with requests in flight when these are answered, or at the
  /// latest when the time for that is over.
  ///
  /// - Returns: Succeeds when the last connection is closed.
  func stop() -> EventLoopFuture<Void> {
    isStopping = true
    let promise = eventLoop.makePromise(of: Void.self)
    guard connections.count > 0 else {
      sweep?.cancel()
      promise.succeed()
      return promise.futureResult
    }
    emptied = promise
    for occupant in connections.occupants {
      switch occupant {
      case .entrance(let entrance): entrance.stop()
      case .client(let handler) where handler.inFlight.isEmpty: handler.stop()
      case .client: break
      }
    }
    let board = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.assumeIsolated().scheduleTask(in: limits.stoppingTimeout) {
      for case .client(let handler) in board.value.connections.occupants { handler.stop() }
    }
    return promise.futureResult.always { _ in board.value.sweep?.cancel() }
  }
}

extension ConnectionHandler {
  /// The server is being shut down.
  func stop() {
    close(.serverStopping, ending: .serverStopped)
  }
}
