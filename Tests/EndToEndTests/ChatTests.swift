import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: what players say reaches those whom it concerns, and can be erased so that no byte of it is left
/// while history stays whole.
@Suite(.serialized) struct ChatTests {
  private static let secret = "my-secret-address-is-Nightingale-Lane-7"
  private static let whisper = "and-nobody-else-knows-it"
  private static let kept = "a-song-for-everybody"

  /// The files of a directory that have these bytes in them.
  private func files(of directory: String, with text: String) throws -> [String] {
    let manager = FileManager.default
    let names = try #require(manager.enumerator(atPath: directory)).compactMap { $0 as? String }
    return try names.filter { name in
      var isDirectory: ObjCBool = false
      let path = directory + "/" + name
      guard unsafe manager.fileExists(atPath: path, isDirectory: &isDirectory),
        !isDirectory.boolValue
      else { return false }
      return try Data(contentsOf: URL(fileURLWithPath: path)).range(of: Data(text.utf8)) != nil
    }
  }

  /// The texts that come to a client until so many have.
  private func texts(_ count: Int, of client: FinalverseClient) async -> [String] {
    var found: [String] = []
    for await notice in client.notices {
      guard case .entry(let entry) = notice else { continue }
      found += entry.texts.map(\.text)
      if found.count >= count { break }
    }
    return found
  }

  /// What `timeline` tells of a player.
  private func story(
    of client: FinalverseClient, in directory: Scratch, _ options: String...
  ) async throws -> String {
    try await ProgramRun(
      ["timeline", "player", "\(client.player)", "--data", directory.data] + options,
      in: directory
    ).end().output
  }

  @Test(.timeLimit(.minutes(3)))
  func `what is said is heard, and once erased is nowhere, while the chain stays whole`()
    async throws
  {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let tomo = try await server.join("Tomo")
    try await tomo.subscribe([.own(), .surroundings()])
    let first = try await mira.say(Self.secret)
    try await mira.sendMessage(Self.whisper, to: tomo.player)
    let third = try await tomo.say(Self.kept)
    #expect(await texts(3, of: tomo) == [Self.secret, Self.whisper, Self.kept])
    #expect(try await tomo.recentMessages().value.map(\.text) == [Self.secret, Self.kept])
    #expect(try await tomo.directMessages().value.map(\.text) == [Self.whisper])
    #expect(try files(of: directory.data + "/log", with: Self.secret) == [])

    let backup = directory.url.appendingPathComponent("backup").path
    let made = try await ProgramRun.run(
      "backup", "--data", directory.data, "--to", backup, in: directory)
    #expect(made.status == 0, "\(made.errors)")
    let before = try await ProgramRun.run(
      "replay", "--data", directory.data, "--kind", "chat", "--texts", in: directory)
    #expect(before.output.contains(Self.secret) && before.output.contains(Self.whisper))
    let plain = try await ProgramRun.run(
      "replay", "--data", directory.data, "--kind", "chat", in: directory)
    #expect(!plain.output.contains(Self.secret))

    let erased = try await ProgramRun.run(
      "chat", "erase", "--data", directory.data, "--player", "\(mira.player)", "--json",
      in: directory)
    #expect(erased.output == #"{"player":"\#(mira.player)","erased":2}"# + "\n", "\(erased.errors)")
    for text in [Self.secret, Self.whisper] {
      #expect(try files(of: directory.data, with: text) == [])
    }
    let recent = try await tomo.recentMessages().value
    #expect(recent.map(\.hasText) == [false, true])
    #expect(recent.map(\.message.message) == [first, third])
    // Who resumes is told that something was said, and no more what.
    var options = ClientOptions()
    options.credential = .token(tomo.token)
    let again = try await server.connect(options)
    let resumed = try await again.subscribe([.own(), .surroundings()], after: first - 1)
    #expect(resumed.resumed)
    #expect(await texts(1, of: again) == [Self.kept])
    _ = try await mira.say("still here")
    try await server.kill()

    let restarted = try await Server.start(in: directory)
    try await restarted.stop()
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.errors)")
    let after = try await ProgramRun.run(
      "replay", "--data", directory.data, "--kind", "chat", "--texts", in: directory)
    #expect(after.output.contains("MessageSent player=\(mira.player) to=\(tomo.player)"))
    #expect(after.output.contains(Self.kept) && after.output.contains("still here"))
    #expect(!after.output.contains(Self.secret) && !after.output.contains(Self.whisper))

    #expect(try files(of: backup, with: Self.secret) != [])
    let restored = directory.url.appendingPathComponent("restored").path
    let remade = try await ProgramRun.run("restore", backup, "--data", restored, in: directory)
    #expect(remade.status == 0, "\(remade.errors)")
    let there = try await ProgramRun.run(
      "chat", "erase", "--data", restored, "--player", "\(mira.player)", in: directory)
    #expect(there.output == "erased 2 texts of player \(mira.player)\n")
    #expect(try files(of: restored, with: Self.secret) == [])
  }

  @Test(.timeLimit(.minutes(2)))
  func `a player's story has what was said when that is asked for, and not what was erased`()
    async throws
  {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let first = try await mira.say(Self.secret)
    try await mira.say(Self.kept)
    #expect(try await !story(of: mira, in: directory).contains(Self.secret))
    let told = try await story(of: mira, in: directory, "--texts")
    #expect(told.contains("characters): \"\(Self.secret)\""))
    let facts = try await story(of: mira, in: directory, "--texts", "--json")
    #expect(facts.contains("\"said\":\"\(Self.kept)\""))
    try await mira.takeBackMessage(first)
    let left = try await story(of: mira, in: directory, "--texts")
    #expect(!left.contains(Self.secret) && left.contains(Self.kept))
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `a world where nobody spoke has nothing to erase, and none is no world`() async throws {
    let directory = try Scratch()
    let missing = try await ProgramRun.run(
      "chat", "erase", "--data", directory.data, "--player", "1000", in: directory)
    #expect(missing.status == ExitStatus.noData.rawValue)
    let server = try await Server.start(in: directory)
    try await server.stop()
    let none = try await ProgramRun.run(
      "chat", "erase", "--data", directory.data, "--player", "1000", in: directory)
    #expect(none.output == "erased 0 texts of player 1000\n", "\(none.errors)")
  }
}
