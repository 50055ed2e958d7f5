import Client
import Schema
import Testing

/// How a client stays who it is, when its tokens do not last.
@Suite(.timeLimit(.minutes(1)))
struct TokenTests {
  @Test func `a token that has expired is not tried: the refresh token is`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      guard message.isSignIn else { return connection.acknowledge(message, at: 8) }
      connection.welcome(message, refreshToken: "refresh-\(connection.number)", lifeSeconds: 1)
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      #expect(client.refreshToken == "refresh-1")
      for number in 1...2 {
        client.severConnection()
        try await eventually("it is back") {
          server.journal.connections.count == number + 1 && client.isConnected
        }
      }
      let signIns = server.journal.arrivals.filter { $0.message.isSignIn }.map(\.message.signIn)
      #expect(
        signIns.map(\.credential) == [
          .guest(Guest()), .refreshToken("refresh-1"), .refreshToken("refresh-2"),
        ])
      #expect(client.refreshToken == "refresh-3")
    }
  }

  @Test func `a token that is refused although it should be good gives way to the refresh token`()
    async throws
  {
    let script: ScriptedServer.Script = { connection, message in
      guard message.isSignIn else { return connection.acknowledge(message, at: 8) }
      if case .token = message.signIn.credential {
        connection.reply(to: message) { $0.failed.code = "bad_token" }
      } else {
        connection.welcome(
          message, refreshToken: "refresh-\(connection.number)", lifeSeconds: 3_600)
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      client.severConnection()
      #expect(try await client.submit(.stopMove()) == 8)
      let signIns = server.journal.arrivals.filter { $0.message.isSignIn }.map(\.message.signIn)
      #expect(
        signIns.map(\.credential) == [
          .guest(Guest()), .token("token-1"), .refreshToken("refresh-1"),
        ])
    }
  }

  @Test func `tokens that come on the way are kept, and a refresh is not sent twice`()
    async throws
  {
    let script: ScriptedServer.Script = { connection, message in
      switch message.request {
      case .signIn:
        connection.welcome(message, refreshToken: "refresh-1", lifeSeconds: 3_600)
      case .refresh(let refresh) where refresh.refreshToken == "refresh-1":
        connection.reply(to: message) {
          $0.tokens.token = "token-9"
          $0.tokens.tokenExpiresUs = 7_200_000_000
          $0.tokens.refreshToken = "refresh-9"
        }
      case .refresh: connection.sever()
      case .register: connection.reply(to: message) { $0.registered = Registered() }
      default: connection.acknowledge(message, at: 8)
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await client.register(name: "mira", password: "correct horse")
      try await client.refreshTokens()
      #expect(client.token == "token-9")
      #expect(client.refreshToken == "refresh-9")
      await #expect(throws: ClientFault.self) { try await client.refreshTokens() }
      #expect(try await client.submit(.stopMove()) == 8)
      let refreshes = server.journal.arrivals.count { $0.message.refresh.refreshToken != "" }
      #expect(refreshes == 2)
    }
  }

  @Test func `a player who was signed out everywhere does not come back by itself`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      guard !message.isSignIn else { return connection.welcome(message) }
      connection.reply(to: message) { $0.goodbye.code = "signed_out" }
      connection.sever()
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await client.signOutEverywhere()
      #expect(client.ending != nil)
      #expect(server.journal.connections.count == 1)
    }
  }

  @Test func `an account signs in by password, and then by tokens`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      connection.welcome(message, refreshToken: "refresh", lifeSeconds: 3_600)
    }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick {
        $0.credential = .password(name: "mira", password: "correct horse")
      }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      client.severConnection()
      try await eventually("it is back") {
        server.journal.connections.count == 2 && client.isConnected
      }
      let signIns = server.journal.arrivals.filter { $0.message.isSignIn }.map(\.message.signIn)
      #expect(signIns.first?.password.name == "mira")
      #expect(signIns.last?.token == "token-1")
    }
  }
}
