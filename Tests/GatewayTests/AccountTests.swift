import Accounts
import EventLog
import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Testing
import World

/// Accounts over a real socket.
@Suite(.serialized) struct AccountTests {
  private static let password = "correct horse"

  @Test(arguments: [false, true])
  func `a guest registers, and signs in by password as the same player`(json: Bool) async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest(json: json)
      try client.send(.register(2, "Mira", Self.password))
      #expect(try client.reply(to: 2).message == .registered(Registered()))
      let again = try gateway.client()
      try again.upgrade(json: json)
      let welcome = try again.welcome(.password(1, "mira", Self.password))
      #expect(welcome.player == player.rawValue)
      #expect(welcome.tokenExpiresUs == 1_700_003_600_000_000)
      #expect(!welcome.refreshToken.isEmpty)
    }
  }

  @Test(
    arguments: [
      (ClientMessage.register(2, "x", "correct horse"), "invalid_name"),
      (.register(2, "mira", "short"), "weak_password"),
      (.register(2, "mira", String(repeating: "x", count: 60_000)), "weak_password"),
      (.register(2, "mira", "correct horse", mail: "nowhere"), "invalid_mail"),
      (.register(2, "taken", "correct horse"), "name_taken"),
      (.changePassword(2, "correct horse", "battery staple"), "not_registered"),
      (.changeMail(2, "correct horse", "mira@example.org"), "not_registered"),
      (.changeMail(2, "correct horse", "nowhere"), "invalid_mail"),
      (.refresh(2, "rubbish"), "bad_token"),
      (.refresh(2, ""), "bad_token"),
    ] as [(ClientMessage, String)])
  func `what cannot be is refused with its code, and the session goes on`(
    _ message: ClientMessage, _ code: String
  ) async throws {
    try await GatewayFixture.run { gateway in
      let (other, _) = try gateway.guest()
      try other.send(.register(2, "Taken", Self.password))
      _ = try other.reply(to: 2)
      let (client, _) = try gateway.guest()
      try client.send(message)
      #expect(try client.reply(to: 2).failed.code == code)
      try client.send(.query(3))
      #expect(try client.reply(to: 3).answer.position == 0)
    }
  }

  @Test(
    arguments: [
      (ClientMessage.password(1, "mira", "wrong horse"), "bad_credentials"),
      (.password(1, "nobody", "correct horse"), "bad_credentials"),
      (.password(1, "", ""), "bad_credentials"),
      (.refreshSignIn(1, "rubbish"), "bad_token"),
      (.reset(1, "mira", "AAAAA-AAAAA-AAAAA-AAAAA", "battery staple"), "bad_reset_code"),
      (.reset(1, "mira", "", "short"), "weak_password"),
    ] as [(ClientMessage, String)])
  func `a sign-in that proves nothing may be tried three times`(
    _ message: ClientMessage, _ code: String
  ) async throws {
    try await GatewayFixture.run { gateway in
      let (other, _) = try gateway.guest()
      try other.send(.register(2, "Mira", Self.password))
      _ = try other.reply(to: 2)
      let client = try gateway.client()
      try client.upgrade()
      for _ in 0..<3 {
        try client.send(message)
        #expect(try client.reply(to: 1).failed.code == code)
      }
      try client.expectGoodbye(.signInRefused, resumeAfter: 0)
      // The account is not locked by that.
      let good = try gateway.client()
      try good.upgrade()
      _ = try good.welcome(.password(1, "mira", Self.password))
    }
  }

  @Test func `a refresh token lets in once, and after a lost answer once more`() async throws {
    try await GatewayFixture.run { gateway in
      let first = try gateway.client()
      try first.upgrade()
      let token = try first.signIn().refreshToken
      func signIn(_ token: String) throws -> (RawClient, ServerMessage) {
        let client = try gateway.client()
        try client.upgrade()
        try client.send(.refreshSignIn(1, token))
        return (client, try client.reply(to: 1))
      }
      _ = try signIn(token)
      let (client, reply) = try signIn(token)
      #expect(reply.welcome.player == 1_000)
      // This shows that the welcome has arrived, and with it the next token.
      try client.send(.query(2))
      _ = try client.reply(to: 2)
      #expect(try gateway.eventually { try signIn(token).1.failed.code == "bad_token" })
      #expect(try signIn(reply.welcome.refreshToken).1.failed.code == "bad_token")
    }
  }

  @Test(
    arguments: [
      (AccountRefusal.signedOut, "bad_token", GoodbyeCode.signedOut),
      (.unavailable, "busy", .internalFault),
    ] as [(AccountRefusal, String, GoodbyeCode)])
  func `a sign-in whose proof becomes void before its tokens are there gets its reply`(
    _ refusal: AccountRefusal, _ code: String, _ goodbye: GoodbyeCode
  ) async throws {
    let engine = ScriptedEngine()
    var configuration = GatewayConfiguration()
    configuration.port = 0
    try await GatewayFixture.serve(engine, FickleDesk(refusal: refusal), configuration) { port, _ in
      let client = try RawClient(port: port)
      try client.upgrade()
      try client.send(.refreshSignIn(1, "any"))
      #expect(try client.reply(to: 1).failed.code == code)
      try client.expectGoodbye(goodbye, resumeAfter: 0)
      #expect(engine.endOfSession(of: PlayerID(UInt64(1_000))) == .expelled)
    }
  }

  @Test func `new tokens come on an open connection too`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      let welcome = try client.signIn()
      try client.send(.refresh(2, welcome.refreshToken))
      let tokens = try client.reply(to: 2).tokens
      #expect(tokens.refreshToken != welcome.refreshToken)
      #expect(tokens.tokenExpiresUs == 1_700_003_600_000_000)
      let again = try gateway.client()
      try again.upgrade()
      #expect(try again.welcome(.refreshSignIn(1, tokens.refreshToken)).player == 1_000)
    }
  }

  @Test(arguments: [false, true])
  func `an account's mail address is changed with the password`(json: Bool) async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest(json: json)
      try client.send(.register(2, "mira", Self.password))
      _ = try client.reply(to: 2)
      try client.send(.changeMail(3, "wrong horse", "mira@example.org"))
      #expect(try client.reply(to: 3).failed.code == "bad_credentials")
      try client.send(.changeMail(4, Self.password, "mira@example.org"))
      #expect(try client.reply(to: 4).message == .mailChanged(MailChanged()))
    }
  }

  @Test func `a changed password ends the other sessions, and leaves the one that changed it`()
    async throws
  {
    try await GatewayFixture.run { gateway in
      let (first, _) = try gateway.guest()
      try first.send(.register(2, "mira", Self.password))
      _ = try first.reply(to: 2)
      // The scripted engine supersedes nobody, so that both are open.
      let second = try gateway.client()
      try second.upgrade()
      _ = try second.welcome(.password(1, "mira", Self.password))
      try second.send(.changePassword(2, "wrong horse", "battery staple"))
      #expect(try second.reply(to: 2).failed.code == "bad_credentials")
      try second.send(.changePassword(3, Self.password, "battery staple"))
      let tokens = try second.reply(to: 3).tokens
      try first.expectGoodbye(.signedOut)
      try second.send(.query(4))
      #expect(try second.reply(to: 4).answer.position == 0)
      let third = try gateway.client()
      try third.upgrade()
      #expect(try third.signIn(token: tokens.token).player == 1_000)
    }
  }

  @Test func `signing out everywhere is answered with a goodbye, and makes tokens void`()
    async throws
  {
    try await GatewayFixture.run { gateway in
      let first = try gateway.client()
      try first.upgrade()
      let welcome = try first.signIn()
      let second = try gateway.client()
      try second.upgrade()
      try second.signIn(token: welcome.token)
      try second.send(.signOutEverywhere(7))
      let reply = try second.reply(to: 7)
      #expect(reply.goodbye.code == "signed_out")
      try first.expectGoodbye(.signedOut)
      let third = try gateway.client()
      try third.upgrade()
      try third.send(.signIn(1, token: welcome.token))
      #expect(try third.reply(to: 1).failed.code == "bad_token")
      try third.send(.refreshSignIn(2, welcome.refreshToken))
      #expect(try third.reply(to: 2).failed.code == "bad_token")
    }
  }

  @Test func `an operator beside the server signs out, resets and erases`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      try client.send(.register(2, "mira", Self.password, mail: "mira@example.org"))
      _ = try client.reply(to: 2)
      let store = try gateway.identity.openStore()
      try store.signOut(player)
      try client.expectGoodbye(.signedOut)

      let name = try #require(AccountName("mira"))
      let code = try #require(
        try store.makeResetCode(
          named: name, until: Timestamp(microseconds: 1_700_000_001_000_000)))
      let again = try gateway.client()
      try again.upgrade()
      let welcome = try again.welcome(.reset(1, "mira", "\(code)", "battery staple"))
      #expect(welcome.player == player.rawValue)

      try store.erase(player)
      try again.expectGoodbye(.signedOut)
      let third = try gateway.client()
      try third.upgrade()
      try third.send(.password(1, "mira", "battery staple"))
      #expect(try third.reply(to: 1).failed.code == "bad_credentials")
      try third.send(.signIn(2, token: welcome.token))
      #expect(try third.reply(to: 2).failed.code == "bad_token")
    }
  }

  @Test func `an operator is no account`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      let welcome = try client.signIn(token: gateway.operatorToken)
      #expect(welcome.token == gateway.operatorToken)
      #expect(welcome.tokenExpiresUs == 0)
      for message in [
        ClientMessage.register(2, "mira", Self.password), .signOutEverywhere(2), .refresh(2, "x"),
        .changePassword(2, "a", "b"), .changeMail(2, "a", "b@c"),
      ] {
        try client.send(message)
        #expect(try client.reply(to: 2).failed.code == "bad_request")
      }
    }
  }

  @Test func `one change of an account at a time`() async throws {
    let cost = try #require(PasswordCost(logRounds: 14, blockSize: 8, parallelism: 1))
    try await GatewayFixture.run(accounts: .cheap { $0.cost = cost }) { gateway in
      let (client, _) = try gateway.guest()
      try client.send(
        bytes: RawClient.frame(2, client.bytes(of: .register(2, "mira", Self.password)))
          + RawClient.frame(2, client.bytes(of: .register(3, "mira", Self.password))))
      let replies = [try client.message(), try client.message()]
      #expect(replies.first { $0.id == 3 }?.failed.code == "too_many_in_flight")
      #expect(replies.first { $0.id == 2 }?.registered == Registered())
    }
  }

  @Test func `a flood of sign-ins is turned away, and delays nobody who plays`() async throws {
    let cost = try #require(PasswordCost(logRounds: 14, blockSize: 8, parallelism: 1))
    try await GatewayFixture.run(
      .adjusted { $0.limits.attempts.perName = .counting(0, in: .hours(1)) },
      accounts: .cheap {
        $0.cost = cost
        $0.passwordsWaitingMax = 4
      }
    ) { gateway in
      let (player, _) = try gateway.guest()
      let flood = try (0..<60).map { _ in
        let client = try gateway.client()
        try client.upgrade()
        return client
      }
      for client in flood { try client.send(.password(1, "nobody", "wrong horse")) }
      var slowest = Duration.zero
      for id in UInt64(2)..<52 {
        slowest = max(
          slowest,
          try ContinuousClock().measure {
            try player.send(.stop(id))
            _ = try player.reply(to: id)
          })
      }
      let codes = try flood.map { try $0.reply(to: 1).failed }
      #expect(codes.count { $0.code == "busy" && $0.retryAfterMs > 0 } >= 40)
      #expect(codes.allSatisfy { ["busy", "bad_credentials"].contains($0.code) })
      #expect(slowest < .seconds(1))
    }
  }
}

