import EventLog
import EventLogTesting
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine

/// The engine with its threads, on a log in memory.
@Suite(.timeLimit(.minutes(1))) struct EngineTests {
  @Test func `many clients at once: each command is acknowledged once and is in the log`()
    async throws
  {
    let log: any EventLog = InMemoryEventLog()
    let running = try RunningEngine(log)
    let players = 20
    let commandsEach = 200
    var sessions: [Session] = []
    for number in 0..<players { sessions.append(try await running.player(number)) }

    for round in 0..<commandsEach / 10 {
      for session in sessions {
        let requests = (0..<10).map { index in
          let number = UInt64(round * 10 + index)
          let target = Int64(1_000 + number)
          return Request.command(
            id: 100 + number, commandID: CommandID(1_000 + number),
            walk(toX: target, y: 2_000 + target))
        }
        #expect(running.engine.take(.requests(session, requests)))
      }
    }
    for session in sessions {
      _ = try await running.outlet.reply(
        to: 100 + UInt64(commandsEach - 1), on: session.connection)
    }
    await running.engine.stop()

    var positions: Set<Position> = []
    for reply in running.outlet.replies where reply.id >= 100 {
      let position = try #require(reply.body.position, "refused: \(reply.body)")
      #expect(positions.insert(position).inserted, "position \(position) was told twice")
    }
    #expect(positions.count == players * commandsEach)
    var stored: Set<Position> = []
    try log.read(from: .first, through: nil, kinds: [EventKind(system: 4, event: 2)]) { entry in
      stored.insert(entry.position)
      return .proceed
    }
    #expect(stored == positions)
    try log.verify()
  }

  @Test func `a clean stop ends every session and says so in the log`() async throws {
    let log: any EventLog = InMemoryEventLog()
    let running = try RunningEngine(log)
    let session = try await running.player(1)
    await running.engine.stop()
    let goodbye = running.outlet.replies.last { $0.connection == session.connection }
    guard case .goodbye(.serverStopped) = goodbye?.body else {
      Issue.record("told \(String(describing: goodbye))")
      return
    }
    #expect(!running.engine.take(.requests(session, [])), "nothing is taken after the stop")
    let core = try openCore(on: log, clock: ManualClock(testStart))
    let connected = core.world.presence.connectedCount
    #expect(connected == 0)
  }

  @Test func `a failed commit is told to nobody and ends the engine`() async throws {
    let memory: any EventLog = InMemoryEventLog()
    let log = FaultyEventLog(memory)
    let running = try RunningEngine(log)
    let session = try await running.player(1)
    let told = running.outlet.replies.count
    let last = try memory.summary().lastPosition
    log.plan(.unknownBeforeWrite)

    let command = Request.command(
      id: 50, commandID: CommandID(50), walk(toX: 1_000, y: 1_000))
    #expect(running.engine.take(.requests(session, [command])))
    let fault = try await running.fault()
    #expect(fault.code == .commitFailed)
    await running.engine.stop()
    #expect(running.outlet.replies.count == told)
    #expect(try memory.summary().lastPosition == last)
  }

  @Test func `while an outlet has no room nothing more comes to it, and afterwards all of it`()
    async throws
  {
    let log: any EventLog = InMemoryEventLog()
    let running = try RunningEngine(log)
    let session = try await running.player(1)
    let last = try log.summary().lastPosition
    running.outlet.hasRoom = false
    for number in UInt64(100)..<110 {
      let command = Request.command(
        id: number, commandID: CommandID(number), walk(toX: 1_000 + Int64(number), y: 2_000))
      #expect(running.engine.take(.requests(session, [command])))
    }
    for _ in 0..<10_000 where running.engine.inbox.weight > 0 {
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(running.engine.inbox.weight == 0)
    #expect(try log.summary().lastPosition == last)
    #expect(!running.outlet.replies.contains { $0.id >= 100 })
    running.outlet.hasRoom = true
    running.engine.wake()
    for number in UInt64(100)..<110 {
      #expect(try await running.outlet.reply(to: number, on: session.connection).position != nil)
    }
    // A stop does not wait for room.
    running.outlet.hasRoom = false
    #expect(
      running.engine.take(
        .requests(session, [.command(id: 110, commandID: CommandID(110), walk(toX: 1, y: 1))])))
    await running.engine.stop()
    #expect(running.outlet.replies.contains { $0.id == 110 })
  }

  @Test func `an inbox that is full refuses, and takes the end of a session all the same`() throws {
    let inbox = Inbox(capacity: 3)
    let session = Session(
      connection: Connection(id: 1, outlet: 0),
      requester: Requester(actor: ActorID(1_000), role: .player), id: SessionID(UInt64(1)))
    let query = Request.query(id: 1, Query())
    #expect(inbox.put(.requests(session, [query, query, query])))
    #expect(!inbox.put(.requests(session, [query])))
    #expect(inbox.put(.closed(session, .lost)))
    #expect(inbox.takeAll().count == 2)
    #expect(inbox.put(.requests(session, [query])))
  }
}

extension Engine {
  /// Hands something over that is to be dealt with at once.
  func take(_ inbound: Inbound) -> Bool {
    defer { wake() }
    return submit(inbound)
  }
}

/// An engine that runs, with an outlet that records.
struct RunningEngine {
  let engine: Engine
  let outlet = RecordingOutlet()
  private let faults: FaultKeeper

  private final class FaultKeeper: Sendable {
    let fault = Mutex<EngineFault?>(nil)
  }

  init(_ log: any EventLog, texts: any TextStore = InMemoryTextStore()) throws {
    let keeper = FaultKeeper()
    faults = keeper
    var configuration = EngineConfiguration(
      onFault: { fault in keeper.fault.withLock { $0 = fault } }, onImageReport: { _ in })
    configuration.texts = { texts }
    engine = try Engine.open(log, configuration: configuration)
    #expect(engine.addOutlet(outlet) == 0)
    engine.start()
  }

  /// Signs a player in on the connection of a number, and creates its profile.
  func player(_ number: Int) async throws -> Session {
    let connection = Connection(id: UInt64(number), outlet: 0)
    #expect(engine.take(.open(connection, id: 1, .newPlayer, client: "test")))
    guard case .opened(let session, _) = try await outlet.reply(to: 1, on: connection) else {
      throw CancellationError()
    }
    let create = Command.with { command in
      command.players.createProfile = .with {
        $0.name = "Player \(number)"
        $0.homeRegion = 1
      }
    }
    let request = Request.command(id: 2, commandID: CommandID(2), create)
    #expect(engine.take(.requests(session, [request])))
    #expect(try await outlet.reply(to: 2, on: connection).position != nil)
    return session
  }

  /// Asks something, and waits for the reply.
  func ask(
    _ session: Session, _ id: UInt64, _ request: (UInt64) -> Request
  ) async throws -> Reply.Body {
    #expect(engine.take(.requests(session, [request(id)])))
    return try await outlet.reply(to: id, on: session.connection)
  }

  /// The fault that ended the engine, once it has.
  func fault() async throws -> EngineFault {
    for _ in 0..<10_000 {
      if let fault = faults.fault.withLock({ $0 }) { return fault }
      try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("no fault within ten seconds")
    throw CancellationError()
  }
}
