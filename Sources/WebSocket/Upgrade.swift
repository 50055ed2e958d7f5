package import NIOCore
package import NIOHTTP1
import NIOWebSocket

/// Turns an HTTP connection into a WebSocket one.
///
/// The handshake's arithmetic is NIOWebSocket's. Its frame handlers are left out: bytes come to the
/// handler that is added as they are read (docs/decisions tells why).
package final class Upgrade: HTTPServerProtocolUpgrader {
  /// What is asked for in the header `Upgrade`.
  package let supportedProtocol = "websocket"
  /// None beside those that NIO looks at.
  package let requiredUpgradeHeaders: [String] = []

  private let rules: HandshakeRules
  private let isWanted: (HTTPRequestHead) -> Bool
  private let addHandler: (ChannelHandlerContext, HandshakeRules.Accepted) throws -> Void
  private let handshake: NIOWebSocketServerUpgrader

  /// The upgrade of one connection.
  ///
  /// - Parameters:
  ///   - rules: Which handshakes are accepted. Others go on as requests.
  ///   - headers: Further headers of the response.
  ///   - isWanted: Whether a request, by its path and the like, is one to upgrade.
  ///   - addHandler: Adds the handler that reads and writes frames.
  package init(
    _ rules: HandshakeRules, headers: [(String, String)] = [],
    isWanted: @escaping (HTTPRequestHead) -> Bool = { _ in true },
    addHandler: @escaping (ChannelHandlerContext, HandshakeRules.Accepted) throws -> Void
  ) {
    self.rules = rules
    self.isWanted = isWanted
    self.addHandler = addHandler
    handshake = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, head in
        let accepted = try? rules.accept(head)
        return channel.eventLoop.makeSucceededFuture(
          accepted.map { HTTPHeaders($0.headers + headers) })
      },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
  }

  /// What is answered to a request that is upgraded; fails for one that is not.
  package func buildUpgradeResponse(
    channel: any Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
  ) -> EventLoopFuture<HTTPHeaders> {
    guard isWanted(upgradeRequest) else {
      return channel.eventLoop.makeFailedFuture(NIOWebSocketUpgradeError.unsupportedWebSocketTarget)
    }
    return handshake.buildUpgradeResponse(
      channel: channel, upgradeRequest: upgradeRequest,
      initialResponseHeaders: initialResponseHeaders)
  }

  /// Ends the HTTP side.
  package func upgrade(
    context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead
  ) -> EventLoopFuture<Void> {
    context.eventLoop.makeCompletedFuture {
      try addHandler(context, try rules.accept(upgradeRequest))
    }
  }
}
