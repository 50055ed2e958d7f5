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
    // What is not in it is said so, and nothing is made.
    let nowhere = directory.url.appendingPathComponent("nowhere").path
    for (source, options) in [
      (backup, ["--position", "\(position + 1)"]), (backup, ["--until", "1990-01-01"]),
      (backup + "2", []),
    ] {
      let missing = try await ProgramRun(
        ["restore", source, "--data", nowhere] + options, in: directory
      ).end()
      #expect(missing.status == ExitStatus.noData.rawValue, "\(missing.errors)")
      #expect(!FileManager.default.fileExists(atPath: nowhere))
    }
  }

  @Test(
    .enabled(if: geteuid() == 0, "mounting a small disk takes root"), .timeLimit(.minutes(2)))
  func `a full disk is told, and the backup is finished where there is room`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    _ = try await server.join("Mira")
    try await server.stop()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    // The disk is seen by these commands alone, and gone when they end.
    let script = """
      mkdir "$2" && mount -t tmpfs -o size=16k tmpfs "$2" || exit 99
      "$0" backup --data "$1" --to "$2/backup"
      echo "status $?"
      mount -o remount,size=16m "$2" && "$0" backup --data "$1" --to "$2/backup" --json
      echo "status $?"
      """
    process.arguments = [
      "--mount", "--propagation", "private", "sh", "-c", script, ProgramRun.executable.path,
      directory.data, directory.url.appendingPathComponent("disk").path,
    ]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let fault = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = said.split(separator: "\n")
    #expect(lines.first == "status \(ExitStatus.cannotWrite.rawValue)", "\(said)\(fault)")
    #expect(lines.last == "status 0", "\(said)\(fault)")
    #expect(fault.contains("disk is full"), "\(fault)")
  }
}
