import NIOCore
import NIOHTTP1
import NIOWebSocket
import WebSocket

extension Entrance {
  /// The way from a connection's first request to WebSocket.
  ///
  /// Why a request does not go it is told by the entrance, which the request comes to next.
  func makeUpgrade() -> Upgrade {
    Upgrade(
      board.handshake, headers: [("Server", "finalverse")],
      isWanted: { [self] head in
        Self.path(of: head) == HandshakeRules.path && isAdmitted
      },
      addHandler: { [self] context, accepted in
        guard let subprotocol = accepted.subprotocol.flatMap(Subprotocol.init) else {
          throw NIOWebSocketUpgradeError.unsupportedWebSocketTarget
        }
        let handler = ConnectionHandler(
          connection: connection,
          form: MessageForm(subprotocol: subprotocol, compression: accepted.compression),
          board: board, handshakeDeadline: board.eventLoop.now + board.limits.handshakeTimeout)
        try context.pipeline.syncOperations.addHandler(handler)
        board.upgrade(connection, to: handler)
      })
  }
}

extension HandshakeRules {
  /// Where the WebSocket is.
  static let path = "/ws"

  /// The rules of the gateway.
  init(_ configuration: GatewayConfiguration) {
    self.init(
      path: Self.path, subprotocols: Subprotocol.allCases.map(\.rawValue),
      allowedOrigins: configuration.allowedOrigins, compresses: configuration.compresses)
  }
}
