import Client
import NIOCore
import NIOPosix
import NIOWebSocket
import Schema
import SwiftProtobuf
import Testing

/// What RFC 6455 asks of an endpoint, and servers that are none.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
  @Test func `pings are answered and messages in parts are put together`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      connection.send(
        .with {
          $0.id = message.id
          $0.acknowledged.position = 300
        }, inParts: true)
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let position = try await client.stopMove()
      #expect(position == 300)
      try await eventually("the ping is answered") { server.journal.pongs == [[7]] }
      #expect(server.journal.unmasked == 0)
    }
  }

  @Test func `a silent connection is pinged, and given up without a pong`() async throws {
    let script: ScriptedServer.Script = { $0.welcome($1) }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick { $0.pingInterval = .milliseconds(20) }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      try await eventually("the client comes back") { server.journal.connections.count > 1 }
      #expect(server.journal.pings >= 2)
      client.close()
    }
  }

  @Test(arguments: [
    (WebSocketOpcode.text, [0x7b, 0x7d] as [UInt8], WebSocketErrorCode.unacceptableData),
    (.binary, [0xff, 0xff], .dataInconsistentWithMessage),
    (.continuation, [1], .protocolError),
    (.binary, [UInt8](repeating: 0, count: 200), .messageTooLarge),
  ])
  func `what the protocol does not allow breaks the connection off`(
    _ opcode: WebSocketOpcode, bytes: [UInt8], code: WebSocketErrorCode
  ) async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      connection.send(opcode, bytes)
    }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick {
        $0.reconnection = nil
        $0.messageBytesMax = 125
      }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      let reply = Task { try await client.stopMove() }
      try await eventually("the client says why") { server.journal.closeCodes == [code] }
      let fault = await #expect(throws: ClientFault.self) { try await reply.value }
      #expect(fault?.code == .protocolViolation)
    }
  }

  @Test func `a server's close is answered and told`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      connection.close(.unknown(4_000), "maintenance")
    }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick { $0.reconnection = nil }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      let fault = await #expect(throws: ClientFault.self) { try await client.stopMove() }
      #expect(fault?.code == .connectionLost)
      #expect(fault?.message == "The server closed the connection (4000): maintenance")
      try await eventually("the client answers") {
        server.journal.closeCodes == [.unknown(4_000)]
      }
    }
  }

  @Test func `nobody there is told at once`() async throws {
    let fault = await #expect(throws: ClientFault.self) {
      _ = try await FinalverseClient.connect(to: "ws://127.0.0.1:1/ws")
    }
    #expect(fault?.code == .unreachable)
    #expect(fault?.message.contains("127.0.0.1:1") == true)
  }

  @Test func `a server without the subprotocol is not a server`() async throws {
    let script: ScriptedServer.Script = { _, _ in }
    try await ScriptedServer.run(subprotocol: "chat", script: script) { server in
      let fault = await #expect(throws: ClientFault.self) {
        _ = try await FinalverseClient.connect(to: server.url)
      }
      #expect(fault?.code == .notAServer)
    }
  }

  @Test(arguments: [
    ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404 Not Found"),
    ("SSH-2.0-OpenSSH_9.2\r\n", "does not speak WebSocket"),
    ("", "does not speak WebSocket"),
  ])
  func `something else at the address is told`(_ greeting: String, told: String) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Greeter(greeting: greeting))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    let fault = await #expect(throws: ClientFault.self) {
      _ = try await FinalverseClient.connect(to: "ws://127.0.0.1:\(port)/ws")
    }
    #expect(fault?.code == .notAServer)
    #expect(fault?.message.contains(told) == true, "\(String(describing: fault))")
    try await channel.close()
  }

  @Test func `a server that never welcomes is given up`() async throws {
    let script: ScriptedServer.Script = { _, _ in }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick { $0.attemptTimeout = .milliseconds(500) }
      let fault = await #expect(throws: ClientFault.self) {
        _ = try await FinalverseClient.connect(to: server.url, options: options)
      }
      #expect(fault?.code == .timedOut)
      try await eventually("the connection is cut") { server.journal.closed == 1 }
    }
  }

  @Test func `connecting can be cancelled`() async throws {
    let script: ScriptedServer.Script = { _, _ in }
    try await ScriptedServer.run(script: script) { server in
      let url = server.url
      let task = Task { try await FinalverseClient.connect(to: url) }
      try await eventually("the sign-in is there") { server.journal.arrivals.count == 1 }
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
      try await eventually("the connection is cut") { server.journal.closed == 1 }
    }
  }
}

/// Answers the first bytes with others, and closes.
private final class Greeter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let greeting: String

  init(greeting: String) {
    self.greeting = greeting
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: greeting)), promise: nil)
    context.close(promise: nil)
  }
}
