import Client
import NIOWebSocket
import Schema
import Synchronization
import Testing

/// What a lost connection, a slow reader and a server's goodbye lead to.
@Suite(.timeLimit(.minutes(1)))
struct ResumeTests {
  @Test func `a command cut off is sent again with its command id`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      if connection.number < 3 { return connection.sever() }
      connection.acknowledge(message, at: 8)
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let position = try await client.submit(.stopMove(), id: 42)
      #expect(position == 8)
      for connection in 1...3 {
        #expect(server.journal.requests(on: connection).map(\.command.commandID) == [42])
      }
      let signIns = server.journal.arrivals.filter { $0.message.isSignIn }.map(\.message.signIn)
      let expected: [SignIn.OneOf_Credential] = [
        .guest(Guest()), .token("token-1"), .token("token-2"),
      ]
      #expect(signIns.map(\.credential) == expected)
    }
  }

  @Test func `after a cut the client resumes first, then sends again, oldest first`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      switch message.request {
      case .signIn: connection.welcome(message)
      case .subscribe:
        connection.reply(to: message) {
          $0.subscribed.position = 10
          $0.subscribed.resumed = connection.number > 1
        }
      default:
        if connection.number > 1 { connection.acknowledge(message, at: 30) }
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await client.subscribe([.own(), .region(7)])
      #expect(client.position == 10)
      let connection = try #require(server.journal.connections.first)
      connection.push(12, 15)
      try await eventually("the pushes are in") { client.position == 15 }
      async let first = client.submit(.stopMove(), id: 1)
      try await eventually("the first is sent") { server.journal.requests(on: 1).count == 2 }
      async let second = client.submit(.stopMove(), id: 2)
      try await eventually("the second is sent") { server.journal.requests(on: 1).count == 3 }
      client.severConnection()
      _ = try await (first, second)
      let again = server.journal.requests(on: 2)
      #expect(again.first?.subscribe.topics == [.own(), .region(7)])
      #expect(again.first?.subscribe.afterPosition == 15)
      #expect(again.dropFirst().map(\.command.commandID) == [1, 2])
      #expect(client.position == 30)
    }
  }

  @Test func `notices tell of a cut, and no entry is missed or repeated`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      switch message.request {
      case .signIn: connection.welcome(message)
      case .subscribe(let subscribe):
        if connection.number == 2 { connection.push(subscribe.afterPosition + 1, 24) }
        connection.reply(to: message) {
          $0.subscribed.position = connection.number == 1 ? 20 : 24
          $0.subscribed.resumed = connection.number == 2
        }
        connection.push(connection.number == 1 ? 22 : 25)
      default: break
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await client.subscribe([.surroundings()])
      var told: [String] = []
      for await notice in client.notices {
        told.append(notice.label)
        if told == ["22"] { server.journal.connections[0].sever() }
        if told.last == "25" { client.close() }
      }
      #expect(told == ["22", "disconnected", "reconnected", "23", "24", "25"])
    }
  }

  @Test func `a log that does not reach back is told as a restart`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      switch message.request {
      case .signIn: connection.welcome(message)
      case .subscribe:
        connection.reply(to: message) { $0.subscribed.position = connection.number == 1 ? 3 : 90 }
        connection.number == 1 ? connection.sever() : connection.push(91)
      default: break
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await client.subscribe([.own()])
      var told: [String] = []
      for await notice in client.notices {
        told.append(notice.label)
        if told.last == "91" { client.close() }
      }
      #expect(told == ["disconnected", "reconnected", "restarted 90", "91"])
    }
  }

  @Test func `a slow reader is caught up from where it was`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      switch message.request {
      case .signIn: connection.welcome(message)
      case .subscribe(let subscribe) where subscribe.afterPosition == 0:
        connection.reply(to: message) { $0.subscribed.position = 0 }
        connection.push(1, 2, 3, 4, 5, 6)
      case .subscribe(let subscribe):
        for position in (subscribe.afterPosition + 1)...9 { connection.push(position) }
        connection.reply(to: message) {
          $0.subscribed.position = 9
          $0.subscribed.resumed = true
        }
      case .unsubscribe:
        connection.push(7, 8)
        connection.reply(to: message) { $0.unsubscribed = Unsubscribed() }
      default:
        connection.acknowledge(message, at: 6)
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick { $0.noticesMax = 4 }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      try await client.subscribe([.own()])
      try await client.stopMove()
      #expect(client.position == 4)
      var positions: [UInt64] = []
      for await entry in client.pushes {
        positions.append(entry.position)
        if entry.position == 9 { client.close() }
      }
      #expect(positions == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  }

  @Test func `what is no longer watched is not resumed`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      switch message.request {
      case .signIn: connection.welcome(message)
      case .subscribe: connection.reply(to: message) { $0.subscribed.position = 1 }
      case .unsubscribe(let unsubscribe):
        // The second time the reply is lost.
        if unsubscribe.topics == [.own()] { return connection.sever() }
        connection.reply(to: message) { $0.unsubscribed = Unsubscribed() }
      default: connection.acknowledge(message, at: 2)
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      try await client.subscribe([.own(), .everyone(), .region(3)])
      try await client.unsubscribe([.everyone()])
      try await client.unsubscribe([.own()])
      try await client.stopMove()
      let again = server.journal.requests(on: 2)
      #expect(again.count == 2)
      #expect(again.first?.subscribe.topics == [.region(3)])
    }
  }

  @Test(arguments: ["superseded", "farewell", "role_changed", "recording_over"])
  func `a final goodbye is not argued with`(_ code: String) async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      connection.reply(to: message) {
        $0.id = 0
        $0.goodbye.code = code
        $0.goodbye.message = "Good night"
      }
      connection.close(.normalClosure, "")
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let fault = await #expect(throws: ClientFault.self) { try await client.stopMove() }
      #expect(fault == ClientFault(.init(rawValue: code), "Good night"))
      for await _ in client.notices {}
      #expect(client.ending == fault)
      #expect(server.journal.connections.count == 1)
    }
  }

  @Test func `a refused return ends the client with the server's word`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn, connection.number == 1 { return connection.welcome(message) }
      if message.isSignIn {
        return connection.reply(to: message) {
          $0.failed.code = "bad_token"
          $0.failed.message = "The token is not valid"
        }
      }
      connection.sever()
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      let fault = await #expect(throws: ClientFault.self) { try await client.stopMove() }
      #expect(fault == ClientFault(.init(rawValue: "bad_token"), "The token is not valid"))
    }
  }

  @Test func `without reconnection a lost connection is the end`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      message.isSignIn ? connection.welcome(message) : connection.sever()
    }
    try await ScriptedServer.run(script: script) { server in
      let options = ClientOptions.quick { $0.reconnection = nil }
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      let fault = await #expect(throws: ClientFault.self) { try await client.stopMove() }
      #expect(fault?.code == .connectionLost)
      #expect(!client.isConnected)
    }
  }

  @Test func `an observer sees all traffic in order`() async throws {
    let script: ScriptedServer.Script = { connection, message in
      if message.isSignIn { return connection.welcome(message) }
      connection.push(4)
      connection.acknowledge(message, at: 4)
    }
    let seen = Mutex<[String]>([])
    let options = ClientOptions.quick {
      $0.observer = { traffic in
        let label =
          switch traffic {
          case .sent(let message): "sent \(message.isSignIn ? "sign-in" : "command")"
          case .received(let message):
            switch message.message {
            case .welcome: "welcome"
            case .push: "push"
            default: "acknowledged"
            }
          }
        seen.withLock { $0.append(label) }
      }
    }
    try await ScriptedServer.run(script: script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: options)
      try await client.stopMove()
      let expected = ["sent sign-in", "welcome", "sent command", "push", "acknowledged"]
      #expect(seen.withLock { $0 } == expected)
      #expect(client.position == 4)
    }
  }
}

extension Notice {
  fileprivate var label: String {
    switch self {
    case .entry(let entry): "\(entry.position)"
    case .moved(let moved): "moved \(moved.position)"
    case .restarted(let subscribed): "restarted \(subscribed.position)"
    case .disconnected: "disconnected"
    case .reconnected: "reconnected"
    }
  }
}
