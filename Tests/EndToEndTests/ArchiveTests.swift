import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: a world is the same to everybody when most of its log is archived, by its server or by the command.
@Suite(.serialized) struct ArchiveTests {
  private func files(_ suffix: String, in directory: Scratch) -> [String] {
    let log = directory.data + "/log"
    return ((try? FileManager.default.contentsOfDirectory(atPath: log)) ?? [])
      .filter { $0.hasSuffix(suffix) }.sorted()
  }

  /// A server whose segments are short, in which somebody has walked about for long enough to fill several.
  private func walkedAbout(
    _ directory: Scratch, archiveAfter: String
  ) async throws -> (server: Server, player: UInt64) {
    let server = try await Server.start(
      in: directory, "--segment-age", "10ms", "--archive-after", archiveAfter)
    let mira = try await server.join("Mira")
    // Each entry comes after the reply to the one before.
    for step in 0..<200 {
      _ = try await mira.startMove(to: Point(xMM: 500 + Int64(step), yMM: 500))
    }
    return (server, mira.player)
  }

  @Test(.timeLimit(.minutes(3)))
  func `a server archives what is old enough`() async throws {
    let directory = try Scratch()
    let (server, _) = try await walkedAbout(directory, archiveAfter: "1ms")
    let isArchived = await eventually(within: .seconds(60)) {
      files(".archive", in: directory).count > 1 && files(".segment", in: directory).count == 1
    }
    #expect(isArchived, "\(server.program.errors)")
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.errors)")
    // Who comes now sees the present, and goes on.
    let tomo = try await server.join("Tomo")
    _ = try await tomo.startMove(to: Point(xMM: 900, yMM: 500))
    let stopped = try await server.stop()
    #expect(stopped.status == 0)
    #expect(stopped.errors.contains("a segment was archived"))
  }

  @Test(.timeLimit(.minutes(3)))
  func `the command archives, and every command reads as before`() async throws {
    let directory = try Scratch()
    let (server, player) = try await walkedAbout(directory, archiveAfter: "never")
    try await server.stop()
    let before = try await Replayed.entries(in: directory)
    let segments = files(".segment", in: directory).count
    #expect(segments > 2)
    #expect(files(".archive", in: directory).isEmpty)

    let old = try await ProgramRun.run(
      "archive", "--data", directory.data, "--older-than", "1d", in: directory)
    #expect(old.output.contains("nothing to archive"))
    let made = try await ProgramRun.run(
      "archive", "--data", directory.data, "--json", in: directory)
    #expect(made.status == 0, "\(made.errors)")
    let report = try made.object()
    #expect((report["segments"] as? [Any])?.count == segments - 1)
    let whole = try #require(report["bytes_before"] as? Int)
    #expect(try #require(report["bytes_after"] as? Int) < whole)
    #expect(files(".segment", in: directory).count == 1)

    #expect(try await Replayed.entries(in: directory).map(\.position) == before.map(\.position))
    let backup = directory.url.appendingPathComponent("backup").path
    let past = directory.url.appendingPathComponent("past").path
    for arguments in [
      ["verify"], ["rebuild"], ["status"], ["timeline", "player", "\(player)"],
      ["backup", "--to", backup],
    ] {
      let run = try await ProgramRun(arguments + ["--data", directory.data], in: directory)
        .end(within: .seconds(60))
      #expect(run.status == 0, "\(arguments): \(run.errors)")
      if arguments == ["status"] { #expect(run.output.contains("archived")) }
    }
    let middle = before[before.count / 2].position
    let restored = try await ProgramRun.run(
      "restore", backup, "--data", past, "--position", "\(middle)", in: directory)
    #expect(restored.status == 0, "\(restored.errors)")

    let again = try await Server.start(in: directory)
    _ = try await again.join("Tomo")
    try await again.stop()

    let archive = try #require(files(".archive", in: directory).first)
    let url = URL(filePath: directory.data + "/log/" + archive)
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count / 3] ^= 1
    try bytes.write(to: url)
    let damaged = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(damaged.status == ExitStatus.damaged.rawValue)
    #expect(damaged.errors.contains(archive) || damaged.output.contains(archive))
  }
}
