import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

/// What is put up with: each limit, what is said at it, and what becomes of those who go on.
@Suite(.serialized) struct LimitsTests {
  @Test func `more messages than allowed are refused, with when to try again`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.messageBurst = 3
        $0.limits.messagesPerSecond = 1
      }
    ) { gateway in
      let (client, _) = try gateway.guest()
      for id in UInt64(2)..<6 { try client.send(.query(id)) }
      for _ in 2..<6 {
        let reply = try client.message()
        if reply.id < 4 {
          #expect(reply.failed.code.isEmpty)
        } else {
          #expect(reply.failed.code == "too_fast")
          #expect((1...1_001).contains(reply.failed.retryAfterMs))
        }
      }
      usleepMilliseconds(1_100)
      try client.send(.query(9))
      #expect(try client.message().failed.code.isEmpty)
    }
  }

  @Test func `who goes on after many refusals is hostile`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.messageBurst = 2
        $0.limits.messagesPerSecond = 1
        $0.limits.refusalsMax = 20
      }
    ) { gateway in
      let (client, player) = try gateway.guest()
      for id in UInt64(2)..<30 { try client.send(.query(id)) }
      try client.expectGoodbye(.flooding)
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .expelled })
    }
  }

  @Test func `pings count as messages`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.messageBurst = 2
        $0.limits.messagesPerSecond = 1
        $0.limits.refusalsMax = 20
      }
    ) { gateway in
      let client = try gateway.client()
      try client.upgrade()
      for _ in 0..<30 { try client.send(frame: 9, []) }
      #expect(try client.frame()?.opcode == 10)
      #expect(try client.frame()?.opcode == 10)
      try client.expectGoodbye(.flooding)
    }
  }

  @Test func `requests without reply are bounded`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.inFlightMax = 3 }) { gateway in
      let (client, _) = try gateway.guest()
      gateway.engine.state.withLock { $0.holdsReplies = true }
      for id in UInt64(2)..<6 { try client.send(.query(id)) }
      let reply = try client.message()
      #expect(reply.id == 5)
      #expect(reply.failed.code == "too_many_in_flight")
      #expect(reply.failed.retryAfterMs > 0)
    }
  }

  @Test func `an id may be used again only after its reply`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      try client.send(.query(2))
      #expect(try client.message().id == 2)
      try client.send(.query(2))
      #expect(try client.message().failed.code.isEmpty)
      gateway.engine.state.withLock { $0.holdsReplies = true }
      try client.send(.query(2))
      try client.send(.query(2))
      #expect(try client.message().failed.code == "bad_request")
    }
  }

  @Test(arguments: [false, true])
  func `a long message counts as many`(byPlayer: Bool) async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.messagesPerSecond = 1
        $0.limits.requestsPerSecond = 1
        $0.limits.messageBurst = byPlayer ? 400 : 10
        $0.limits.requestBurst = byPlayer ? 9 : 400
      }
    ) { gateway in
      // Signing in has taken one of the connection's.
      let (client, _) = try gateway.guest()
      let frames = try [
        RawClient.frame(2, Self.long(.query(2), byteCount: 30_000)),
        RawClient.frame(2, client.bytes(of: .query(3))),
        RawClient.frame(2, client.bytes(of: .query(4))),
      ]
      try client.send(bytes: frames.flatMap(\.self))
      let replies = try (2...4).map { _ in try client.message() }.sorted { $0.id < $1.id }
      #expect(replies.map(\.id) == [2, 3, 4])
      #expect(replies.map(\.failed.code) == ["", "", "too_fast"])
    }
  }

  @Test func `the longest message comes through where few are allowed, and takes all of them`()
    async throws
  {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.messageBurst = 3
        $0.limits.messagesPerSecond = 1_000
      }
    ) { gateway in
      let (client, _) = try gateway.guest()
      usleepMilliseconds(20)
      try client.send(frame: 2, try Self.long(.query(2), byteCount: 60_000))
      #expect(try client.reply(to: 2).failed.code.isEmpty)
    }
  }

  @Test func `whoever goes on with long messages is hostile after a few`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.messageBurst = 2
        $0.limits.messagesPerSecond = 1
        $0.limits.refusalsMax = 20
      }
    ) { gateway in
      let (client, player) = try gateway.guest()
      let long = try Self.long(.query(2), byteCount: 60_000)
      for _ in 0..<3 { try? client.send(frame: 2, long) }
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .expelled })
    }
  }

  /// A message, made so long by a field that the server does not know.
  private static func long(_ message: ClientMessage, byteCount: Int) throws -> [UInt8] {
    let bytes: [UInt8] = try message.serializedBytes()
    let count = byteCount - bytes.count - 5
    let length = [UInt8(count & 0x7F | 0x80), UInt8(count >> 7 & 0x7F | 0x80), UInt8(count >> 14)]
    return bytes + [0xFA, 0x01] + length + [UInt8](repeating: 0x20, count: count)
  }

  struct Poor: Sendable, CustomTestStringConvertible {
    var message: ClientMessage
    var code: FailureCode
    var testDescription: String { code.rawValue }
  }

  @Test(arguments: [
    Poor(message: .query(0), code: .badRequest),
    Poor(message: .with { $0.id = 7 }, code: .unknownRequest),
    Poor(message: .stop(7, commandID: 0), code: .badRequest),
    Poor(message: .subscribe(7, []), code: .badRequest),
    Poor(
      message: .with {
        $0.id = 7
        $0.subscribe.topics = [Topic()]
      }, code: .badRequest),
    Poor(
      message: .subscribe(7, (1...17).map { .region($0) }), code: .tooManyTopics),
    Poor(
      message: .with {
        $0.id = 7
        $0.unsubscribe.topics = Array(repeating: .with { $0.region = 5 }, count: 17)
      }, code: .tooManyTopics),
  ])
  func `a poor request is refused and the connection goes on`(_ poor: Poor) async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      try client.send(poor.message)
      let reply = try client.message()
      #expect(reply.id == poor.message.id)
      #expect(reply.failed.code == poor.code.rawValue)
      #expect(!reply.failed.message.isEmpty)
      try client.send(.stop(8))
      #expect(try client.reply(to: 8).acknowledged.position == 1)
    }
  }

  @Test func `a command that names nothing is rejected, not failed`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      try client.send(
        .with {
          $0.id = 2
          $0.command.commandID = 1
        })
      let reply = try client.message()
      #expect(reply.rejected.code == "unknown_request")
      #expect(reply.rejected.fields == ["command"])
    }
  }

  @Test(arguments: [false, true])
  func `rubbish is answered, and only much of it closes`(json: Bool) async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.malformedMax = 5 }) { gateway in
      let (client, _) = try gateway.guest(json: json)
      for _ in 0..<4 { try client.send(frame: json ? 1 : 2, Array("]rubbish".utf8)) }
      for _ in 0..<4 {
        let reply = try client.message()
        #expect(reply.id == 0)
        #expect(reply.failed.code == "malformed")
      }
      try client.send(.query(2))
      #expect(try client.message().id == 2)
      for _ in 0..<5 { try client.send(frame: json ? 1 : 2, Array("]rubbish".utf8)) }
      try client.expectGoodbye(.malformed)
    }
  }

  @Test func `fields that this server does not know are ignored`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest(json: true)
      let text = #"{"id":"2","query":{"regions":{"world":{"news":1}},"more":[]},"new":{}}"#
      try client.send(frame: 1, Array(text.utf8))
      #expect(try client.message().id == 2)
    }
  }

  @Test func `topics are counted over all subscriptions, asked for or had`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.topicsMax = 3 }) { gateway in
      let (client, _) = try gateway.guest()
      try client.send(.subscribe(2, [.region(1), .region(2)]))
      try client.send(.subscribe(3, [.region(3), .region(4)]))
      #expect(try client.reply(to: 3).failed.code == "too_many_topics")
      try client.send(
        .with {
          $0.id = 4
          $0.unsubscribe.topics = [.with { $0.region = 1 }]
        })
      #expect(try client.reply(to: 4).unsubscribed == Unsubscribed())
      try client.send(.subscribe(5, [.region(3), .region(4)]))
      #expect(try client.reply(to: 5).subscribed.states.count == 2)
    }
  }

  @Test func `when the engine is full, requests are refused for a moment`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      gateway.engine.state.withLock { $0.isFull = true }
      try client.send(.query(2))
      let reply = try client.message()
      #expect(reply.failed.code == "busy")
      #expect(reply.failed.retryAfterMs > 0)
      let other = try gateway.client()
      try other.upgrade()
      try other.send(.signIn(1))
      #expect(try other.message().failed.code == "busy")
      gateway.engine.state.withLock { $0.isFull = false }
      try client.send(.query(2))
      #expect(try client.message().failed.code.isEmpty)
      #expect(try other.signIn(2).player == 1_001)
    }
  }

  @Test func `silence is met with a ping, then with the end`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.silenceTimeout = .milliseconds(400) }) {
      gateway in
      let (client, player) = try gateway.guest()
      let (polite, _) = try gateway.guest()
      for _ in 0..<4 {
        #expect(try polite.frame()?.opcode == 9)
        try polite.send(frame: 10, [])
      }
      #expect(try client.frame()?.opcode == 9)
      try client.expectGoodbye(.silent)
      #expect(gateway.engine.endOfSession(of: player) == .lost)
    }
  }

  @Test func `who sends no command is idle until the next, queries or not`() async throws {
    let engine = ScriptedEngine(idleAfterMicroseconds: 300_000)
    try await GatewayFixture.run(
      engine: engine, .adjusted { $0.limits.handshakeTimeout = .milliseconds(400) }
    ) { gateway in
      let (client, _) = try gateway.guest()
      for id in UInt64(2)..<8 {
        try client.send(.query(id))
        #expect(try client.message().id == id)
        usleepMilliseconds(100)
      }
      #expect(gateway.eventually { engine.marks == ["idle"] })
      try client.send(.stop(10))
      #expect(try client.reply(to: 10).acknowledged.position == 1)
      #expect(engine.marks.prefix(3) == ["idle", "active", "command"])
    }
  }
}
