import Foundation
import Metrics
import Testing

@testable import finalverse

/// Goal: an operator sees what a server does while it does it, and is told what to do when nothing is seen.
@Suite(.serialized) struct TopTests {
  @Test(.timeLimit(.minutes(2)))
  func `top tells of a server at work, for programs and for people`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let bots = try ProgramRun(
      ["bots", "--count", "10", "--for", "10s", "--url", server.url], in: directory)
    let json = try await ProgramRun.run(
      "top", "--url", server.url, "--json", "--count", "12", "--every", "500ms", in: directory)
    #expect(json.status == 0, "\(json.errors)")
    let objects = try json.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(objects.count == 12)
    #expect(objects.contains { $0["accepted_per_second"] as? Double ?? 0 > 0 })
    #expect(objects.last?["sessions"] as? Int == 10)
    let commands = objects.flatMap { ($0["commands"] as? [String: Any] ?? [:]).keys }
    #expect(commands.contains { $0.hasPrefix("movement.") })
    let lines = try await ProgramRun.run(
      "top", "--url", "http://\(server.address)", "--for", "1s", "--every", "500ms",
      in: directory)
    #expect(lines.status == 0, "\(lines.errors)")
    #expect(lines.output.split(separator: "\n").count == 3, "\(lines.output)")
    #expect(lines.output.contains("commit p99"))
    #expect(try await bots.end().status == 0)
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `who cannot be asked is named, with what to do`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory, "--metrics", "nobody")
    #expect(!server.program.output.contains("finalverse top"))
    let silent = try await ProgramRun.run("top", "--url", server.url, in: directory)
    #expect(silent.status == ExitStatus.unavailable.rawValue)
    #expect(silent.errors.contains("--metrics nobody"))
    try await server.stop()
    let gone = try await ProgramRun.run("top", "--url", server.url, in: directory)
    #expect(gone.status == ExitStatus.unavailable.rawValue)
    #expect(gone.errors.contains("finalverse serve"))
    let senseless = try await ProgramRun.run("top", "--count", "0", in: directory)
    #expect(senseless.status == ExitStatus.usage.rawValue)
    let unread = try await ProgramRun.run("top", "--url", "ftp://a", in: directory)
    #expect(unread.status == ExitStatus.usage.rawValue)
  }

  @Test(.timeLimit(.minutes(2)))
  func `every metric that a server tells is in the operators' page, and no other`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let url = try #require(URL(string: "http://\(server.address)/metrics"))
    let told = Set(
      try await text(at: url).split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
        .map { String($0.split(separator: " ")[2]) })
    try await server.stop()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appendingPathComponent("docs/operations.md"), encoding: .utf8)
    let listed = page.split(separator: "\n").compactMap { line -> String? in
      let prefixes = ["| `finalverse_", "| `process_"]
      guard prefixes.contains(where: line.hasPrefix) else { return nil }
      return String(line.dropFirst(3).prefix { $0 != "`" && $0 != "{" })
    }
    // Told over TLS alone.
    let certificate = "finalverse_certificate_end_time_seconds"
    #expect(listed.contains(certificate))
    #expect(Set(listed).subtracting([certificate]) == told)
    #expect(listed.count == told.count + 1)
  }

  private func text(at url: URL) async throws -> String {
    let address = try #require(MetricsAddress(url.absoluteString))
    return try await MetricsFetch(address: address).ask().body
  }
}
