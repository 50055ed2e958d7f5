import Client
import EventLog
import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine
@testable import WebSocket

/// permessage-deflate over a real socket: who is sent what, and what is put up with.
@Suite(.serialized) struct CompressionTests {
  private static let offer = [
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
  ]

  /// A client that is signed in and has negotiated compression.
  private static func guest(
    _ gateway: GatewayFixture, json: Bool = false, offer: [String] = offer
  ) throws -> (client: RawClient, player: PlayerID) {
    let client = try gateway.client()
    try client.upgrade(json: json, extra: offer)
    return (client, PlayerID(try client.signIn().player))
  }

  /// What a frame holds, and whether it was compressed.
  private static func content(
    _ frame: RawClient.Frame?
  ) throws -> (message: ServerMessage, isCompressed: Bool) {
    let frame = try #require(frame)
    var payload = frame.payload
    if frame.isCompressed {
      var room = [UInt8](repeating: 0, count: 1 << 20)
      let count = try Inflater().inflate(payload[...], into: &room, bytesMax: room.count - 1)
      #expect(count > payload.count)
      payload = Array(room[..<count])
    }
    let message =
      frame.opcode == 1
      ? try ServerMessage(jsonUTF8Bytes: payload) : try ServerMessage(serializedBytes: payload)
    return (message, frame.isCompressed)
  }

  private static func subscribe(_ client: RawClient, after: UInt64 = 0) throws {
    try client.send(.subscribe(2, [.region(5)], after: after))
  }

  @Test func `the offer is taken, and without one or by the operator's will there is none`()
    async throws
  {
    let answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    try await GatewayFixture.run { gateway in
      let handshake = RawClient.handshake("finalverse.v1.proto", extra: Self.offer)
      let response = try gateway.client().request(handshake)
      #expect(response.headers["sec-websocket-extensions"] == answer)
      let without = try gateway.client().request(RawClient.handshake("finalverse.v1.proto"))
      #expect(without.headers["sec-websocket-extensions"] == nil)
    }
    try await GatewayFixture.run(.adjusted { $0.compresses = false }) { gateway in
      let handshake = RawClient.handshake("finalverse.v1.proto", extra: Self.offer)
      let response = try gateway.client().request(handshake)
      #expect(response.status == 101)
      #expect(response.headers["sec-websocket-extensions"] == nil)
    }
  }

