import NIOCore
import NIOHTTP1
import NIOPosix
import WebSocket

// A WebSocket server that sends back every message. With it the gateway's WebSocket layer is tested
// from outside, for instance by the Autobahn suite (docs/websocket.md).
//
//     WebSocketEcho [PORT]     on 127.0.0.1; without a port, at any

guard let port = Int(CommandLine.arguments.dropFirst().first ?? "0") else {
  fatalError("usage: WebSocketEcho [PORT]")
}

let rules = HandshakeRules(path: "/", subprotocols: [], allowedOrigins: [], compresses: true)
let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
  .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  .childChannelInitializer { channel in
    channel.eventLoop.makeCompletedFuture {
      let upgrade = Upgrade(rules) { context, accepted in
        try context.pipeline.syncOperations.addHandler(
          EchoHandler(compression: accepted.compression))
      }
      let encoder = HTTPResponseEncoder()
      let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
      try channel.pipeline.syncOperations.addHandlers(
        encoder, decoder,
        HTTPServerUpgradeHandler(
          upgraders: [upgrade], httpEncoder: encoder, extraHTTPHandlers: [decoder],
          upgradeCompletionHandler: { _ in }))
    }
  }
  .bind(host: "127.0.0.1", port: port).get()
print("listening on ws://127.0.0.1:\(server.localAddress?.port ?? port)")
try await server.closeFuture.get()
