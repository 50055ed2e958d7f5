import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: an operator gives and takes roles from the command line, and history knows who had which.
@Suite(.serialized) struct RoleCommandTests {
  @Test(.timeLimit(.minutes(2)))
  func `a role is given, listed, taken and found in the past`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    func list(_ flags: String...) async throws -> ProgramRun.Outcome {
      try await ProgramRun(
        ["role", "list"] + flags + ["--data", directory.data, "--url", server.url], in: directory
      ).end(within: .seconds(60))
    }
    func grant(_ name: String, _ flags: String...) async throws -> ProgramRun.Outcome {
      try await ProgramRun(
        ["role", "grant", "--player", "\(mira.player)", "--role", name, "--reason", "she asked"]
          + flags + ["--data", directory.data, "--url", server.url], in: directory
      ).end(within: .seconds(60))
    }
    let nobody = try await list()
    #expect(nobody.output == "nobody has a role other than a player's\n")
    let given = try await grant("analyst")
    #expect(given.status == 0, "\(given.errors)")
    #expect(given.output.hasPrefix("player \(mira.player) is analyst from position "))
    _ = try await mira.subscribe([.operators()])
    let listed = try await list("--json")
    #expect(listed.output == #"{"player":"\#(mira.player)","role":"analyst","name":"Mira"}"# + "\n")

    let again = try await grant("analyst")
    #expect(again.status == ExitStatus.refused.rawValue)
    #expect(again.errors.contains("has the role analyst already"), "\(again.errors)")

    let taken = try await grant("player", "--json")
    #expect(taken.output.hasPrefix(#"{"player":"\#(mira.player)","role":"player","position":""#))
    for await _ in mira.notices {}
    #expect(mira.ending?.code.rawValue == "role_changed")
    var options = ClientOptions()
    options.credential = .token(mira.token)
    let back = try await server.connect(options)
    #expect(back.welcome.role == .player)
    try await server.stop()

    let changes = try await Replayed.entries("--kind", "RoleChanged", in: directory)
    #expect(changes.flatMap(\.events).map(\.players.roleChanged.role) == [.analyst, .player])
    let then = try await ProgramRun.run(
      "replay", "--data", directory.data, "--at", "\(changes[0].position)", "--show", "profile",
      "Mira", in: directory)
    #expect(then.output.contains("role      analyst\n"), "\(then.output)\(then.errors)")
    let now = try await ProgramRun.run(
      "replay", "--data", directory.data, "--show", "profile", "Mira", in: directory)
    #expect(!now.output.contains("role"))
    let story = try await ProgramRun.run(
      "timeline", "player", "\(mira.player)", "--data", directory.data, in: directory)
    #expect(story.output.contains("became analyst, was player (she asked)"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `without the operator's token, or a server, one is told what is missing`() async throws {
    let directory = try Scratch()
    let missing = try await ProgramRun.run(
      "role", "list", "--data", directory.data, in: directory)
    #expect(missing.status == ExitStatus.noData.rawValue)
    #expect(missing.errors.contains("no operator's token in \(directory.data)/identity"))
    let server = try await Server.start(in: directory)
    try await server.stop()
    let gone = try await ProgramRun.run(
      "role", "list", "--data", directory.data, "--url", server.url, in: directory)
    #expect(gone.status == ExitStatus.unavailable.rawValue)
    let unknown = try await ProgramRun.run(
      "role", "grant", "--player", "1000", "--role", "king", "--reason", "x", in: directory)
    #expect(unknown.status == ExitStatus.usage.rawValue)
    #expect(unknown.errors.contains("designer"), "\(unknown.errors)")
  }
}
