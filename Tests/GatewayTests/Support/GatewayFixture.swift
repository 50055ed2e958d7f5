import Accounts
import Dispatch
import EventLog
import FoundationEssentials
import Gateway
import Glibc
import Logging
import NIOCore
import Schema
import ServiceLifecycle
import Synchronization
import Testing
import World

/// A gateway that listens on a port of its own, before a scripted engine.
struct GatewayFixture: Sendable {
  let engine: ScriptedEngine
  let identity: IdentityDirectory
  let operatorToken: String
  let port: Int
  let stop: @Sendable () -> Void

  func client(receiveBuffer: Int32? = nil) throws -> RawClient {
    try RawClient(port: port, receiveBuffer: receiveBuffer)
  }

  /// A client that is signed in.
  func guest(json: Bool = false) throws -> (client: RawClient, player: PlayerID) {
    let client = try client()
    try client.upgrade(json: json)
    return (client, PlayerID(try client.signIn().player))
  }

  /// Waits until something is so; false after five seconds.
  func eventually(_ isSo: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<500 {
      if try isSo() { return true }
      usleep(10_000)
    }
    return try isSo()
  }

  /// Runs `body`, which may block, away from the threads that tasks run on.
  static func run(
    engine: ScriptedEngine = ScriptedEngine(),
    _ configuration: GatewayConfiguration = GatewayConfiguration(),
    accounts: AccountsConfiguration = .cheap(),
    _ body: @escaping @Sendable (GatewayFixture) throws -> Void
  ) async throws {
    var configuration = configuration
    configuration.port = 0
    try await withTemporaryDirectory { directory in
      let identity = IdentityDirectory(path: directory + "/identity")
      let desk = try await identity.open(
        world: "test", nextPlayer: PlayerID(UInt64(1_000)), configuration: accounts)
      let operatorToken = try String(contentsOfFile: identity.operatorTokenFile, encoding: .utf8)
      try await serve(engine, desk, configuration) { port, stop in
        let fixture = GatewayFixture(
          engine: engine, identity: identity,
          operatorToken: operatorToken.filter { !$0.isWhitespace }, port: port, stop: stop)
        try body(fixture)
      }
    }
  }

  /// Runs `body`, which may block, beside a gateway to whatever is behind the door; lends it the port,
  /// and what stops the gateway.
  static func serve(
    _ engine: any EngineDoor, _ accounts: any FrontDesk, _ configuration: GatewayConfiguration,
    _ body: @escaping @Sendable (_ port: Int, _ stop: @escaping @Sendable () -> Void) throws -> Void
  ) async throws {
    let (addresses, listening) = AsyncStream.makeStream(of: String.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let gateway = Gateway(
      configuration: configuration, engine: engine, accounts: accounts, logger: logger,
      onListening: { listening.yield($0) })
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: gateway, successTerminationBehavior: .gracefullyShutdownGroup)],
        logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var port = 0
      for await address in addresses {
        port = address.split(separator: ":").last.flatMap { Int($0) } ?? 0
        break
      }
      do {
        try await blocking { [port] in
          try body(port) { Task { await group.triggerGracefulShutdown() } }
        }
      } catch {
        Issue.record(error)
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}

extension AccountsConfiguration {
  /// Cheap passwords and a standing clock, with something changed.
  static func cheap(_ adjust: (inout Self) -> Void = { _ in }) -> Self {
    var configuration = Self { Timestamp(microseconds: 1_700_000_000_000_000) }
    configuration.cost = .cheap
    configuration.watchInterval = .milliseconds(20)
    adjust(&configuration)
    return configuration
  }
}

extension GatewayConfiguration {
  /// The defaults with something changed.
  static func adjusted(_ change: (inout Self) -> Void) -> Self {
    var configuration = Self()
    configuration.eventLoops = 2
    change(&configuration)
    return configuration
  }
}

/// Waits.
func usleepMilliseconds(_ milliseconds: UInt32) {
  usleep(milliseconds * 1_000)
}

/// Runs what may block on a thread of its own, as part of the task at hand.
func blocking(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withTaskExecutorPreference(BlockingExecutor()) { try body() }
}

/// A thread for a task that blocks.
private final class BlockingExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "blocking")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in
      unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}

/// Lends a directory that is gone afterwards.
func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("gateway-\(UInt64.random(in: 0 ... .max))").path
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  try await body(directory)
}
