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

  /// A world whose log has many files.
  private func world(in directory: Scratch) async throws {
    let server = try await Server.start(
      in: directory, "--segment-age", "10ms", "--archive-after", "never")
    let mira = try await server.join("Mira")
    for step in 0..<200 {
      _ = try await mira.startMove(to: Point(xMM: 500 + Int64(step), yMM: 500))
    }
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(3)))
  func `a restoration that is killed leaves all of the world or none`() async throws {
    let directory = try Scratch()
    try await world(in: directory)
    let restored = directory.url.appendingPathComponent("restored").path
    var (none, whole) = (0, 0)
    for milliseconds in [1, 20, 40, 60, 80, 120, 160, 240, 320, 500, 2_000] {
      let run = try ProgramRun(["restore", directory.data, "--data", restored], in: directory)
      _ = await eventually(within: .milliseconds(milliseconds)) { !run.isRunning }
      run.signal(SIGKILL)
      _ = try await run.end()
      let found = try await ProgramRun.run("verify", "--data", restored, "--json", in: directory)
      if found.status == 0 {
        let made = try await Replayed.entries(in: directory)
        let list = try await ProgramRun.run(
          "replay", "--data", restored, "--json", in: directory)
        #expect(list.output.split(separator: "\n").count == made.count)
        whole += 1
        try FileManager.default.removeItem(atPath: restored)
        continue
      }
      none += 1
      #expect(found.status == ExitStatus.noData.rawValue, "\(found.errors)")
      guard FileManager.default.fileExists(atPath: restored + "/log-restoring") else { continue }
      // No server founds another world in its place.
      let served = try await ProgramRun.run(
        "serve", "--data", restored, "--listen", "127.0.0.1:0", in: directory)
      #expect(served.status == ExitStatus.noData.rawValue, "\(served.errors)")
      #expect(served.errors.contains("Restore it again"))
    }
    #expect(none > 0)
    let last = try await ProgramRun.run(
      "restore", directory.data, "--data", restored, in: directory)
    #expect(last.status == 0 || whole > 0, "\(last.errors)")
  }

  @Test(.timeLimit(.minutes(3)))
  func `a damaged archive is named, and no backup is made`() async throws {
    let directory = try Scratch()
    try await world(in: directory)
    _ = try await ProgramRun.run("archive", "--data", directory.data, in: directory)
    let log = directory.data + "/log"
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: log)
        .filter { $0.hasSuffix(".archive") }.max())
    let file = URL(filePath: log + "/" + name)
    var bytes = try Data(contentsOf: file)
    bytes[200] ^= 1
    try bytes.write(to: file)
    let backup = directory.url.appendingPathComponent("backup").path
    let refused = try await ProgramRun.run(
      "backup", "--data", directory.data, "--to", backup, in: directory)
    #expect(refused.status == ExitStatus.damaged.rawValue)
    #expect(refused.errors.contains("/data/log/" + name), "\(refused.errors)")
    #expect(!refused.errors.contains(backup), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: backup))
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
