import Accounts
import EventLog
import Gateway
import NIOCore
import Schema
import Synchronization
import Testing
import World

/// Who somebody is, and what happens before that is known.
@Suite(.serialized) struct SignInTests {
  @Test(arguments: [false, true])
  func `a guest is welcomed with a token that lets the same player in again`(
    json: Bool
  ) async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade(json: json)
      let welcome = try client.signIn(3)
      #expect(welcome.player == 1_000)
      #expect(welcome.session == 101_000)
      #expect(welcome.world == "Testland")
      #expect(welcome.timeUs == 1_700_000_000_000_000)
      #expect(welcome.limits.messageBytesMax == 65_536)
      #expect(welcome.limits.inFlightMax == 64)
      #expect(welcome.limits.messagesPerSecond == 200)
      #expect(welcome.limits.silenceSecondsMax == 60)
      let again = try gateway.client()
      try again.upgrade(json: json)
      #expect(try again.signIn(token: welcome.token).player == 1_000)
    }
  }

  @Test func `the operator's token lets the operator in`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      let welcome = try client.signIn(token: gateway.operatorToken)
      #expect(welcome.player == 2)
      #expect(welcome.session == 0)
      #expect(welcome.role == .operator)
    }
  }

  @Test func `nothing is answered before sign-in but that`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      try client.send(.query(1))
      let early = try client.message()
      #expect(early.id == 1)
      #expect(early.failed.code == "sign_in_first")
      // Both in one read, so that the query cannot come after the welcome.
      try client.send(
        bytes: RawClient.frame(2, client.bytes(of: .signIn(2)))
          + RawClient.frame(2, client.bytes(of: .query(3))))
      let codes = [try client.message(), try client.message()].map { ($0.id, $0.failed.code) }
      #expect(codes.contains { $0 == (3, "sign_in_first") })
      #expect(codes.contains { $0 == (2, "") })
    }
  }

  @Test func `one sign-in a connection`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      try client.send(.signIn(2))
      #expect(try client.message().failed.code == "already_signed_in")
    }
  }

  @Test(arguments: ["", "x", "a.b.c", String(repeating: "a", count: 5_000), "foreign", "none"])
  func `a bad token may be followed by a good one, but not for ever`(
    _ kind: String
  ) async throws {
    let token = try await Self.badToken(kind)
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      for id in UInt64(1)...2 {
        try client.send(.signIn(id, token: token))
        let reply = try client.message()
        #expect(reply.id == id)
        #expect(reply.failed.code == "bad_token")
      }
      try client.signIn(3)

      let stubborn = try gateway.client()
      try stubborn.upgrade()
      for id in UInt64(1)...3 {
        try stubborn.send(.signIn(id, token: token))
        _ = try stubborn.message()
      }
      try stubborn.expectGoodbye(.signInRefused, resumeAfter: 0)
    }
  }

  /// A token that is none here: of another key, or signed by nobody.
  private static func badToken(_ kind: String) async throws -> String {
    switch kind {
    case "foreign":
      var token = ""
      try await withTemporaryDirectory { directory in
        let accounts = try await IdentityDirectory(path: directory).open(
          world: "test", nextPlayer: PlayerID(UInt64(1_000)), configuration: .cheap())
        token = try await accounts.grant(
          to: PlayerID(UInt64(1_000)), generation: nil, for: .newFamily
        ).token
      }
      return token
    case "none":
      // {"alg":"none"}.{"iss":"test","sub":"2","iat":0,"role":"operator"}.
      return "eyJhbGciOiJub25lIn0"
        + ".eyJpc3MiOiJ0ZXN0Iiwic3ViIjoiMiIsImlhdCI6MCwicm9sZSI6Im9wZXJhdG9yIn0."
    default:
      return kind
    }
  }

  @Test func `a retired player's token lets nobody in`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      let token = try client.signIn().token
      gateway.engine.state.withLock { _ = $0.retired.insert(PlayerID(UInt64(1_000))) }
      let again = try gateway.client()
      try again.upgrade()
      try again.send(.signIn(1, token: token))
      let reply = try again.message()
      #expect(reply.failed.code == "bad_token")
      #expect(reply.failed.message == "The profile is retired.")
      #expect(try again.signIn(2).player == 1_001)
    }
  }

  @Test func `who does not sign in in time is told, and closed`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.handshakeTimeout = .milliseconds(200) }) {
      gateway in
      let client = try gateway.client()
      try client.upgrade()
      try client.expectGoodbye(.signInTimeout, resumeAfter: 0)
    }
  }

  @Test func `a session whose client did not wait for the welcome is closed`() async throws {
    try await GatewayFixture.run { gateway in
      try gateway.engine.onQueueThrowing {
        let client = try gateway.client()
        try client.upgrade()
        try client.send(.signIn(1))
        // The engine is held up meanwhile; the client is gone when it opens the session.
        #expect(gateway.eventually { gateway.engine.received.count == 1 })
      }
      let player = PlayerID(UInt64(1_000))
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .lost })
    }
  }

  @Test func `a client's name is short, and a sign-in says how`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      try client.send(.signIn(1, client: String(repeating: "ü", count: 65)))
      #expect(try client.message().failed.code == "bad_request")
      var message = ClientMessage.signIn(2)
      message.signIn.credential = nil
      try client.send(message)
      #expect(try client.message().failed.code == "bad_request")
      try client.send(.signIn(3, client: String(repeating: "ü", count: 64)))
      #expect(try client.message().welcome.player == 1_000)
    }
  }

  @Test func `a player who signs in elsewhere is told so`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      gateway.engine.endSession(of: player, .superseded)
      try client.expectGoodbye(.superseded)
      // The engine knows already.
      #expect(gateway.engine.endOfSession(of: player) == nil)
    }
  }

  @Test func `a player whose role may not watch what it watched is told so`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      gateway.engine.endSession(of: player, .roleChanged)
      try client.expectGoodbye(.roleChanged)
      #expect(gateway.engine.endOfSession(of: player) == nil)
    }
  }
}
