import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Turns an HTTP connection into a WebSocket one.
///
/// The handshake's arithmetic is NIOWebSocket's. Its frame handlers are left out:
/// ``ConnectionHandler`` reads and writes frames itself (docs/decisions tells why).
final class Upgrade: HTTPServerProtocolUpgrader {
  let supportedProtocol = "websocket"
  let requiredUpgradeHeaders: [String] = []

  private let board: Switchboard
  private let entrance: Entrance
  private let handshake: NIOWebSocketServerUpgrader

  /// The upgrade of one connection.
  init(board: Switchboard, entrance: Entrance) {
    self.board = board
    self.entrance = entrance
    let allowedOrigins = board.configuration.allowedOrigins
    handshake = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, head in
        // Why not is told by the entrance, which the request comes to next.
        let subprotocol = try? Handshake.accept(head, allowedOrigins: allowedOrigins)
        let headers = subprotocol.map {
          HTTPHeaders([("Sec-WebSocket-Protocol", $0.rawValue), ("Server", "finalverse")])
        }
        return channel.eventLoop.makeSucceededFuture(headers)
      },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
  }

  func buildUpgradeResponse(
    channel: any Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
  ) -> EventLoopFuture<HTTPHeaders> {
    guard Entrance.path(of: upgradeRequest) == Handshake.path, entrance.isAdmitted else {
      return channel.eventLoop.makeFailedFuture(NIOWebSocketUpgradeError.unsupportedWebSocketTarget)
    }
    return handshake.buildUpgradeResponse(
      channel: channel, upgradeRequest: upgradeRequest,
      initialResponseHeaders: initialResponseHeaders)
  }

  func upgrade(
    context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead
  ) -> EventLoopFuture<Void> {
    context.eventLoop.makeCompletedFuture {
      let subprotocol = try Handshake.accept(
        upgradeRequest, allowedOrigins: board.configuration.allowedOrigins)
      let handler = ConnectionHandler(
        connection: entrance.connection, subprotocol: subprotocol, board: board,
        handshakeDeadline: board.eventLoop.now + board.limits.handshakeTimeout)
      try context.pipeline.syncOperations.addHandler(handler)
      board.upgrade(entrance.connection, to: handler)
    }
  }
}
