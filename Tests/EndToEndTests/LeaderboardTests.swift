import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: a board that an operator sets up on a running world ranks what players do, ends its season while
/// the server is down, and can be looked at as it was.
@Suite(.serialized) struct LeaderboardTests {
  @Test(.timeLimit(.minutes(3)))
  func `a season that ended while the server was down has a result`() async throws {
    let directory = try Scratch()
    var server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let tomo = try await server.join("Tomo")
    let boards = try await mira.boards().value
    #expect(boards.map(\.name) == ["Wealth", "Trades", "Distance walked", "Trades of the week"])

    let chief = try await self.chief(of: server, in: directory)
    let minute: Int64 = 60_000_000
    let soon = Int64(Date.now.timeIntervalSince1970 * 1_000_000) + 4_000_000
    try await chief.submit(
      .defineBoard(9, name: "Deals", by: .trades, season: minute, firstEnd: soon))
    let refused = await #expect(throws: CommandRejected.self) {
      try await mira.submit(.retireBoard(9))
    }
    #expect(refused?.code == "not_allowed")

    let trade = try await mira.offerTrade(with: tomo.player, giving: GoodsSpec(coins: 7))
    try await tomo.acceptTrade(trade, revision: 1)
    let committed = try await mira.acceptTrade(trade, revision: 1)
    let running = try await mira.top(of: 9).value
    #expect(running.players.map(\.name) == ["Mira", "Tomo"])
    let wealth = try await tomo.rank(on: 1, neighbours: 5).value
    #expect(wealth.rank == 1 && wealth.players.map(\.score) == [107, 93])
    try await server.stop()

    server = try await Server.start(in: directory, port: server.port)
    let other = try await server.connect()
    let season = running.season
    let isOver = try await eventually(within: .seconds(90)) {
      try await other.seasons(of: 9).value.contains { $0.season == season }
    }
    #expect(isOver)
    let result = try await other.top(of: 9, season: season).value
    #expect(result.players == running.players)
    #expect(result.frozenPosition >= committed)
    #expect(try await other.rank(of: tomo.player, on: 9, season: season).value.rank == 2)
    #expect(try await other.top(of: 9).value.players == [])

    let frozen = try await show("Deals", at: "\(result.frozenPosition)", in: directory)
    #expect(frozen.output.contains("Board 9, Deals, season \(season)"), "\(frozen.errors)")
    #expect(frozen.output.contains("1.  Mira (player \(mira.player))  1 trade"))
    let now = try await show("9", in: directory)
    #expect(now.output.contains("Season \(season) ended at"))
    #expect(now.output.contains("frozen at position \(result.frozenPosition), with 2 players"))
    let before = try await show("wealth", at: "\(committed - 1)", in: directory)
    #expect(before.output.contains("Board 1, Wealth: 2 players"))
    #expect(before.output.contains("100 coins"))
    let nothing = try await show("Deals", at: "5", in: directory)
    #expect(nothing.status == ExitStatus.noData.rawValue)
    #expect(nothing.errors.contains("there is no leaderboard 'Deals'"))
    try await server.stop()
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  /// The operator.
  private func chief(of server: Server, in directory: Scratch) async throws -> FinalverseClient {
    var options = ClientOptions()
    let path = directory.data + "/identity/operator.token"
    let token = try String(contentsOfFile: path, encoding: .utf8)
    options.credential = .token(token.trimmingCharacters(in: .whitespacesAndNewlines))
    return try await server.connect(options)
  }

  private func show(
    _ board: String, at instant: String? = nil, in directory: Scratch
  ) async throws -> ProgramRun.Outcome {
    let at = instant.map { ["--at", $0] } ?? []
    return try await ProgramRun(
      ["replay", "--data", directory.data] + at + ["--show", "leaderboard", board], in: directory
    ).end(within: .seconds(60))
  }
}
