import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: a world can be copied while it is played in, put back as it was, and shown to be the same.
@Suite(.serialized) struct BackupTests {
  @Test(.timeLimit(.minutes(3)))
  func `a world is backed up beside its server, and restored to an earlier moment`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let early = try await mira.startMove(to: Point(xMM: 500, yMM: 500))
    let backup = directory.url.appendingPathComponent("backup").path
    let made = try await ProgramRun.run(
      "backup", "--data", directory.data, "--to", backup, "--json", in: directory)
    #expect(made.status == 0, "\(made.errors)")
    let head = try #require(made.object()["head"] as? String)
    let position = try #require(made.object()["position"] as? UInt64)
    #expect(position >= early)
    _ = try await mira.startMove(to: Point(xMM: 700, yMM: 700))
    try await server.stop()

    let whole = directory.url.appendingPathComponent("whole").path
    let restored = try await ProgramRun.run(
      "restore", backup, "--data", whole, "--expect-head", head, in: directory)
    #expect(restored.status == 0, "\(restored.errors)")
    let verified = try await ProgramRun.run("verify", "--data", whole, in: directory)
    #expect(verified.status == 0, "\(verified.errors)")

    let past = directory.url.appendingPathComponent("past").path
    let cut = try await ProgramRun.run(
      "restore", backup, "--data", past, "--position", "\(early)", "--json", in: directory)
    #expect(try cut.object()["position"] as? UInt64 == early)
    let again = try await ProgramRun.run("restore", backup, "--data", past, in: directory)
    #expect(again.status == ExitStatus.cannotWrite.rawValue)
    #expect(again.errors.contains("There is a log"))
    let wrong = try await ProgramRun.run(
      "restore", backup, "--data", past + "2", "--expect-head", String(repeating: "0", count: 64),
      in: directory)
    #expect(wrong.status == ExitStatus.damaged.rawValue)
  }
}
