import Accounts
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The world's one port: WebSocket at `/ws`, HTTP beside it; with a certificate, both over TLS alone.
///
/// Made before the engine starts, since it registers what the engine reaches connections by; run
/// once the engine has recovered.
package final class Gateway: Service {
  /// Connections above the limit that are still told so, before they are closed without a word.
  private static let refusedMax = 256
  /// What a request's headers may come to: they are held until the request is complete, also by those
  /// that never complete it.
  private static let headerLimits = {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 8_192
    limits.maxHeaderListSize = 16_384
    limits.maxHeaderFieldCount = 64
    return limits
  }()

  private let configuration: GatewayConfiguration
  private let logger: Logger
  private let accounts: any FrontDesk
  private let group: MultiThreadedEventLoopGroup
  private let readers = NIOThreadPool(numberOfThreads: 2)
  private let boards: [NIOLoopBoundBox<Switchboard>]
  private let connectionCount = Atomic(0)
  private let onListening: @Sendable (String) -> Void

  /// A gateway to an engine, not listening yet.
  ///
  /// - Parameters:
  ///   - configuration: Where to listen, and what to put up with.
  ///   - engine: The engine; not started yet.
  ///   - accounts: Where sign-ins are checked.
  ///   - logger: Where faults go. Nothing a client sends is logged.
  ///   - onListening: Called with the address and port once connections are taken.
  package init(
    configuration: GatewayConfiguration, engine: any EngineDoor, accounts: any FrontDesk,
    logger: Logger, onListening: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.accounts = accounts
    self.logger = logger
    self.onListening = onListening
    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.eventLoops))
    let readers = self.readers
    self.group = group
    let eventLoops = Array(group.makeIterator())
    let counts = eventLoops.map { _ in LoopCounts() }
    let limits = configuration.limits
    let attempts = AttemptGuard(limits.attempts)
    let players = PlayerAllowances(.perSecond(limits.requestsPerSecond, burst: limits.requestBurst))
    let metrics = MetricsPage(
      engine: engine, loops: counts, attempts: attempts, certificate: configuration.certificate)
    boards = zip(eventLoops, counts).map { eventLoop, counts in
      let board = NIOLoopBoundBox.makeBoxSendingValue(
        Switchboard(
          eventLoop: eventLoop, engine: engine, accounts: accounts,
          configuration: configuration, logger: logger, readers: readers, attempts: attempts,
          players: players, counts: counts, metrics: metrics),
        eventLoop: eventLoop)
      let number = engine.addOutlet(LoopOutlet(board))
      eventLoop.execute { board.value.outlet = number }
      return board
    }
  }

  /// Listens and serves until a graceful shutdown; then says goodbye to everybody, and returns when
  /// all connections are closed.
  ///
  /// - Throws: What binding the address throws.
  package func run() async throws {
    readers.start()
    let server = try await listen()
    let watching = Task { [accounts, boards] in
      await accounts.watch { revocations in
        for board in boards {
          board.eventLoop.execute { board.value.signOut(revocations) }
        }
      }
    }
    onListening(server.localAddress.map(Self.text(of:)) ?? "?")
    try? await gracefulShutdown()
    try? await server.close()
    let stopped = boards.map { board in board.eventLoop.flatSubmit { board.value.stop() } }
    for end in stopped { try? await end.get() }
    watching.cancel()
    await watching.value
    try? await readers.shutdownGracefully()
    try? await group.shutdownGracefully()
  }

  private func listen() async throws -> any Channel {
    let pending = configuration.limits.pendingBytesMax
    return try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1_024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A connection counts as slow when more than this is left after a flush.
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: max(1, pending / 8), high: pending)
      )
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture { try greet(channel) }
      }
      .bind(host: configuration.host, port: configuration.port).get()
  }

  /// Sets up a new connection: HTTP, with the way to WebSocket.
  private func greet(_ channel: any Channel) throws {
    let count = connectionCount.add(1, ordering: .relaxed).newValue
    channel.closeFuture.whenComplete { [self] _ in
      connectionCount.subtract(1, ordering: .relaxed)
    }
    guard count <= configuration.limits.connectionsMax + Self.refusedMax,
      let board = boards.first(where: { $0.eventLoop === channel.eventLoop })?.value
    else { throw ChannelError.ioOnClosedChannel }

    let entrance = Entrance(
      board: board, isAdmitted: count <= configuration.limits.connectionsMax)
    let encoder = HTTPResponseEncoder()
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(
        leftOverBytesStrategy: .forwardBytes, limitConfiguration: Self.headerLimits))
    let pipelining = HTTPServerPipelineHandler()
    let upgrader = HTTPServerUpgradeHandler(
      upgraders: [entrance.makeUpgrade()], httpEncoder: encoder,
      extraHTTPHandlers: [decoder, pipelining, entrance], upgradeCompletionHandler: { _ in })
    let pipeline = channel.pipeline.syncOperations
    if let certificate = configuration.certificate {
      // A handshake that does not end in time is closed as a request is that does not come.
      try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context))
    }
    try pipeline.addHandlers(encoder, decoder, pipelining, upgrader, entrance)
  }

  private static func text(of address: SocketAddress) -> String {
    let port = address.port.map(String.init) ?? "?"
    let host = address.ipAddress ?? "?"
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
