import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Schema
import SwiftProtobuf
import Synchronization

/// A WebSocket server that does what a script says, to see what a client makes of it.
struct ScriptedServer: Sendable {
  /// What the server does with a message.
  ///
  /// Runs on the connection's event loop.
  typealias Script = @Sendable (ScriptedConnection, ClientMessage) -> Void

  /// What the clients sent and did.
  let journal: Journal
  private let channel: any Channel

  var url: String { "ws://127.0.0.1:\(channel.localAddress?.port ?? 0)/ws" }

  /// Runs a test against a server that follows a script.
  static func run(
    subprotocol: String = "finalverse.v1.proto", extensions: String? = nil,
    script: @escaping Script,
    test: (ScriptedServer) async throws -> Void
  ) async throws {
    let journal = Journal()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try configure(channel, subprotocol, extensions, journal, script)
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    do {
      try await test(ScriptedServer(journal: journal, channel: channel))
    } catch {
      try? await channel.close()
      throw error
    }
    for connection in journal.connections { connection.sever() }
    try await channel.close()
  }

  private static func configure(
    _ channel: any Channel, _ subprotocol: String, _ extensions: String?, _ journal: Journal,
    _ script: @escaping Script
  ) throws {
    let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
      maxFrameSize: 1 << 20,
      shouldUpgrade: { channel, request in
        let isAsked = request.headers["Sec-WebSocket-Protocol"] == ["finalverse.v1.proto"]
        let isFit = isAsked && request.uri == "/ws"
        var headers: HTTPHeaders = ["Sec-WebSocket-Protocol": subprotocol]
        if let extensions { headers.add(name: "Sec-WebSocket-Extensions", value: extensions) }
        return channel.eventLoop.makeSucceededFuture(isFit ? headers : nil)
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          let connection = journal.connect(channel)
          let handler = ScriptedHandler(connection: connection, journal: journal, script: script)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      })
    let configuration = NIOUpgradableHTTPServerPipelineConfiguration(
      upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) {
        $0.close()
      })
    _ = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
      configuration: configuration)
  }
}

/// One connection of a scripted server.
struct ScriptedConnection: Sendable {
  /// 1 for the first that the server took.
  let number: Int
  private let channel: any Channel

  init(number: Int, channel: any Channel) {
    self.number = number
    self.channel = channel
  }

  func send(_ message: ServerMessage, inParts: Bool = false) {
    let bytes: [UInt8] = (try? message.serializedBytes()) ?? []
    guard inParts, bytes.count > 1 else { return send(.binary, bytes) }
    write(.binary, Array(bytes.prefix(1)), fin: false)
    send(.ping, [7])
    write(.continuation, Array(bytes.dropFirst()), fin: true)
    channel.flush()
  }

  func reply(to message: ClientMessage, _ fill: (inout ServerMessage) -> Void) {
    var reply = ServerMessage()
    reply.id = message.id
    fill(&reply)
    send(reply)
  }

  func acknowledge(_ message: ClientMessage, at position: UInt64) {
    reply(to: message) { $0.acknowledged.position = position }
  }

  func welcome(
    _ message: ClientMessage, inFlightMax: UInt32 = 16, silenceMax: UInt32 = 60,
    refreshToken: String = "", lifeSeconds: Int64 = 0
  ) {
    reply(to: message) {
      $0.welcome.refreshToken = refreshToken
      $0.welcome.tokenExpiresUs = lifeSeconds * 1_000_000
      $0.welcome.player = 1_000
      $0.welcome.session = UInt64(number)
      $0.welcome.token = "token-\(number)"
      $0.welcome.limits.inFlightMax = inFlightMax
      $0.welcome.limits.silenceSecondsMax = silenceMax
      $0.welcome.limits.messageBytesMax = 1_000
    }
  }

  func push(_ positions: UInt64...) {
    var message = ServerMessage()
    message.push.entries = positions.map { position in
      PushedEntry.with {
        $0.position = position
        $0.timeUs = Int64(position)
        $0.actor = 1_000
      }
    }
    send(message)
  }

  func send(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
    write(opcode, bytes, fin: true)
    channel.flush()
  }

  func close(_ code: WebSocketErrorCode, _ reason: String) {
    var data = ByteBuffer()
    data.write(webSocketErrorCode: code)
    data.writeString(reason)
    send(.connectionClose, Array(buffer: data))
  }

  func sever() {
    channel.close(promise: nil)
  }

  private func write(_ opcode: WebSocketOpcode, _ bytes: [UInt8], fin: Bool) {
    channel.write(
      WebSocketFrame(fin: fin, opcode: opcode, data: ByteBuffer(bytes: bytes)), promise: nil)
  }
}

/// What the clients of a scripted server sent and did.
final class Journal: Sendable {
  /// A message, and the number of the connection it came over.
  struct Arrival: Sendable {
    let connection: Int
    let message: ClientMessage
  }

  private struct State {
    var arrivals: [Arrival] = []
    var connections: [ScriptedConnection] = []
    var pongs: [[UInt8]] = []
    var pings = 0
    var unmasked = 0
    var closeCodes: [WebSocketErrorCode] = []
    var closed = 0
  }

  private let state = Mutex(State())

  var arrivals: [Arrival] { state.withLock { $0.arrivals } }
  var connections: [ScriptedConnection] { state.withLock { $0.connections } }
  var pongs: [[UInt8]] { state.withLock { $0.pongs } }
  var pings: Int { state.withLock { $0.pings } }
  var unmasked: Int { state.withLock { $0.unmasked } }
  var closeCodes: [WebSocketErrorCode] { state.withLock { $0.closeCodes } }
  var closed: Int { state.withLock { $0.closed } }

  /// Requests other than sign-ins that came over a connection.
  func requests(on connection: Int) -> [ClientMessage] {
    arrivals.filter { $0.connection == connection && !$0.message.isSignIn }.map(\.message)
  }

  func connect(_ channel: any Channel) -> ScriptedConnection {
    state.withLock {
      let connection = ScriptedConnection(number: $0.connections.count + 1, channel: channel)
      $0.connections.append(connection)
      return connection
    }
  }

  func note(_ message: ClientMessage, on connection: Int) {
    state.withLock { $0.arrivals.append(Arrival(connection: connection, message: message)) }
  }

  func note(_ frame: WebSocketFrame) {
    var data = frame.unmaskedData
    state.withLock {
      if frame.maskKey == nil { $0.unmasked += 1 }
      switch frame.opcode {
      case .pong: $0.pongs.append(Array(buffer: data))
      case .ping: $0.pings += 1
      case .connectionClose:
        if let code = data.readWebSocketErrorCode() { $0.closeCodes.append(code) }
      default: break
      }
    }
  }

  func noteClosed() {
    state.withLock { $0.closed += 1 }
  }
}

/// Hands messages to the script, and keeps the journal.
private final class ScriptedHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame

  private let connection: ScriptedConnection
  private let journal: Journal
  private let script: ScriptedServer.Script

  init(
    connection: ScriptedConnection, journal: Journal, script: @escaping ScriptedServer.Script
  ) {
    self.connection = connection
    self.journal = journal
    self.script = script
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    journal.note(frame)
    let bytes = Array(buffer: frame.unmaskedData)
    if frame.opcode == .binary, let message = try? ClientMessage(serializedBytes: bytes) {
      journal.note(message, on: connection.number)
      script(connection, message)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    journal.noteClosed()
  }
}

extension ClientMessage {
  var isSignIn: Bool {
    if case .signIn? = request { return true }
    return false
  }
}