extension RawClient {
  /// Signs in, and expects to be welcome.
  func welcome(_ message: ClientMessage) throws -> Welcome {
    try send(message)
    let reply = try reply(to: message.id)
    guard case .welcome(let welcome) = reply.message else {
      throw Trouble(what: "not welcome: \(reply)")
    }
    return welcome
  }
}

extension ClientMessage {
  static func password(_ id: UInt64, _ name: String, _ password: String) -> Self {
    .with {
      $0.id = id
      $0.signIn.password.name = name
      $0.signIn.password.password = password
    }
  }

  static func refreshSignIn(_ id: UInt64, _ token: String) -> Self {
    .with {
      $0.id = id
      $0.signIn.refreshToken = token
    }
  }

  static func reset(_ id: UInt64, _ name: String, _ code: String, _ password: String) -> Self {
    .with {
      $0.id = id
      $0.signIn.resetPassword.name = name
      $0.signIn.resetPassword.code = code
      $0.signIn.resetPassword.password = password
    }
  }

  static func register(
    _ id: UInt64, _ name: String, _ password: String, mail: String = ""
  ) -> Self {
    .with {
      $0.id = id
      $0.register.name = name
      $0.register.password = password
      $0.register.mail = mail
    }
  }

  static func changePassword(_ id: UInt64, _ old: String, _ new: String) -> Self {
    .with {
      $0.id = id
      $0.changePassword.oldPassword = old
      $0.changePassword.newPassword = new
    }
  }

  static func changeMail(_ id: UInt64, _ password: String, _ mail: String) -> Self {
    .with {
      $0.id = id
      $0.changeMail.password = password
      $0.changeMail.mail = mail
    }
  }

  static func signOutEverywhere(_ id: UInt64) -> Self {
    .with {
      $0.id = id
      $0.signOutEverywhere = SignOutEverywhere()
    }
  }

  static func refresh(_ id: UInt64, _ token: String) -> Self {
    .with {
      $0.id = id
      $0.refresh.refreshToken = token
    }
  }
}
