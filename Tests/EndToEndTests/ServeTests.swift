import Client
import Foundation
import Schema
import SwiftProtobuf
import Testing

@testable import finalverse

/// Goal: an operator can start, stop and look into a server, and is told what is wrong when something is.
@Suite(.serialized) struct ServeTests {
  @Test(.timeLimit(.minutes(2)))
  func `a second server on the same directory is refused, and told who is first`() async throws {
    let directory = try Scratch()
    let first = try await Server.start(in: directory)
    let second = try await ProgramRun.run(
      "serve", "--data", directory.data, "--listen", "127.0.0.1:0", in: directory)
    #expect(second.status == ExitStatus.locked.rawValue)
    #expect(second.errors.contains("process \(first.program.processID)"))
    #expect(second.errors.contains(first.address))
    let client = try await first.connect()
    #expect(client.player >= 1_000)
    try await first.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `an address in use is refused`() async throws {
    let (one, other) = (try Scratch(), try Scratch())
    let first = try await Server.start(in: one)
    let second = try await ProgramRun.run(
      "serve", "--data", other.data, "--listen", first.address, in: other)
    #expect(second.status == ExitStatus.unavailable.rawValue)
    #expect(second.errors.contains("cannot listen on \(first.address)"))
    try await first.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `a stopped server has closed every session and told every client`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    var options = ClientOptions()
    options.reconnection = nil
    let client = try await server.connect(options)
    try await client.createProfile(name: "Mira", look: "plain", homeRegion: 1)
    let outcome = try await server.stop()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let hasEnded = await eventually(within: .seconds(5)) { client.ending != nil }
    #expect(hasEnded)
    #expect(client.ending?.code.rawValue == "server_stopping")
    let closed = try await Replayed.entries("--kind", "SessionClosed", in: directory)
    #expect(closed.count == 1)
    #expect(closed.first?.events.last?.presence.sessionClosed.end == .serverStopped)
    #expect(closed.first?.events.last?.presence.sessionClosed.player == client.player)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a killed server's sessions are closed by the next`() async throws {
    let directory = try Scratch()
    let first = try await Server.start(in: directory)
    let client = try await first.join("Mira")
    client.close()
    let other = try await first.join("Tomo")
    try await first.kill()
    other.close()
    let second = try await Server.start(in: directory)
    try await second.stop()
    let ends = try await Replayed.entries("--kind", "SessionClosed", in: directory)
      .flatMap(\.events).map(\.presence.sessionClosed.end)
    #expect(ends.contains(.serverCrashed))
  }

  @Test(.timeLimit(.minutes(2)))
  func `a world file founds the world, and a faulty one is refused with its place`() async throws {
    let directory = try Scratch()
    let file = directory.url.appendingPathComponent("world.json")
    func run(_ json: String) async throws -> ProgramRun.Outcome {
      try Data(json.utf8).write(to: file)
      return try await ProgramRun.run(
        "serve", "--data", directory.data, "--listen", "127.0.0.1:0", "--world", file.path,
        in: directory)
    }
    let unknown = try await run(#"{"name": "Aria", "colums": 1}"#)
    #expect(unknown.status == ExitStatus.usage.rawValue)
    #expect(unknown.errors.contains("colums"))
    let empty = try await run(#"{"name": "Aria"}"#)
    #expect(empty.status == ExitStatus.usage.rawValue)
    #expect(empty.errors.contains("columns"))
    let absent = try await ProgramRun.run(
      "serve", "--data", directory.data, "--world", file.path + ".absent", in: directory)
    #expect(absent.status == ExitStatus.noData.rawValue)

    let first = try await Server.start(in: directory)
    try await first.stop()
    let template = try Data(contentsOf: URL(fileURLWithPath: directory.data + "/world.json"))
    var world = try WorldFile(jsonUTF8Bytes: template)
    world.name = "Aria"
    let other = try Scratch()
    try Data(try world.jsonString().utf8).write(to: file)
    let second = try await Server.start(in: other, "--world", file.path)
    let client = try await second.connect()
    #expect(client.welcome.world == "Aria")
    try await second.stop()
  }
}
