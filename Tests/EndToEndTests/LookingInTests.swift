import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: other processes can look into a world while its server runs: what happened, what there is, whether it all agrees.
@Suite(.serialized) struct LookingInTests {
  @Test(.timeLimit(.minutes(2)))
  func `replay filters what happened`() async throws {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let tomo = try await server.join("Tomo")
    let trade = try await mira.offerTrade(with: tomo.player, giving: GoodsSpec(coins: 1))
    try await tomo.acceptTrade(trade, revision: 1)
    let committed = try await mira.acceptTrade(trade, revision: 1)

    let trades = try await Replayed.entries("--kind", "trade", in: directory)
    #expect(trades.map(\.position).first == trade)
    #expect(trades.map(\.position).last == committed)
    #expect(trades.last?.kinds.contains("TradeCommitted") == true)
    #expect(trades.last?.events.contains { $0.inventory.goodsTraded.goods.coins == 1 } == true)

    let ofTomo = try await Replayed.entries("--player", "\(tomo.player)", in: directory)
    #expect(Set(trades.map(\.position)).isSubset(of: ofTomo.map(\.position)))
    #expect(!ofTomo.flatMap(\.kinds).contains("WorldFounded"))

    let region = try await Replayed.entries("--region", "2", "--kind", "RegionNamed", in: directory)
    #expect(region.count == 1)
    let limited = try await Replayed.entries(
      "--from", "3", "--to", "9", "--limit", "2", in: directory)
    #expect(limited.map(\.position) == [3, 4])
    let none = try await Replayed.entries("--since", "2100-01-01", in: directory)
    #expect(none.isEmpty)
    let text = try await ProgramRun.run(
      "replay", "--data", directory.data, "--kind", "TradeCommitted", in: directory)
    #expect(
      text.output.contains(
        "TradeCommitted trade=\(trade) proposer=\(mira.player) partner=\(tomo.player) "
          + "proposer_goods={coins=1}"))
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `status tells what the directory holds`() async throws {
    let directory = try Scratch()
    let none = try await ProgramRun.run("status", "--data", directory.data, in: directory)
    #expect(none.status == ExitStatus.noData.rawValue)

    let server = try await Server.start(in: directory)
    let client = try await server.join("Mira")
    let position = try await client.startMove(to: Point(xMM: 500, yMM: 500))
    let running = try await ProgramRun.run(
      "status", "--data", directory.data, "--json", in: directory)
    #expect(running.status == 0, "\(running.errors)")
    let object = try running.object()
    let serving = try #require(object["server"] as? [String: Any])
    #expect(serving["pid"] as? Int == Int(server.program.processID))
    #expect((serving["note"] as? String)?.contains(server.address) == true)
    #expect(try #require(object["last_position"] as? UInt64) >= position)
    let projections = try #require(object["projections"] as? [[String: Any]])
    #expect(projections.count == 17)
    try await server.stop()

    let stopped = try await ProgramRun.run(
      "status", "--data", directory.data, "--json", in: directory)
    let after = try stopped.object()
    #expect(after["server"] is NSNull)
    for projection in try #require(after["projections"] as? [[String: Any]]) {
      #expect(projection["lag"] as? Int == 0)
      #expect((projection["digest"] as? String)?.isEmpty == false)
    }
    let text = try await ProgramRun.run("status", "--data", directory.data, in: directory)
    #expect(text.output.contains("inventories"))
  }

  @Test(.timeLimit(.minutes(3)))
  func `bots play, and rebuilt state is the live state, beside a server and without one`()
    async throws
  {
    let directory = try Scratch()
    let server = try await Server.start(in: directory)
    let bots = try await ProgramRun.run(
      "bots", "--count", "20", "--for", "5s", "--url", server.url, "--seed", "7", "--json",
      in: directory)
    #expect(bots.status == 0, "\(bots.output)\(bots.errors)")

    let beside = try await ProgramRun.run(
      "rebuild", "--data", directory.data, "--json", in: directory)
    #expect(beside.status == 0, "\(beside.errors)")
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    try await server.stop()

    let alone = try await ProgramRun.run(
      "rebuild", "--data", directory.data, "--json", in: directory)
    #expect(alone.status == 0, "\(alone.errors)")
    for outcome in [beside, alone] {
      let projections = try #require(try outcome.object()["projections"] as? [[String: Any]])
      #expect(projections.count == 17)
      for projection in projections {
        #expect(projection["comparison"] as? String == "same", "\(projection)")
      }
    }
    let again = try await Server.start(in: directory)
    _ = try await again.connect()
    try await again.stop()
  }
}
