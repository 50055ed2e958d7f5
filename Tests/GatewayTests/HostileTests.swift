import Accounts
import EventLog
import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine

/// Clients that mean harm: what each gets is bounded, and the others are served.
@Suite(.serialized) struct HostileTests {
  /// What a client that floods sends again and again.
  enum Flood: String, CaseIterable {
    case pings
    case pongs
    case questions
    case rubbish
    case strangers
    case fragments

    /// Some of it, at once.
    func bytes() throws -> [UInt8] {
      switch self {
      case .pings: RawClient.frame(9, [1, 2, 3])
      case .pongs: RawClient.frame(10, [])
      case .questions: RawClient.frame(2, try ClientMessage.query(7).serializedBytes())
      case .rubbish: RawClient.frame(2, Array("]rubbish".utf8))
      case .strangers: RawClient.frame(2, try ClientMessage.with { $0.id = 7 }.serializedBytes())
      case .fragments: RawClient.frame(2, [], isFinal: false) + RawClient.frame(0, [])
      }
    }

    /// How the server ends it.
    var goodbye: GoodbyeCode {
      switch self {
      case .rubbish: .malformed
      default: .flooding
      }
    }
  }

  @Test(arguments: Flood.allCases)
  func `a flood is ended after a few, and the others are served meanwhile`(
    _ flood: Flood
  ) async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.eventLoops = 1
        $0.limits.messageBurst = 50
        $0.limits.messagesPerSecond = 10
        $0.limits.refusalsMax = 20
      }
    ) { gateway in
      let (other, _) = try gateway.guest()
      let (hostile, player) = try gateway.guest()
      let some = try (0..<200).flatMap { _ in try flood.bytes() }
      for id in UInt64(2)..<30 {
        // Once the server has closed it cannot send any more.
        try? hostile.send(bytes: some)
        try other.send(.query(id))
        #expect(try other.reply(to: id).failed.code.isEmpty)
      }
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .expelled })
      // What the engine was asked for is what the rate allows, and not what was sent.
      let asked = gateway.engine.requestCount - 28
      #expect(asked <= 50 + 10 * 10)
      let text = try gateway.client().request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").body
      #expect(
        text.contains("\nfinalverse_goodbyes_total{code=\"\(flood.goodbye.rawValue)\"} 1\n"))
    }
  }

  @Test func `many who stop reading are closed on, hold what is bounded, and delay nobody`()
    async throws
  {
    let bound = 100_000
    try await GatewayFixture.run(
      .adjusted {
        $0.eventLoops = 1
        $0.limits.pendingBytesMax = bound
        $0.limits.readingTimeout = .milliseconds(300)
        $0.limits.closingTimeout = .milliseconds(300)
      }
    ) { gateway in
      let (quick, player) = try gateway.guest()
      let stopped = try (0..<60).map { _ in
        let client = try gateway.client(receiveBuffer: 4_096)
        try client.upgrade()
        return (client: client, player: PlayerID(try client.signIn().player))
      }
      for client in stopped.map(\.client) + [quick] {
        try client.send(.subscribe(2, [.region(5)]))
        _ = try client.reply(to: 2)
      }
      let events = [Event](repeating: .moved(player, region: 5), count: 60)
      let batch = [[Event]](repeating: events, count: 20)
      var last: UInt64 = 0
      var isEveryoneGone = false
      while !isEveryoneGone, last < 100_000 {
        gateway.engine.publishOnQueue(batch)
        while last < gateway.engine.position.rawValue {
          for entry in try quick.message().push.entries {
            #expect(entry.position == last + 1)
            last = entry.position
          }
        }
        isEveryoneGone = stopped.allSatisfy { gateway.engine.endOfSession(of: $0.player) != nil }
      }
      #expect(isEveryoneGone)
      // What they had not read was held no longer than the time for closing: the connections are gone.
      #expect(
        try gateway.eventually {
          let text = try gateway.client().request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").body
          // The quick one, and the one that asks.
          return text.contains("\nfinalverse_connections 2\n")
        })
      try quick.send(.query(9))
      #expect(try quick.reply(to: 9).failed.code.isEmpty)
    }
  }

  @Test func `a request that drips in is closed in time all the same`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.handshakeTimeout = .milliseconds(300) }) {
      gateway in
      let client = try gateway.client()
      var isClosed = false
      // Some bytes every few milliseconds; many times as long as is allowed.
      for byte in RawClient.handshake("finalverse.v1.proto").utf8 where !isClosed {
        usleepMilliseconds(20)
        isClosed = (try? client.send(bytes: [byte])) == nil
      }
      #expect(try isClosed || client.isClosed())
    }
  }

  /// Headers that are too much.
  enum Headers: String, CaseIterable {
    case many
    case long
    case much

    var text: String {
      switch self {
      case .many: String(repeating: "X-More: 0123456789\r\n", count: 5_000)
      case .long: "X-Long: " + String(repeating: "0", count: 100_000)
      case .much: String(repeating: "X-Much: \(String(repeating: "0", count: 4_000))\r\n", count: 5)
      }
    }
  }

  @Test(arguments: Headers.allCases)
  func `headers without end are refused, and not held`(_ headers: Headers) async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      // The server may close before all is sent.
      try? client.send(bytes: Array(("GET /ws HTTP/1.1\r\nHost: a\r\n" + headers.text).utf8))
      let response = try? client.response()
      #expect(response == nil || response?.status == 400)
      #expect(try client.isClosed())
    }
  }

  @Test func `connections that never ask for anything are bounded in number`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.connectionsMax = 10
        $0.limits.handshakeTimeout = .milliseconds(300)
      }
    ) { gateway in
      let idle = try (0..<10).map { _ in try gateway.client() }
      #expect(
        try gateway.eventually {
          try gateway.client().request("GET /health HTTP/1.1\r\nHost: a\r\n\r\n").status == 503
        })
      for client in idle { #expect(try client.isClosed()) }
      // Their places are free again.
      #expect(try gateway.guest().player == PlayerID(UInt64(1_000)))
    }
  }

  @Test func `an expired token lets nobody in`() async throws {
    let clock = TestClock(1_700_000_000_000_000)
    var accounts = AccountsConfiguration { clock.now }
    accounts.cost = .cheap
    accounts.tokenLife = 1_000_000
    try await GatewayFixture.run(accounts: accounts) { gateway in
      let first = try gateway.client()
      try first.upgrade()
      let welcome = try first.signIn()
      for (later, isIn) in [(999_999, true), (1_000_000, false), (1 << 50, false)]
        as [(Int64, Bool)]
      {
        clock.set(1_700_000_000_000_000 + later)
        let client = try gateway.client()
        try client.upgrade()
        try client.send(.signIn(1, token: welcome.token))
        let reply = try client.message()
        #expect((reply.welcome.player == welcome.player) == isIn)
        #expect(reply.failed.code == (isIn ? "" : "bad_token"))
      }
    }
  }
}

/// A clock that stands still until it is set.
private final class TestClock: Sendable {
  private let microseconds: Atomic<Int64>

  init(_ microseconds: Int64) { self.microseconds = Atomic(microseconds) }

  var now: Timestamp { Timestamp(microseconds: microseconds.load(ordering: .relaxed)) }

  func set(_ value: Int64) { microseconds.store(value, ordering: .relaxed) }
}
