import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: a running world can be asked what it was at any moment, and what became of a thing since.
@Suite(.serialized) struct TimeTravelTests {
  /// Runs a command on the directory's data.
  private func run(
    _ command: String, _ options: String..., in directory: Scratch
  ) async throws -> ProgramRun.Outcome {
    try await ProgramRun([command, "--data", directory.data] + options, in: directory)
      .end(within: .seconds(60))
  }

  @Test(.timeLimit(.minutes(2)))
  func `replay shows the world as it was before a trade and after it`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let tomo = try await server.join("Tomo")
    let trade = try await mira.offerTrade(with: tomo.player, giving: GoodsSpec(coins: 7))
    try await tomo.acceptTrade(trade, revision: 1)
    let committed = try await mira.acceptTrade(trade, revision: 1)

    func coins(_ player: String, at instant: String) async throws -> Int {
      let shown = try await run(
        "replay", "--at", instant, "--json", "--show", "inventory", player, in: directory)
      #expect(shown.status == 0, "\(shown.errors)")
      let inventory = try #require(try shown.object()["inventory"] as? [String: Any])
      let digits = try #require(inventory["coins"] as? String)
      return try #require(Int(digits))
    }
    let before = try await coins("tomo", at: "\(committed - 1)")
    #expect(try await coins("Tomo", at: "\(committed)") == before + 7)
    #expect(try await coins("\(mira.player)", at: "2100-01-01") == before - 7)

    let trades = try await run(
      "replay", "--at", "\(trade)", "--show", "trades", "Mira", in: directory)
    #expect(trades.output.contains("1 open trade\n"), "\(trades.output)\(trades.errors)")
    #expect(trades.output.contains("Mira (player \(mira.player)) gives 7 coins"))
    let presence = try await run("replay", "--show", "presence", in: directory)
    #expect(presence.output.contains("2 players connected"))
    let region = try await run("replay", "--show", "region", "1", in: directory)
    #expect(region.output.contains("2 players here"))

    try await server.stop()
    let after = try await run("replay", "--show", "presence", in: directory)
    #expect(after.output.contains("0 players connected"))
    #expect(try await coins("Tomo", at: "\(committed)") == before + 7)
    let nobody = try await run("replay", "--show", "player", "Nobody", in: directory)
    #expect(nobody.status == ExitStatus.noData.rawValue)
    #expect(nobody.errors.contains("there is no player 'Nobody'"))
    let early = try await run("replay", "--at", "99999", "--show", "presence", in: directory)
    #expect(early.status == ExitStatus.noData.rawValue)
    let usage = try await run("replay", "--at", "5", in: directory)
    #expect(usage.status == ExitStatus.usage.rawValue)
    let both = try await run(
      "replay", "--limit", "5", "--show", "presence", in: directory)
    #expect(both.status == ExitStatus.usage.rawValue)
  }

  @Test(.timeLimit(.minutes(2)))
  func `timeline tells a trade and what changed hands in it`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let tomo = try await server.join("Tomo")
    let trade = try await mira.offerTrade(with: tomo.player, giving: GoodsSpec(coins: 7))
    let open = try await run("timeline", "trade", "\(trade)", in: directory)
    #expect(open.output.contains("trade \(trade) is open at revision 1, accepted by nobody yet"))
    try await tomo.acceptTrade(trade, revision: 1)
    try await mira.acceptTrade(trade, revision: 1)
    let told = try await run("timeline", "trade", "\(trade)", in: directory)
    #expect(told.status == 0, "\(told.errors)")
    #expect(
      told.output.contains(
        "Mira (player \(mira.player)) offered Tomo (player \(tomo.player)) trade \(trade), "
          + "giving 7 coins"))
    #expect(told.output.split(separator: "\n").last?.contains("took place: Mira") == true)
    let json = try await run(
      "timeline", "player", "\(tomo.player)", "--limit", "3", "--json", in: directory)
    let lines = json.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.last?.contains(#""shown":3"#) == true)
    let none = try await run("timeline", "item", "123456", in: directory)
    #expect(none.status == ExitStatus.noData.rawValue)
    #expect(none.errors.contains("is about item 123456"))
    let usage = try await run("timeline", "weather", "1", in: directory)
    #expect(usage.status == ExitStatus.usage.rawValue)
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `diff shows what laying coins down changed`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let position = try await mira.drop(GoodsSpec(coins: 7))

    let changed = try await run(
      "diff", "--from", "\(position - 1)", "--to", "\(position)", in: directory)
    #expect(changed.status == 0, "\(changed.errors)")
    #expect(changed.output.contains("inventories, table inventories: 1 changed"))
    #expect(changed.output.contains("inventories, table piles: 1 added"))
    let ofMira = try await run(
      "diff", "--from", "\(position - 1)", "--to", "\(position)", "--player", "\(mira.player)",
      in: directory)
    #expect(!ofMira.output.contains("table piles"))
    #expect(ofMira.output.contains("  \(mira.player) changed\n    coins: "))
    let json = try await run(
      "diff", "--from", "0", "--projection", "regions", "--json", in: directory)
    #expect(
      json.output.split(separator: "\n").last?.contains(#""table":"world","added":1"#) == true)
    let turned = try await run("diff", "--from", "9", "--to", "3", in: directory)
    #expect(turned.status == ExitStatus.usage.rawValue)
    let unknown = try await run("diff", "--from", "9", "--projection", "x", in: directory)
    #expect(unknown.status == ExitStatus.usage.rawValue)
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `a recorded stretch replays as the log does`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let position = try await mira.drop(GoodsSpec(coins: 7))
    let file = directory.url.appendingPathComponent("all.fvreplay").path
    let recorded = try await run("record", "--to", "\(position)", file, in: directory)
    #expect(recorded.status == 0, "\(recorded.errors)")
    #expect(recorded.output.contains("positions 1 to \(position)"))

    let live = try await run("replay", "--to", "\(position)", "--json", in: directory)
    let replayed = try await ProgramRun.run("replay", file, "--json", in: directory)
    #expect(replayed.output == live.output)
    let filtered = try await ProgramRun.run("replay", file, "--kind", "inventory", in: directory)
    #expect(filtered.output.contains("GoodsDropped"))

    let mine = directory.url.appendingPathComponent("mine.fvreplay").path
    let some = try await run("record", "--player", "\(mira.player)", mine, in: directory)
    #expect(some.status == 0, "\(some.errors)")
    let ofMira = try await ProgramRun.run("replay", mine, in: directory)
    let expected = try await run("replay", "--player", "\(mira.player)", in: directory)
    #expect(ofMira.output == expected.output)

    let again = try await run("record", mine, in: directory)
    #expect(again.status == ExitStatus.cannotWrite.rawValue)
    #expect(again.errors.contains("already"))
    let none = try await run("record", "--item", "123456", file + "2", in: directory)
    #expect(none.status == ExitStatus.noData.rawValue)
    #expect(!FileManager.default.fileExists(atPath: file + "2"))
    try await server.stop()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: URL(fileURLWithPath: file))
    let damaged = try await ProgramRun.run("replay", file, in: directory)
    #expect(damaged.status == ExitStatus.damaged.rawValue)
    #expect(damaged.errors.contains("The replay file is damaged"))
    let other = try await ProgramRun.run(
      "replay", ProgramRun.executable.path, in: directory)
    #expect(other.status == ExitStatus.damaged.rawValue)
    #expect(other.errors.contains("This is no replay file"))
  }
}
