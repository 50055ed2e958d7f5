import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: a world from whose log the oldest entries were removed is the same world, to its players, its operators and
/// its backups, and says what it does not know any more.
@Suite(.serialized) struct RetentionTests {
  private let directory: Scratch
  private var log: String { directory.data + "/log" }
  private var images: String { directory.data + "/images" }

  init() throws {
    directory = try Scratch()
  }

  /// Lets somebody walk about until there are several segments, and stops the server.
  private func walkAbout() async throws -> UInt64 {
    let server = try await Server.start(
      in: directory, "--segment-age", "10ms", "--archive-after", "never")
    let mira = try await server.join("Mira")
    for step in 0..<200 {
      _ = try await mira.startMove(to: Point(xMM: 500 + Int64(step), yMM: 500))
    }
    try await server.stop()
    return mira.player
  }

  @discardableResult
  private func run(_ arguments: String..., expecting status: finalverse.ExitStatus = .success)
    async throws -> ProgramRun.Outcome
  {
    let outcome = try await ProgramRun(arguments, in: directory).end(within: .seconds(60))
    #expect(outcome.status == status.rawValue, "\(arguments): \(outcome.errors)")
    return outcome
  }

  private func object(_ arguments: String...) async throws -> [String: Any] {
    let outcome = try await ProgramRun(
      arguments + ["--data", directory.data, "--json"], in: directory
    ).end(within: .seconds(60))
    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return try outcome.object()
  }

  private func number(_ value: Any?) throws -> UInt64 {
    try #require(value as? UInt64 ?? (value as? String).flatMap { UInt64($0) })
  }

  /// The first positions of the log's files.
  private func firsts() throws -> [UInt64] {
    try FileManager.default.contentsOfDirectory(atPath: log)
      .filter { $0.hasSuffix(".segment") || $0.hasSuffix(".archive") }
      .compactMap { UInt64($0.prefix(20)) }.sorted()
  }

