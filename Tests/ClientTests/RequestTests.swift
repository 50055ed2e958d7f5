import Client
import NIOWebSocket
import Schema
import Synchronization
import Testing

/// Requests and replies over one connection.
@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
  @Test func `the first message signs in and the welcome is kept`() async throws {
    let script: ScriptedServer.Script = { $0.welcome($1) }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick { $0.program = "a test/1" }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      let first = try #require(server.journal.arrivals.first?.message)
      #expect(first.id >= 1)
      #expect(first.signIn.client == "a test/1")
      #expect(first.signIn.credential == .guest(Guest()))
      #expect(client.player == 1_000)
      #expect(client.token == "token-1")
      #expect(client.isConnected)
    }
  }

  @Test func `a token signs in as who one was`() async throws {
    let script: ScriptedServer.Script = { $0.welcome($1) }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick { $0.credential = .token("abc") }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      #expect(server.journal.arrivals.first?.message.signIn.credential == .token("abc"))
      client.close()
    }
  }

  @Test func `a refused sign-in is thrown with the time to wait`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      connection.reply(to: message) {
        $0.failed.code = "server_full"
        $0.failed.message = "Come back later"
        $0.failed.retryAfterMs = 1_500
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let failed = await #expect(throws: RequestFailed.self) {
        _ = try await FinalverseClient.connect(to: server.url, options: .quick)
      }
      let expected = RequestFailed(
        code: "server_full", message: "Come back later", retryAfter: .milliseconds(1_500))
      #expect(failed == expected)
    }
  }

  @Test func `a command is acknowledged, rejected or failed`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      switch message.command.command.system {
      case .movement:
        connection.acknowledge(message, at: 17)
      case .trade:
        connection.reply(to: message) {
          $0.rejected.code = "no_such_trade"
          $0.rejected.message = "There is no such trade"
          $0.rejected.fields = ["trade"]
        }
      case .inventory:
        connection.reply(to: message) { $0.failed.code = "too_fast" }
      default: connection.welcome(message)
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let position = try await client.startMove(to: Point(xMM: 1, yMM: 2))
      #expect(position == 17)
      let rejection = await #expect(throws: CommandRejected.self) {
        try await client.withdrawTrade(3)
      }
      let expected = CommandRejected(
        code: "no_such_trade", message: "There is no such trade", fields: ["trade"])
      #expect(rejection == expected)
      let failure = await #expect(throws: RequestFailed.self) {
        try await client.drop(GoodsSpec(coins: 1))
      }
      #expect(failure?.code == "too_fast")
      #expect(failure?.retryAfter == nil)
    }
  }

  @Test func `what is refused for its rate is sent again in time, as the same command`()
    async throws
  {
    let refusals = Mutex(2)
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      let isRefused = refusals.withLock { left in
        left -= 1
        return left >= 0
      }
      guard isRefused else { return connection.acknowledge(message, at: 5) }
      connection.reply(to: message) {
        $0.failed.code = "too_fast"
        $0.failed.retryAfterMs = 30
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let start = ContinuousClock.now
      #expect(try await client.stopMove() == 5)
      #expect(ContinuousClock.now - start >= .milliseconds(60))
      let sent = server.journal.arrivals.map(\.message).filter { !$0.isSignIn }
      #expect(sent.count == 3)
      #expect(Set(sent.map(\.command.commandID)).count == 1)
      #expect(Set(sent.map(\.id)).count == 3)
    }
  }

  @Test func `who has no patience is told at once when to try again`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      connection.reply(to: message) {
        $0.failed.code = "too_fast"
        $0.failed.retryAfterMs = 500
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick { $0.patience = .milliseconds(499) }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      let failure = await #expect(throws: RequestFailed.self) { try await client.stopMove() }
      #expect(failure?.retryAfter == .milliseconds(500))
      #expect(server.journal.arrivals.count == 2)
    }
  }

  @Test func `what a slow reader was spared is counted`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      for count in [UInt32(3), 4] {
        var push = ServerMessage()
        push.push.superseded = count
        connection.send(push)
      }
      connection.acknowledge(message, at: 5)
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await client.stopMove()
      #expect(client.superseded == 7)
    }
  }

  @Test func `ids are unique and command ids differ`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn {
        connection.welcome(message)
      } else {
        connection.acknowledge(message, at: message.id)
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await withThrowingTaskGroup { group in
        for _ in 0..<100 { group.addTask { _ = try await client.stopMove() } }
        try await group.waitForAll()
      }
      let messages = server.journal.arrivals.map(\.message)
      #expect(Set(messages.map(\.id)).count == 101)
      #expect(Set(server.journal.requests(on: 1).map(\.command.commandID)).count == 100)
      #expect(!messages.contains { $0.id == 0 })
      #expect(server.journal.unmasked == 0)
    }
  }

  @Test func `requests beyond the limit wait for replies`() async throws {
    let held = Mutex<[ClientMessage]>([])
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn {
        connection.welcome(message, inFlightMax: 3)
      } else {
        held.withLock { $0.append(message) }
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let connection = try #require(server.journal.connections.first)
      try await withThrowingTaskGroup { group in
        for _ in 0..<10 { group.addTask { _ = try await client.stopMove() } }
        for replied in 0..<10 {
          let expected = min(3, 10 - replied)
          try await eventually("\(expected) requests are in flight") {
            held.withLock { $0.count } == expected
          }
          // Not in order: a reply is matched by its id alone.
          let message = try #require(held.withLock { $0.popLast() })
          connection.acknowledge(message, at: 1)
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func `replies that nobody waits for do no harm`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      connection.reply(to: message) { $0.id = 999 }
      connection.acknowledge(message, at: 5)
      connection.acknowledge(message, at: 6)
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      for _ in 0..<20 {
        let position = try await client.stopMove()
        #expect(position == 5)
      }
      #expect(client.isConnected)
    }
  }

  @Test func `a reply of another kind is a fault`() async throws {
    let script: ScriptedServer.Script = { $0.welcome($1) }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let fault = await #expect(throws: ClientFault.self) { try await client.stopMove() }
      #expect(fault?.code == .protocolViolation)
    }
  }

  @Test func `a message that the server would not take is not sent`() async throws {
    let script: ScriptedServer.Script = { $0.welcome($1) }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let look = String(repeating: "x", count: 1_000)
      let fault = await #expect(throws: ClientFault.self) {
        try await client.changeProfile(look: look)
      }
      #expect(fault?.code == .tooLarge)
      #expect(server.journal.requests(on: 1).isEmpty)
    }
  }

  @Test func `cancelling a request frees its caller, and later its place`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { connection.welcome(message, inFlightMax: 1) }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let sent = Task { try await client.stopMove() }
      try await eventually("the first is sent") { server.journal.requests(on: 1).count == 1 }
      let unsent = Task { try await client.stopMove() }
      unsent.cancel()
      await #expect(throws: CancellationError.self) { try await unsent.value }
      sent.cancel()
      await #expect(throws: CancellationError.self) { try await sent.value }
      let third = Task { try await client.stopMove() }
      let connection = try #require(server.journal.connections.first)
      connection.acknowledge(server.journal.requests(on: 1)[0], at: 1)
      try await eventually("the third is sent") { server.journal.requests(on: 1).count == 2 }
      connection.acknowledge(server.journal.requests(on: 1)[1], at: 2)
      #expect(try await third.value == 2)
    }
  }

  @Test func `a farewell waits for the goodbye and closes`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      connection.reply(to: message) { $0.goodbye.code = "farewell" }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      await client.farewell()
      #expect(server.journal.requests(on: 1).count == 1)
      #expect(client.ending?.code == .closed)
      let fault = await #expect(throws: ClientFault.self) { try await client.stopMove() }
      #expect(fault?.code == .closed)
      try await eventually("the client shakes hands") {
        server.journal.closeCodes == [.normalClosure]
      }
    }
  }

  @Test func `a client that is let go closes its connection`() async throws {
    let script: ScriptedServer.Script = { $0.welcome($1) }
    try await ScriptedServer.run(script: script) { server in
      _ = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await eventually("the client closes") {
        server.journal.closeCodes == [.normalClosure]
      }
    }
  }
}
