import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import WebSocket

/// One WebSocket to the server.
struct Connection: Sendable {
  /// Which of the conversation's connections this is; 1 and up.
  let number: UInt64
  let channel: any Channel

  /// Writes a message without flushing.
  ///
  /// Masked with fresh randomness, as RFC 6455 section 5.3 asks of a client.
  func write(_ message: [UInt8]) {
    let data = ByteBuffer(bytes: message)
    let frame = WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: data)
    channel.write(frame, promise: nil)
  }

  /// Closes with a closing handshake, and without one if the server does not take part in it.
  func leave() {
    channel.triggerUserOutboundEvent(ConnectionHandler.Leave(), promise: nil)
  }
}

// MARK: Opening

extension Connection {
  /// The subprotocol spoken: one binary message is one protobuf message.
  static let subprotocol = "finalverse.v1.proto"

  /// Connects and upgrades; the conversation is told how it went.
  static func open(_ number: UInt64, for conversation: Conversation) async {
    let address = conversation.address
    let upgraded: EventLoopFuture<Void>
    do {
      upgraded = try await ClientBootstrap(group: conversation.eventLoopGroup)
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .connectTimeout(TimeAmount(conversation.options.attemptTimeout))
        .connect(host: address.host, port: address.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try configure(channel, number, conversation)
          }
        }
    } catch {
      let sentence = "Nobody answers at \(address.authority): \(error)"
      let fault = error as? ClientFault ?? ClientFault(.unreachable, sentence)
      return conversation.change { $0.failAttempt(number, fault) }
    }
    do {
      try await upgraded.get()
    } catch {
      let sentence = "\(address.authority) does not speak WebSocket at \(address.path)"
      let fault = error as? ClientFault ?? ClientFault(.notAServer, sentence)
      conversation.change { $0.failAttempt(number, fault) }
    }
  }

  private static func configure(
    _ channel: any Channel, _ number: UInt64, _ conversation: Conversation
  ) throws -> EventLoopFuture<Void> {
    guard conversation.read({ $0.note(channel, of: number) }) else {
      throw ClientFault.closedByUs
    }
    if conversation.address.isSecure {
      let authorities = try conversation.options.authorities ?? .system()
      try authorities.secure(channel, to: conversation.address.host) { fault in
        conversation.change { $0.failAttempt(number, fault) }
      }
    }
    let upgrader = NIOTypedWebSocketClientUpgrader<Void>(
      maxFrameSize: conversation.options.messageBytesMax, enableAutomaticErrorHandling: false
    ) { channel, response in
      channel.eventLoop.makeCompletedFuture {
        try upgrade(channel, response, number, conversation)
      }
    }
    var headers = HTTPHeaders()
    headers.add(name: "Host", value: conversation.address.authority)
    headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol)
    if conversation.options.compresses {
      headers.add(name: "Sec-WebSocket-Extensions", value: Compression.offer)
    }
    let request = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: conversation.address.path, headers: headers)
    var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
      upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
        upgradeRequestHead: request, upgraders: [upgrader]
      ) { channel in
        channel.eventLoop.makeCompletedFuture {
          let reader = RefusalReader(number: number, conversation: conversation)
          try channel.pipeline.syncOperations.addHandler(reader)
        }
      })
    // The first frame may come in the same packet as the upgrade's response.
    configuration.leftOverBytesStrategy = .forwardBytes
    return try channel.pipeline.syncOperations
      .configureUpgradableHTTPClientPipeline(configuration: configuration)
  }

  private static func upgrade(
    _ channel: any Channel, _ response: HTTPResponseHead, _ number: UInt64,
    _ conversation: Conversation
  ) throws {
    guard response.headers["Sec-WebSocket-Protocol"] == [subprotocol] else {
      let sentence = "\(conversation.address.authority) does not know \(subprotocol)"
      throw ClientFault(.notAServer, sentence)
    }
    let compression = try compression(in: response, conversation)
    try channel.pipeline.syncOperations.addHandler(
      ConnectionHandler(number: number, conversation: conversation, compression: compression))
    conversation.change { $0.connected(Connection(number: number, channel: channel)) }
  }
}

extension Connection {
  /// What became of the offer to compress; nil when the server did not take it.
  private static func compression(
    in response: HTTPResponseHead, _ conversation: Conversation
  ) throws(ClientFault) -> Compression? {
    let answer = response.headers["Sec-WebSocket-Extensions"]
    guard !answer.isEmpty else { return nil }
    guard conversation.options.compresses, let compression = Compression(answer: answer) else {
      let server = conversation.address.authority
      let sentence = "\(server) uses a WebSocket extension that was not offered"
      throw ClientFault(.protocolViolation, sentence)
    }
    return compression
  }
}

/// Reads why the server did not upgrade, from the status of its response.
private final class RefusalReader: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let number: UInt64
  private let conversation: Conversation

  init(number: UInt64, conversation: Conversation) {
    self.number = number
    self.conversation = conversation
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    let address = conversation.address
    let status = "\(head.status.code) \(head.status.reasonPhrase)"
    fail("\(address.authority) answered \(address.path) with \(status), not with a WebSocket")
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail("\(conversation.address.authority) closed the connection before it was a WebSocket")
  }

  private func fail(_ sentence: String) {
    conversation.change { $0.failAttempt(self.number, ClientFault(.notAServer, sentence)) }
  }
}
