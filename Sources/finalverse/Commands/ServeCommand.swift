import Accounts
import ArgumentParser
import Engine
import EventLog
import Foundation
import Gateway
import Logging
import Projection
import Schema
import ServiceLifecycle
import Synchronization
import Texts
import UnixSignals
import World

/// `finalverse serve`: runs a world.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a world.",
    discussion: """
      Opens the world in the data directory, or founds one at the first start, and serves it over WebSocket until it is told to stop \
      (Ctrl-C, or SIGTERM). Nothing that was acknowledged is lost, however it ends.

      Examples:
        finalverse serve
        finalverse serve --data ./demo --demo
        finalverse serve --data /srv/world --listen 0.0.0.0:7777 --log-format json
        finalverse serve --data ./aria --world aria.json
        finalverse serve --listen 0.0.0.0:443 --tls-certificate fullchain.pem --tls-key privkey.pem
      """)

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("Where to listen; port 0 means any.", valueName: "HOST:PORT"))
  var listen = ListenAddress.standard

  @Option(
    help: ArgumentHelp(
      "What to found a new world from; the built-in one is written to DIR/world.json as an example.",
      valueName: "FILE"))
  var world: String?

  @Flag(
    help: ArgumentHelp(
      """
      For a first look: a world that is founded now lives an hour every second, its clock may be paused and stepped, and a few bots play.
      """))
  var demo = false

  @OptionGroup var limits: LimitOptions

  @Option(
    help: ArgumentHelp(
      """
      Who is told metrics at /metrics: local (this machine), everyone, nobody. A proxy on this machine is local: let it pass /ws only.
      """, valueName: "WHO"))
  var metrics = MetricsAccess.local

  @Flag(
    inversion: .prefixedNo,
    help: "Compress messages of 512 bytes and more for clients that offer it (permessage-deflate).")
  var compression = GatewayConfiguration().compresses

  @OptionGroup var keeping: KeepingOptions

  @OptionGroup var images: ImageKeepingOptions

  @Option(
    help: ArgumentHelp(
      "How long a token lets its player in; clients refresh it by themselves.", valueName: "SPAN"))
  var tokenLife = TimeSpan(seconds: 3_600)

  @Option(
    help: ArgumentHelp(
      "How long a refresh token is good. A guest who stays away for longer cannot come back.",
      valueName: "SPAN"))
  var refreshLife = TimeSpan(seconds: 30 * 86_400)

  @OptionGroup var tls: TLSOptions

  @OptionGroup var log: LogOptions

  func validate() throws {
    guard tokenLife.microseconds >= 1_000_000, tokenLife.microseconds <= refreshLife.microseconds
    else {
      throw ValidationError("--token-life is 1s or more, and not longer than --refresh-life.")
    }
    if demo, world != nil || tls.isGiven {
      throw ValidationError("--demo shows the built-in world, without --world and without TLS.")
    }
  }

  func run() async throws {
    let directory = data.directory
    let certificate = try tls.certificate()
    let engine = try open(directory)
    let service = EngineService(engine: engine)
    let accounts = try await IdentityDirectory(path: directory.identity).open(
      world: engine.logID.description, nextPlayer: engine.nextPlayer,
      configuration: accountsConfiguration)
    let hasListened = Atomic(false)
    let (addresses, told) = AsyncStream.makeStream(of: String.self)
    let gateway = Gateway(
      configuration: gatewayConfiguration(certificate), engine: service, accounts: accounts,
      logger: log.logger("finalverse.gateway")
    ) { address in
      hasListened.store(true, ordering: .relaxed)
      announce(
        engine, at: address, directory, isSecure: certificate != nil,
        isWatchable: metrics != .nobody)
      told.yield(address)
      told.finish()
    }
    engine.start()
    var services: [any Service] = [service, gateway]
    if let certificate {
      services.append(
        CertificateService(certificate: certificate, logger: log.logger("finalverse.tls")))
    }
    if images.keepImages != .never {
      services.append(
        KeepService(
          data: directory, interval: images.keepImages, most: images.keepMost,
          position: { engine.status.position }, logger: log.logger("finalverse.images")))
    }
    if demo {
      services.append(DemoService(addresses: addresses, logger: log.logger("finalverse.demo")))
    }
    let group = ServiceGroup(
      configuration: .init(
        services: services.map { .init(service: $0) },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: log.logger("finalverse.services")))
    do {
      try await group.run()
    } catch {
      throw hasListened.load(ordering: .relaxed) ? error : Failure.cannotListen(on: listen, error)
    }
    Console.complain("stopped; everything is on disk")
  }

  /// Opens the world, or founds it.
  private func open(_ directory: DataDirectory) throws -> Engine {
    let founding = Mutex<WorldFile?>(nil)
    var configuration = EngineConfiguration(
      onFault: { fault in
        // What is in memory may be ahead of the log, so nothing may leave the process any more.
        let failure = Failure(fault) ?? Failure(.fault, fault.description)
        Console.complain("finalverse: \(failure.message)")
        Foundation.exit(failure.status.rawValue)
      },
      onImageReport: { [logger = log.logger("finalverse.images")] report in
        switch report {
        case .behind(let fault): logger.warning("an image falls behind the log", error: fault)
        case .recovered(let projection):
          logger.notice("an image is well again", metadata: ["projection": "\(projection)"])
        case .givenUp(let fault): logger.error("an image is given up", error: fault)
        }
      })
    configuration.onProgress = { Console.complain($0) }
    keeping.apply(to: &configuration, logger: log.logger("finalverse.log"))
    configuration.texts = { try TextFile(directory.texts, access: .readWrite) }
    configuration.worldFile = { [world, demo] in
      let file = try world.map(WorldSource.read) ?? (demo ? .demo : .standard)
      founding.withLock { $0 = file }
      return file
    }
    let engine = try Engine.open(
      directory, note: "finalverse serve --listen \(listen)", configuration: configuration)
    if let file = founding.withLock({ $0 }) {
      try WorldSource.write(file, to: directory.worldFile)
    } else if let world {
      Console.complain(
        "\(directory.path) has a world already; \(world) would found one only where there is none")
    }
    return engine
  }

  private var accountsConfiguration: AccountsConfiguration {
    var configuration = AccountsConfiguration { SystemClock().now() }
    configuration.tokenLife = tokenLife.microseconds
    configuration.refreshLife = refreshLife.microseconds
    configuration.onFault = { [logger = log.logger("finalverse.accounts")] fault in
      logger.error("\(fault.message)")
    }
    return configuration
  }

  /// What the options say of the gateway.
  func gatewayConfiguration(_ certificate: CertificateInUse?) -> GatewayConfiguration {
    var configuration = GatewayConfiguration()
    configuration.certificate = certificate
    configuration.host = listen.host
    configuration.port = listen.port
    configuration.metricsAccess = metrics
    configuration.compresses = compression
    limits.apply(to: &configuration.limits)
    return configuration
  }
}

extension MetricsAccess: ExpressibleByArgument {}

/// Says where the world is to be found, and what to try next.
private func announce(
  _ engine: Engine, at address: String, _ directory: DataDirectory, isSecure: Bool,
  isWatchable: Bool
) {
  // A second server is told where this one is. That it cannot be is no reason not to serve.
  try? (engine.log as? LMDBEventLog)?.describeWriter("finalverse serve on \(address)")
  let (web, socket) = isSecure ? ("https", "wss") : ("http", "ws")
  let watching = isWatchable ? "\n            finalverse top --url \(web)://\(address)" : ""
  print(
    """
    \(engine.worldName) is open, at position \(engine.status.position)
      play      \(socket)://\(address)/ws
      health    \(web)://\(address)/health and /ready
      operator  the token is in \(IdentityDirectory(path: directory.identity).operatorTokenFile)
      try       finalverse bots --count 20 --for 30s --url \(socket)://\(address)/ws
                finalverse replay --data \(directory.path) --limit 20\(watching)
    """)
  // Output that goes to a file is buffered, and whoever waits for these lines reads them there.
  fflush(nil)
}
