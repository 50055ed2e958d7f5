import Dispatch
import EventLog
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine

/// A clock's start in tests: a moment in 2026, in microseconds since 1970.
let testStart = Timestamp(microseconds: 1_790_000_000_000_000)

/// An outlet that keeps what it is told and lets a test wait for it.
final class RecordingOutlet: Outlet {
  private struct State {
    var replies: [Reply] = []
    var publications: [Publication] = []
  }

  private let state = Mutex(State())
  private let gate = DispatchSemaphore(value: 1)
  private let isFull = Atomic(false)

  /// Whether it takes more; whoever says that it does again wakes the engine.
  var hasRoom: Bool {
    get { !isFull.load(ordering: .sequentiallyConsistent) }
    set { isFull.store(!newValue, ordering: .sequentiallyConsistent) }
  }

  /// Makes whoever delivers wait.
  func hold() { gate.wait() }

  /// Lets it go on.
  func release() { gate.signal() }

  func deliver(_ delivery: Delivery) {
    gate.wait()
    defer { gate.signal() }
    state.withLock { state in
      if let publication = delivery.publication { state.publications.append(publication) }
      state.replies += delivery.replies
    }
  }

  var replies: [Reply] { state.withLock { $0.replies } }

  var publications: [Publication] { state.withLock { $0.publications } }

  /// The reply to a request, once it has come; fails the test after ten seconds.
  func reply(to id: UInt64, on connection: Connection) async throws -> Reply.Body {
    for _ in 0..<10_000 {
      if let reply = replies.first(where: { $0.id == id && $0.connection == connection }) {
        return reply.body
      }
      try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("no reply to request \(id) of connection \(connection.id) within ten seconds")
    throw CancellationError()
  }
}

/// An engine core driven by hand: what is sealed is appended to an in-memory log and told at once.
final class CoreFixture {
  let clock = ManualClock(testStart)
  let log: any EventLog
  var core: EngineCore
  private(set) var replies: [Reply] = []
  private(set) var publications: [Publication] = []
  private var requests: UInt64 = 0
  private var commands: UInt64 = 0
  private var connections: UInt64 = 0

  /// Opens a core on a log; founds a world when it is empty.
  init(_ log: any EventLog = InMemoryEventLog(), world: WorldFile = .still) throws {
    self.log = log
    let core = try openCore(on: log, clock: clock, world: world)
    self.core = core
  }

  /// Seals the open batch, makes it durable and keeps what is told.
  func settle() throws {
    while core.hasWork {
      let sealed = core.seal()
      if !sealed.entries.isEmpty { try log.require(sealed.entries, epoch: core.epoch) }
      for delivery in sealed.deliveries.compactMap(\.self) {
        if let publication = delivery.publication { publications.append(publication) }
        replies += delivery.replies
      }
    }
  }

  /// Signs somebody in on a new connection.
  func connect(_ credential: Credential = .newPlayer) throws -> Session {
    connections += 1
    let connection = Connection(id: connections, outlet: 0)
    core.handle(.open(connection, id: 1, credential, client: "test"))
    try settle()
    guard case .opened(let session, _) = replies.last(where: { $0.connection == connection })?.body
    else {
      Issue.record("not signed in: \(String(describing: replies.last))")
      throw CancellationError()
    }
    return session
  }

  /// Signs a new player in and creates its profile in region 1.
  func player(_ name: String) throws -> Session {
    let session = try connect()
    let create = Command.with { command in
      command.players.createProfile = .with {
        $0.name = name
        $0.homeRegion = 1
      }
    }
    guard case .acknowledged = try send(create, by: session) else {
      Issue.record("no profile: \(String(describing: replies.last))")
      throw CancellationError()
    }
    return session
  }

  /// Submits a command under a new id, settles, and tells what came of it.
  func send(_ command: Command, by session: Session) throws -> Reply.Body {
    commands += 1
    return try send(command, CommandID(commands), by: session)
  }

  /// Submits a command under an id, settles, and tells what came of it.
  func send(
    _ command: Command, _ commandID: CommandID, by session: Session
  ) throws -> Reply.Body {
    let id = submit(command, commandID, by: session)
    try settle()
    return try reply(to: id, of: session)
  }

  /// Submits a command and settles nothing.
  ///
  /// - Returns: the request's id.
  func submit(
    _ command: Command, _ commandID: CommandID, by session: Session
  ) -> UInt64 {
    requests += 1
    core.handle(.requests(session, [.command(id: requests, commandID: commandID, command)]))
    return requests
  }

  /// Asks something else, settles, and tells the reply.
  func ask(
    of session: Session, _ request: (UInt64) -> Request
  ) throws -> Reply.Body {
    requests += 1
    let id = requests
    core.handle(.requests(session, [request(id)]))
    try settle()
    return try reply(to: id, of: session)
  }

  var violations: [Violation] { core.world.violations() }

  var connectedCount: Int { core.world.presence.connectedCount }

  var nextDue: Timestamp? { core.nextDue }

  var hasWork: Bool { core.hasWork }

  var isWatchedByNobody: Bool { core.watchers.isEmpty }

  func reply(to id: UInt64, of session: Session) throws -> Reply.Body {
    try #require(
      replies.last { $0.id == id && $0.connection == session.connection }?.body)
  }
}

/// Opens a core on a log as the engine does, without images or threads.
func openCore(
  on log: any EventLog, clock: any Clock, world: WorldFile = .still
) throws -> EngineCore {
  var configuration = EngineConfiguration(onFault: { _ in }, onImageReport: { _ in })
  configuration.worldFile = { world }
  configuration.clock = clock
  let epoch = try log.takeEpoch()
  let recovered = try Recovery.recover(
    log, epoch: epoch, world: World(), seen: FoldedThrough(), configuration: configuration)
  var core = EngineCore(recovered, clock: clock)
  _ = try core.closeSessionsLeftOpen(in: log)
  core.attach(outlets: 1)
  return core
}

/// A walk within region 1 of the default world.
func walk(toX xMm: Int64, y yMm: Int64) -> Command {
  .with { command in
    command.movement.startMove = .with {
      $0.to = .with {
        $0.xMm = xMm
        $0.yMm = yMm
      }
    }
  }
}

extension Reply.Body {
  /// The position acknowledged; nil for any other reply.
  var position: Position? {
    if case .acknowledged(let position) = self { position } else { nil }
  }

  /// The rejection's code; nil for any other reply.
  var code: String? {
    switch self {
    case .rejected(let rejection), .refused(let rejection): rejection.code
    default: nil
    }
  }
}

extension WorldFile {
  /// The standard world without a clock, in which nothing happens by itself.
  static var still: Self {
    var file = standard
    file.clearClock()
    file.clearHarmony()
    file.clearProgress()
    file.clearWeather()
    file.clearEcosystem()
    file.clearMelodies()
    file.species = []
    file.clearEchoRules()
    file.echoes = []
    return file
  }
}