  private func digests(_ report: [String: Any]) throws -> [String: String] {
    let projections = try #require(report["projections"] as? [[String: Any]])
    return try projections.reduce(into: [:]) { found, projection in
      found[try #require(projection["name"] as? String)] = projection["rebuilt_digest"] as? String
    }
  }

  /// Removes what is before the middle of the log; the first position that is left.
  private func cutInTheMiddle() async throws -> UInt64 {
    let wish = try firsts()[firsts().count / 2]
    let report = try await object("retain", "--from", "\(wish)")
    #expect(try number(report["removed_through"]) == wish - 1)
    #expect(try firsts().first == wish)
    return wish
  }

  @Test(.timeLimit(.minutes(3)))
  func `the world is the same after its oldest entries are gone, and knows where it begins`()
    async throws
  {
    let player = try await walkAbout()
    try await run("archive", "--data", directory.data)
    let before = try await digests(object("rebuild"))
    let status = try await object("status")
    let planned = try firsts()
    let dry = try await object("retain", "--newer-than", "1us", "--dry-run")
    #expect(dry["dry_run"] as? Bool == true)
    #expect(try firsts() == planned)

    let first = try await cutInTheMiddle()
    let after = try await object("status")
    #expect(try number(after["first_position"]) == first)
    for name in ["head", "world", "log_id"] {
      #expect(after[name] as? String == status[name] as? String)
    }
    #expect(try await digests(object("rebuild")) == before)
    let verified = try await object("verify")
    #expect(verified["sound"] as? Bool == true)
    #expect(try number(verified["base_position"]) == first - 1)

    let shown = try await run(
      "replay", "--data", directory.data, "--at", "\(first)", "--show", "movement",
      "\(player)")
    #expect(shown.output.contains("position \(first)"), "\(shown.output)")
    let gone = try await run(
      "replay", "--data", directory.data, "--at", "\(first - 1)", "--show", "movement",
      "\(player)", expecting: .noData)
    #expect(gone.errors.contains("not known any more"))
    try await run("diff", "--data", directory.data, "--from", "\(first)", "--player", "\(player)")
    try await run("timeline", "player", "\(player)", "--data", directory.data)
    try await run("keep", "--every", "50", "--data", directory.data)
    try await run(
      "export", directory.url.appendingPathComponent("x.sqlite").path, "--data", directory.data)
    try await run(
      "record", directory.url.appendingPathComponent("x.fvreplay").path, "--data", directory.data)

    let server = try await Server.start(in: directory)
    let tomo = try await server.join("Tomo")
    _ = try await tomo.startMove(to: Point(xMM: 900, yMM: 500))
    try await server.stop()
    #expect(try await object("verify")["sound"] as? Bool == true)
  }

  @Test(.timeLimit(.minutes(3)))
  func `an image that is of no use is made anew from the base, and without a base stays as it is`()
    async throws
  {
    _ = try await walkAbout()
    let first = try await cutInTheMiddle()
    let image = URL(fileURLWithPath: images + "/movement.image")
    try Data(count: 8_192).write(to: image)
    let mended = try await Server.start(in: directory)
    #expect(mended.program.errors.contains("from the images kept at position \(first - 1)"))
    try await mended.stop()
    #expect(try await object("verify")["sound"] as? Bool == true)

    try FileManager.default.moveItem(
      atPath: images + "/kept", toPath: directory.url.appendingPathComponent("kept").path)
    let unharmed = try await Server.start(in: directory)
    try await unharmed.stop()
    let broken = Data(count: 8_192)
    try broken.write(to: image)
    let refused = try await run(
      "serve", "--data", directory.data, "--listen", "127.0.0.1:0", expecting: .noData)
    #expect(refused.errors.contains("images/kept"))
    #expect(try Data(contentsOf: image) == broken)
    let verified = try await run("verify", "--data", directory.data, expecting: .noData)
    #expect(verified.errors.contains("begins at position \(first)"))
    try await run("rebuild", "--data", directory.data, expecting: .noData)

    try FileManager.default.moveItem(
      atPath: directory.url.appendingPathComponent("kept").path, toPath: images + "/kept")
    try await Server.start(in: directory).stop()
    #expect(try await object("verify")["sound"] as? Bool == true)
  }

  @Test(.timeLimit(.minutes(3)))
  func `a backup has what its log is folded from, and is restored and served`() async throws {
    _ = try await walkAbout()
    let first = try await cutInTheMiddle()
    try await run(
      "hold", "set", "audit", "--data", directory.data, "--from", "\(first)", "--reason", "audit")
    let backup = directory.url.appendingPathComponent("backup").path
    let restored = try Scratch()
    try await run("backup", "--data", directory.data, "--to", backup)
    try await run("verify", "--data", backup)
    let held = try await run("hold", "list", "--data", backup)
    #expect(held.output.contains("audit: from position \(first) on"))
    let early = try await run(
      "restore", backup, "--data", restored.data, "--position", "\(first - 2)",
      expecting: .noData)
    #expect(early.errors.contains("not known any more"))
    #expect(!FileManager.default.fileExists(atPath: restored.data + "/log"))
    try await run("restore", backup, "--data", restored.data)
    try await run("verify", "--data", restored.data)
    let server = try await Server.start(in: restored)
    _ = try await server.join("Tomo")
    try await server.stop()
    try await run("verify", "--data", restored.data)

    try FileManager.default.removeItem(atPath: backup + "/images")
    let bare = try await run(
      "restore", backup, "--data", restored.data + "2", expecting: .noData)
    #expect(bare.errors.contains("could not be served"))
  }

  @Test(.timeLimit(.minutes(3)))
  func `a hold keeps what it says, until it is removed`() async throws {
    _ = try await walkAbout()
    let wish = try firsts()[3]
    let held = try firsts()[1] + 1
    try await run(
      "hold", "set", "dispute-17", "--data", directory.data, "--from", "\(held)", "--reason",
      "a trade is disputed")
    let report = try await object("retain", "--from", "\(wish)")
    let reasons = try #require(report["reasons"] as? [[String: Any]])
    #expect(reasons.map { $0["kind"] as? String } == ["hold"])
    let first = try #require(firsts().first)
    #expect(first <= held && first < wish)
    let text = try await run("retain", "--from", "\(wish)", "--data", directory.data)
    #expect(text.output.contains("a trade is disputed"))
    #expect(try await run("status", "--data", directory.data).output.contains("dispute-17"))

    try Data("{".utf8).write(
      to: URL(fileURLWithPath: directory.data + "/holds/other.json"))
    let unsure = try await run(
      "retain", "--from", "\(wish)", "--data", directory.data, expecting: .damaged)
    #expect(unsure.errors.contains("other.json"))
    try FileManager.default.removeItem(atPath: directory.data + "/holds/other.json")

    try await run("hold", "remove", "dispute-17", "--data", directory.data)
    try await run("hold", "remove", "dispute-17", "--data", directory.data, expecting: .noData)
    _ = try await object("retain", "--from", "\(wish)")
    #expect(try firsts().first == wish)
  }

  @Test(.timeLimit(.minutes(3)))
  func `a server goes on while its log's oldest entries go`() async throws {
    _ = try await walkAbout()
    let server = try await Server.start(in: directory)
    let tomo = try await server.join("Tomo")
    _ = try await tomo.startMove(to: Point(xMM: 900, yMM: 500))
    let first = try await cutInTheMiddle()
    _ = try await tomo.startMove(to: Point(xMM: 500, yMM: 500))
    let stopped = try await server.stop()
    #expect(stopped.status == 0, "\(stopped.errors)")
    let verified = try await object("verify")
    #expect(verified["sound"] as? Bool == true)
    #expect(try number(verified["base_position"]) == first - 1)
  }

  @Test(.timeLimit(.minutes(3)))
  func `what is older than a length of time goes, but not what an image needs`() async throws {
    _ = try await walkAbout()
    try await run("archive", "--data", directory.data)
    let newest = try #require(firsts().last)
    let report = try await object("retain", "--newer-than", "1us")
    #expect(try firsts() == [newest])
    #expect(try number(report["removed_through"]) == newest - 1)
    let again = try await run("retain", "--newer-than", "1us", "--data", directory.data)
    #expect(again.output.contains("nothing to remove"))
    #expect(again.output.contains("it is being written"))
  }
}
