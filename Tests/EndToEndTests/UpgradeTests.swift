import Client
import Engine
import EventLog
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: a world goes over to another version of a projection without folding the log while nobody is served.
///
/// Method: the commands of `docs/upgrading.md`. What an old program leaves is an image under another version's name; here the
/// running server's own image is given one, which is to the next server as if an old program had written it.
@Suite(.serialized) struct UpgradeTests {
  @Test(.timeLimit(.minutes(4)))
  func `an image of a new version is made beside a server, and the next one starts from it`()
    async throws
  {
    let directory = try Scratch()
    let images = directory.data + "/images"
    let old = try await Server.start(in: directory)
    let bots = try await ProgramRun.run(
      "bots", "--count", "20", "--for", "4s", "--url", old.url, "--seed", "11", "--json",
      in: directory)
    #expect(bots.status == 0, "\(bots.output)\(bots.errors)")
    let mira = try await old.join("Mira")
    for name in ["inventories", "trades"] {
      try FileManager.default.moveItem(
        atPath: "\(images)/\(name).image", toPath: "\(images)/\(name)-v9.image")
    }

    let rebuilt = try await ProgramRun.run("rebuild", "--data", directory.data, in: directory)
    #expect(rebuilt.status == 0, "\(rebuilt.output)\(rebuilt.errors)")
    #expect(rebuilt.output.contains("New in \(images): inventories, trades."))
    let status = try await ProgramRun.run(
      "status", "--data", directory.data, "--json", in: directory)
    let facts = try status.object()
    let others = try #require(facts["other_versions"] as? [[String: Any]])
    #expect(others.map { $0["name"] as? String } == ["inventories", "trades"])
    let position = try #require(facts["last_position"] as? Int)

    // A little more happens, then the old server stops and the new one starts.
    for step in 1...5 as ClosedRange<Int64> {
      try await mira.startMove(to: Point(xMM: 10_000 + step * 500, yMM: 20_000))
    }
    try await old.stop()
    let new = try await Server.start(in: directory)
    let folded = try #require(
      new.program.errors.split(separator: "\n").first { $0.contains("folding") },
      "\(new.program.errors)")
    let tail = try #require(
      folded.split(separator: "folding ").last?.split(separator: " ").first.flatMap { Int($0) })
    #expect(tail < position / 2, "\(folded), of \(position)")
    _ = try await new.connect()
    try await new.stop()
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  @Test(.timeLimit(.minutes(4)))
  func `kept images show the same past as the whole log, and are listed and bounded`() async throws
  {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let bots = try await ProgramRun.run(
      "bots", "--count", "20", "--for", "4s", "--url", server.url, "--seed", "12", "--json",
      in: directory)
    #expect(bots.status == 0, "\(bots.output)\(bots.errors)")
    let status = try await ProgramRun.run(
      "status", "--data", directory.data, "--json", in: directory)
    let last = try #require(try status.object()["last_position"] as? Int)
    let step = last / 5
    let past = "\(step * 3 + step / 2)"
    let whole = try await ProgramRun.run(
      "replay", "--data", directory.data, "--at", past, "--show", "presence", "--json",
      in: directory)

    let kept = try await ProgramRun.run(
      "keep", "--data", directory.data, "--every", "\(step)", "--json", in: directory)
    #expect(kept.status == 0, "\(kept.errors)")
    let made = try #require(try kept.object()["made"] as? [Int])
    #expect(Array(made.prefix(4)) == [step, 2 * step, 3 * step, 4 * step])
    let now = try await ProgramRun.run(
      "keep", "--data", directory.data, "--most", "4", in: directory)
    #expect(now.status == 0, "\(now.errors)")
    #expect(now.output.contains("Images of 4 positions"))

    let near = try await ProgramRun.run(
      "replay", "--data", directory.data, "--at", past, "--show", "presence", "--json",
      in: directory)
    #expect(near.status == 0, "\(near.errors)")
    #expect(near.output == whole.output)
    let listed = try await ProgramRun.run("status", "--data", directory.data, in: directory)
    #expect(listed.output.contains("kept images"))
    let tooMany = try await ProgramRun.run(
      "keep", "--data", directory.data, "--every", "1", in: directory)
    #expect(tooMany.status == ExitStatus.usage.rawValue)
    #expect(tooMany.errors.contains("at most 16 may be kept"))
    let none = try await ProgramRun.run(
      "keep", "--data", directory.data, "--every", "1000000", in: directory)
    #expect(none.output.contains("the log has fewer entries than that"))
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(4)))
  func `a server has images kept by itself, and no more than were asked for`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(
      in: directory, "--keep-images", "10", "--keep-most", "2", "--log-format", "json")
    let mira = try await server.join("Mira")
    let kept = KeptImages(directory: directory.data + "/images/kept")
    var seen: Set<UInt64> = []
    for step in 1...60 as ClosedRange<Int64> where seen.count < 3 {
      for part in 1...10 as ClosedRange<Int64> {
        try await mira.startMove(to: Point(xMM: 10_000 + step * 500 + part, yMM: 20_000))
      }
      let before = seen
      _ = await eventually(within: .seconds(5)) {
        kept.positions.contains { !before.contains($0.rawValue) }
      }
      seen.formUnion(kept.positions.map(\.rawValue))
    }
    #expect(seen.count >= 3)
    #expect(seen.allSatisfy { $0.isMultiple(of: 10) })
    #expect(await eventually(within: .seconds(10)) { kept.positions.count == 2 })
    let errors = server.program.errors
    #expect(errors.contains("images were kept"), "\(errors)")
    #expect(!errors.contains("images were not kept"), "\(errors)")
    #expect(try await server.stop().status == 0)
    let position = try #require(kept.positions.last)
    let shown = try await ProgramRun.run(
      "replay", "--data", directory.data, "--at", "\(position)", "--show", "presence",
      in: directory)
    #expect(shown.status == 0 && !shown.errors.contains("not used"), "\(shown.errors)")
  }
}
