import Foundation
import Testing

@testable import finalverse

/// Goal: whoever doubts a promise can have it tried, and is shown the same thing again.
@Suite struct SimulateTests {
  @Test(.timeLimit(.minutes(2)))
  func `the same seed comes to the same end in two processes`() async throws {
    let directory = try Scratch()
    var ends: [String] = []
    for _ in 1...2 {
      let run = try await ProgramRun.run(
        "simulate", "--seed", "5", "--commands", "400", "--faults", "many", "--json",
        in: directory)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.contains("seed 5:"))
      // All but the time that it took, which comes last.
      let parts = run.output.components(separatedBy: ",\"seconds\":")
      #expect(parts.count == 2)
      #expect(parts[0].contains("\"promise\":null"))
      ends.append(parts[0])
    }
    #expect(ends[0] == ends[1])
  }

  @Test(.timeLimit(.minutes(2)))
  func `steps are taken from a file, and a file that is none is refused`() async throws {
    let directory = try Scratch()
    let file = directory.url.appendingPathComponent("steps")
    let title = "finalverse simulation steps 1\nseed 1\n"
    try (title + "connect 1\nwork\ncommit durable\nread 1 10\n")
      .write(to: file, atomically: true, encoding: .utf8)
    let sound = try await ProgramRun.run("simulate", "--steps", file.path, in: directory)
    #expect(sound.status == 0, "\(sound.errors)")
    #expect(sound.output.contains("every promise held"))

    try (title + "fly 1\n").write(to: file, atomically: true, encoding: .utf8)
    let wrong = try await ProgramRun.run("simulate", "--steps", file.path, in: directory)
    #expect(wrong.status == ExitStatus.damaged.rawValue)
    #expect(wrong.errors.contains("line 3"))

    let missing = try await ProgramRun.run(
      "simulate", "--steps", file.path + ".none", in: directory)
    #expect(missing.status == ExitStatus.noData.rawValue)
    let absurd = try await ProgramRun.run("simulate", "--commands", "0", in: directory)
    #expect(absurd.status == ExitStatus.usage.rawValue)
  }
}
