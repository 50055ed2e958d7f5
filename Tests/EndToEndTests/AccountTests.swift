import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: people can be who they are for years, and be forgotten; and an operator can help them, beside a running server.
@Suite(.serialized) struct AccountTests {
  private static let password = "correct horse"

  /// Options with which a lost connection ends the client.
  private static func options(_ credential: Credential) -> ClientOptions {
    var options = ClientOptions()
    options.credential = credential
    options.reconnection = nil
    return options
  }

  private static func account(
    _ arguments: String..., in directory: Scratch
  ) async throws -> ProgramRun.Outcome {
    try await ProgramRun(["account"] + arguments + ["--data", directory.data], in: directory).end()
  }

  @Test(.timeLimit(.minutes(3)))
  func `a client comes back after its token has expired, and misses nothing`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory, "--token-life", "1s")
    let client = try await server.join("Mira")
    let (player, old) = (client.player, client.token)
    try await Task.sleep(for: .seconds(1.1))
    client.severConnection()
    #expect(try await client.startMove(to: Point(xMM: 500, yMM: 500)) > 0)
    #expect(client.player == player)
    #expect(client.token != old)
    await #expect(throws: RequestFailed.self) {
      try await server.connect(Self.options(.token(old)))
    }
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(3)))
  func `an operator sees, resets, signs out and erases, while the server runs`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let guest = try await server.connect(Self.options(.guest))
    try await guest.register(
      name: "Dulcinea", password: Self.password, mail: "dulcinea@toboso.example")
    let shown = try await Self.account("show", "dulcinea", "--json", in: directory)
    #expect(try shown.object()["mail"] as? String == "dulcinea@toboso.example")
    #expect(try shown.object()["player"] as? String == "\(guest.player)")
    let changed = try await Self.account(
      "mail", "dulcinea", "aldonza@toboso.example", in: directory)
    #expect(
      changed.output == "player \(guest.player): mail address aldonza@toboso.example\n",
      "\(changed.errors)")
    let none = try await Self.account("mail", "dulcinea", "nowhere", in: directory)
    #expect(none.status == ExitStatus.usage.rawValue)
    try await guest.changeMail(to: "lorenzo@toboso.example", password: Self.password)
    let after = try await Self.account("show", "dulcinea", "--json", in: directory)
    #expect(try after.object()["mail"] as? String == "lorenzo@toboso.example")
    let list = try await Self.account("list", in: directory)
    #expect(list.output.contains("Dulcinea"))

    let signedOut = try await Self.account("sign-out", "Dulcinea", in: directory)
    #expect(signedOut.status == 0, "\(signedOut.errors)")
    #expect(await eventually(within: .seconds(5)) { guest.ending?.code.rawValue == "signed_out" })

    let reset = try await Self.account("reset", "dulcinea", "--json", in: directory)
    let code = try #require(try reset.object()["code"] as? String)
    let again = try await server.connect(
      Self.options(.resetCode(name: "dulcinea", code: code, newPassword: "battery staple")))
    #expect(again.player == guest.player)

    let erased = try await Self.account("erase", "dulcinea", in: directory)
    #expect(erased.status == 0, "\(erased.errors)")
    #expect(await eventually(within: .seconds(5)) { again.ending?.code.rawValue == "signed_out" })
    let identity = directory.data + "/identity"
    for file in try FileManager.default.contentsOfDirectory(atPath: identity) {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: identity + "/" + file))
      for text in ["Dulcinea", "dulcinea", "toboso"] {
        #expect(bytes.range(of: Data(text.utf8)) == nil, "\(text) in \(file)")
      }
    }
    for credential in [
      Credential.password(name: "dulcinea", password: "battery staple"), .token(again.token),
      .refreshToken(again.refreshToken),
    ] {
      await #expect(throws: RequestFailed.self) {
        try await server.connect(Self.options(credential))
      }
    }
    let missing = try await Self.account("show", "dulcinea", in: directory)
    #expect(missing.status == ExitStatus.noData.rawValue)
    let unknown = try await Self.account("erase", "99999", in: directory)
    #expect(unknown.status == ExitStatus.noData.rawValue)
    // History knows the number still.
    let sessions = try await Replayed.entries("--kind", "SessionOpened", in: directory)
    #expect(
      sessions.flatMap(\.events).contains { $0.presence.sessionOpened.player == guest.player })
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(3)))
  func `keys are rotated under a running server, and the operator's token with them`()
    async throws
  {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    func operatorToken() throws -> String {
      try String(contentsOfFile: directory.data + "/identity/operator.token", encoding: .utf8)
        .filter { !$0.isWhitespace }
    }
    let before = try operatorToken()
    let guest = try await server.connect(Self.options(.guest))
    let rotated = try await Self.account("rotate-key", "--at-once", in: directory)
    #expect(rotated.status == 0, "\(rotated.errors)")
    let after = try operatorToken()
    #expect(after != before)
    let isRefused = try await eventually(within: .seconds(5)) {
      do {
        try await server.connect(Self.options(.token(before))).close()
        return false
      } catch let failed as RequestFailed {
        return failed.code == "bad_token"
      }
    }
    #expect(isRefused)
    #expect(try await server.connect(Self.options(.token(after))).player == 2)
    let back = try await server.connect(Self.options(.refreshToken(guest.refreshToken)))
    #expect(back.player == guest.player)
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(5)))
  func `whoever was told to be registered is, wherever the server was killed`() async throws {
    let directory = try Scratch()
    var told: [(name: String, player: UInt64)] = []
    for round in 0..<3 {
      let server = try await Server.start(in: directory)
      let registrations = (0..<4).map { number in
        Task { () -> (name: String, player: UInt64)? in
          let name = "Person-\(round)-\(number)"
          guard let client = try? await server.connect(Self.options(.guest)),
            (try? await client.register(name: name, password: Self.password)) != nil
          else { return nil }
          return (name, client.player)
        }
      }
      if let first = await registrations[0].value { told.append(first) }
      // The others are on their way.
      try await server.kill()
      for registration in registrations.dropFirst() {
        if let other = await registration.value { told.append(other) }
      }
    }
    #expect(told.count >= 3)
    let server = try await Server.start(in: directory)
    for (name, player) in told {
      let client = try await server.connect(
        Self.options(.password(name: name, password: Self.password)))
      #expect(client.player == player)
      client.close()
    }
    // One account a player, whatever happened.
    let list = try await Self.account("list", "--json", in: directory)
    let players = list.output.split(separator: "\n").compactMap { line -> String? in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["player"] as? String
    }
    #expect(Set(players).count == players.count)
    #expect(players.count >= told.count)
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(3)))
  func `a restored world has its accounts, and an earlier one none of later players`() async throws
  {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.connect(Self.options(.guest))
    try await mira.register(name: "mira", password: Self.password)
    let early = mira.welcome.position
    let tomo = try await server.connect(Self.options(.guest))
    try await tomo.register(name: "tomo", password: Self.password)
    let backup = directory.url.appendingPathComponent("backup").path
    for _ in 0..<2 {
      let made = try await ProgramRun.run(
        "backup", "--data", directory.data, "--to", backup, in: directory)
      #expect(made.status == 0, "\(made.errors)")
    }
    try await server.stop()

    let other = try Scratch()
    let restored = try await ProgramRun.run(
      "restore", backup, "--data", other.data, "--position", "\(early)", in: other)
    #expect(restored.status == 0, "\(restored.errors)")
    let again = try await Server.start(in: other)
    #expect(again.program.errors.contains("players whom the log does not know are forgotten: 1"))
    let back = try await again.connect(
      Self.options(.password(name: "mira", password: Self.password)))
    #expect(back.player == mira.player)
    // Somebody new has the number that was Tomo's, and nothing of Tomo's lets in as that one.
    let new = try await again.connect(Self.options(.guest))
    #expect(new.player == tomo.player)
    for credential in [
      Credential.token(tomo.token), .refreshToken(tomo.refreshToken),
      .password(name: "tomo", password: Self.password),
    ] {
      await #expect(throws: RequestFailed.self) {
        try await again.connect(Self.options(credential))
      }
    }
    try await again.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `a lost store is named, and a world that was never served has none`() async throws {
    let directory = try Scratch()
    let none = try await Self.account("list", in: directory)
    #expect(none.status == ExitStatus.noData.rawValue)
    let server = try await Server.start(in: directory)
    try await server.stop()
    try FileManager.default.removeItem(atPath: directory.data + "/identity/accounts.sqlite")
    let lost = try await ProgramRun.run(
      "serve", "--data", directory.data, "--listen", "127.0.0.1:0", in: directory)
    #expect(lost.status == ExitStatus.noData.rawValue)
    #expect(lost.errors.contains("accounts.sqlite is gone"))
  }
}
