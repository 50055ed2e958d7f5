import Foundation
import Glibc
import Testing

@testable import finalverse

/// Goal: an export beside a server that is played on is whole, and one that is ended, or finds no room, leaves nothing that looks whole.
@Suite(.serialized) struct ExportProcessTests {
  @Test(.timeLimit(.minutes(3)))
  func `an export beside a server is the log as it was, and the server plays on`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let bots = try ProgramRun(
      ["bots", "--count", "10", "--for", "6s", "--url", server.url, "--seed", "3"], in: directory)
    var reached: [Int64] = []
    while bots.isRunning, reached.count < 3 {
      let file = directory.url.appendingPathComponent("\(reached.count).sqlite").path
      let outcome = try await ProgramRun.run(
        "export", file, "--data", directory.data, in: directory)
      try #require(outcome.status == 0, "\(outcome.errors)")
      let database = try ExportedDatabase(file)
      let last = try database.number("SELECT value FROM meta WHERE name = 'last_position'")
      #expect(try database.number("SELECT count(*) FROM entries") == last)
      #expect(
        try database.number("SELECT value FROM meta WHERE name = 'projections_position'") == last)
      // Nobody is in two states: who is present is who has an open session in the same export.
      #expect(
        try database.number("SELECT count(*) FROM presence_present")
          == database.number(
            "SELECT (SELECT count(*) FROM session_opened) - (SELECT count(*) FROM session_closed)"
          ))
      reached.append(last)
    }
    #expect(reached == reached.sorted())
    let played = try await bots.end(within: .seconds(60))
    #expect(played.status == 0, "\(played.output)\(played.errors)")
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `an export that is killed leaves no file, and the next one clears up`() async throws {
    let directory = try Scratch()
    try await play(in: directory)
    let target = directory.url.appendingPathComponent("world.sqlite").path
    let program = try ProgramRun(["export", target, "--data", directory.data], in: directory)
    let begun = await eventually(within: .seconds(30)) {
      !program.isRunning || FileManager.default.fileExists(atPath: target + ".part")
    }
    try #require(begun)
    program.signal(SIGKILL)
    let outcome = try await program.end()
    // It may have been faster than the signal.
    if outcome.status == -SIGKILL {
      #expect(!FileManager.default.fileExists(atPath: target))
    } else {
      try FileManager.default.removeItem(atPath: target)
    }
    let again = try await ProgramRun.run("export", target, "--data", directory.data, in: directory)
    #expect(again.status == 0, "\(again.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
    #expect(names.filter { $0.hasPrefix("world.sqlite") } == ["world.sqlite"])
  }

  @Test(
    .enabled(if: geteuid() == 0, "mounting a small disk takes root"), .timeLimit(.minutes(2)),
    arguments: ExportFormat.allCases)
  func `a full disk is told, and nothing is left on it`(_ format: ExportFormat) async throws {
    let directory = try Scratch()
    try await play(in: directory)
    let disk = directory.url.appendingPathComponent("disk").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    // The disk is seen by these commands alone, and gone when they end.
    let script = """
      mkdir "$2" && mount -t tmpfs -o size=64k,nr_inodes=200 tmpfs "$2" || exit 99
      "$0" export "$2/x" --data "$1" --format \(format.rawValue)
      echo "status $?"; ls "$2" | wc -l
      """
    process.arguments = [
      "--mount", "--propagation", "private", "sh", "-c", script, ProgramRun.executable.path,
      directory.data, disk,
    ]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let fault = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(said == "status \(ExitStatus.cannotWrite.rawValue)\n0\n", "\(said)\(fault)")
    #expect(fault.contains("the disk is full"), "\(fault)")
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0)
  }

  /// Leaves a stopped server's directory with a little history.
  private func play(in directory: Scratch) async throws {
    let server = try await Server.start(in: directory)
    _ = try await server.join("Mira")
    try await server.stop()
  }
}