  @Test(arguments: [false, true])
  func `watchers get the same events, compressed or as they have negotiated`(
    json: Bool
  ) async throws {
    try await GatewayFixture.run(.adjusted { $0.eventLoops = 1 }) { gateway in
      let narrow = ["Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9"]
      let (one, player) = try Self.guest(gateway, json: json)
      let (two, _) = try Self.guest(gateway, json: json)
      let (small, _) = try Self.guest(gateway, json: json, offer: narrow)
      let (plain, _) = try gateway.guest(json: json)
      let clients = [one, two, small, plain]
      for client in clients {
        try Self.subscribe(client)
        _ = try client.frame()
      }
      let few: [[Event]] = [[.moved(player, region: 5)]]
      gateway.engine.publishOnQueue(few)
      for client in clients {
        let (message, isCompressed) = try Self.content(try client.frame())
        #expect(message.push.entries.map(\.payload.events) == few)
        #expect(!isCompressed)
      }
      let many = [[Event]](repeating: [.moved(player, region: 5)], count: 500)
      gateway.engine.publishOnQueue(many)
      let frames = try clients.map { try #require(try $0.frame()) }
      for (index, frame) in frames.enumerated() {
        let (message, isCompressed) = try Self.content(frame)
        #expect(message.push.entries.map(\.payload.events) == many)
        #expect(isCompressed == (index < 3))
      }
      #expect(frames[0] == frames[1])
      #expect(frames[0].payload.count * 3 < frames[3].payload.count)

      // Built once for two of the connections, and once for that with the small window.
      let text = try gateway.client().request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").body
      let sizes = (frames[3].payload.count * 2, frames[0].payload.count + frames[2].payload.count)
      #expect(text.contains("\nfinalverse_compressed_before_bytes_total \(sizes.0)\n"))
      #expect(text.contains("\nfinalverse_compressed_after_bytes_total \(sizes.1)\n"))
    }
  }

  @Test func `what was missed is compressed too`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try Self.guest(gateway)
      let many = [[Event]](repeating: [.moved(player, region: 5)], count: 500)
      gateway.engine.publishOnQueue([[.moved(player, region: 5)]] + many)
      try Self.subscribe(client, after: 1)
      let (message, isCompressed) = try Self.content(try client.frame())
      #expect(message.push.entries.count == 500)
      #expect(isCompressed)
      #expect(try Self.content(try client.frame()).message.subscribed.resumed)
      let text = try gateway.client().request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").body
      #expect(!text.contains("\nfinalverse_compressed_before_bytes_total 0\n"))
    }
  }

  @Test func `tokens are never compressed`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade(json: true, extra: Self.offer)
      try client.send(.signIn(1))
      let frame = try #require(try client.frame())
      #expect(frame.payload.count >= Compressor.bytesMin)
      #expect(!frame.isCompressed)
    }
  }

  @Test(arguments: [false, true])
  func `what a client compresses is read`(json: Bool) async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try Self.guest(gateway, json: json)
      // Some hundred characters of a field that this server does not know.
      let long = String(repeating: "unknown ", count: 200)
      var bytes = try client.bytes(of: .query(2))
      bytes =
        json
        ? Array(#"{"id":"2","query":{"regions":{"world":{}}},"more":"\#(long)"}"#.utf8)
        : bytes + [0xFA, 0x01, 0xC0, 0x0C] + Array(long.utf8)
      let compressor = Compressor()
      let compressed = try #require(
        compressor.compress(unsafe bytes.span.bytes, .unlimited).map(Array.init))
      let middle = compressed.count / 2
      for id in UInt64(2)...3 {
        let kind: UInt8 = json ? 1 : 2
        if id == 2 {
          try client.send(frame: kind, compressed, reserved: 0x40)
        } else {
          try client.send(
            frame: kind, Array(compressed[..<middle]), isFinal: false, reserved: 0x40)
          try client.send(frame: 0, Array(compressed[middle...]))
        }
        let (message, _) = try Self.content(try client.frame())
        #expect(message.id == 2)
        #expect(message.failed.code.isEmpty)
      }
    }
  }

  @Test func `what is compressed counts as what it comes to`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.messageBurst = 10
        $0.limits.messagesPerSecond = 1
      }
    ) { gateway in
      let (client, _) = try Self.guest(gateway)
      let long = [UInt8](repeating: 0x20, count: 30_000)
      let bytes = try client.bytes(of: .query(2)) + [0xFA, 0x01, 0xB0, 0xEA, 0x01] + long
      let compressed = try #require(
        Compressor().compress(unsafe bytes.span.bytes, .unlimited).map(Array.init))
      #expect(compressed.count < 300)
      let frame = RawClient.frame(2, compressed, reserved: 0x40)
      try client.send(bytes: frame + RawClient.frame(2, client.bytes(of: .query(3))) + frame)
      let replies = try (0..<3).map { _ in try client.message() }
      #expect(replies.map(\.failed.code).sorted() == ["", "", "too_fast"])
    }
  }

  @Test(arguments: [(true, true), (true, false), (false, true)])
  func `the Swift client is sent the same, compressed where both want it`(
    byServer: Bool, byClient: Bool
  ) async throws {
    try await GatewayFixture.run(.adjusted { $0.compresses = byServer }) { gateway in
      let port = gateway.port
      let engine = gateway.engine
      let entries = try waiting {
        var options = ClientOptions()
        options.compresses = byClient
        let client = try await FinalverseClient.connect(
          to: "ws://127.0.0.1:\(port)/ws", options: options)
        defer { client.close() }
        try await client.subscribe([.own()])
        let player = PlayerID(client.player)
        engine.publishOnQueue((0..<500).map { [.granted(player, coins: $0)] })
        var entries: [PushedEntry] = []
        for await notice in client.notices {
          guard case .entry(let entry) = notice else { continue }
          entries.append(entry)
          if entries.count == 500 { break }
        }
        return entries
      }
      #expect(entries.map(\.position) == Array(1...500))
      let coins = entries.flatMap { $0.payload.events.map(\.inventory.goodsGranted.goods.coins) }
      #expect(coins == Array(0..<500))
      let text = try gateway.client().request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").body
      let isNone = text.contains("\nfinalverse_compressed_before_bytes_total 0\n")
      #expect(isNone == !(byServer && byClient))
    }
  }

  @Test func `a bomb closes, and so do bytes that do not decompress`() async throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 24)
    let bomb = try #require(
      Compressor().compress(unsafe zeros.span.bytes, .unlimited).map(Array.init))
    // In a message of the length allowed, two hundred times as much.
    #expect(bomb.count < 1 << 17)
    try await GatewayFixture.run(.adjusted { $0.limits.messageBytesMax = 1 << 17 }) { gateway in
      let (client, player) = try Self.guest(gateway)
      try client.send(frame: 2, bomb, reserved: 0x40)
      try client.expectGoodbye(.messageTooLarge)
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .expelled })

      let (other, _) = try Self.guest(gateway)
      try other.send(frame: 2, [0xFF, 0xFF, 0xFF], reserved: 0x40)
      try other.expectGoodbye(.badCompression)
    }
  }
}
