import NIOCore
import NIOEmbedded
import NIOHTTP1
import WebSocket

/// What comes before WebSocket.
enum HandshakeDecoding {
  private static let rules = HandshakeRules(
    path: "/ws", subprotocols: ["finalverse.v1.proto", "finalverse.v1.json"],
    allowedOrigins: ["https://game.example"], compresses: true)

  /// Reads bytes as HTTP, and looks at each request as one to upgrade.
  static func decode(_ bytes: [UInt8]) {
    let channel = EmbeddedChannel(
      handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)))
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    guard (try? channel.writeInbound(ByteBuffer(bytes: bytes))) != nil else { return }
    while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
      guard case .head(let head) = part, let accepted = try? rules.accept(head) else { continue }
      guard let compression = accepted.compression else { continue }
      // What is answered is an offer that would be taken too.
      precondition(
        Compression(offers: [compression.response])?.response == compression.response,
        "an answer is no offer")
    }
  }
}
