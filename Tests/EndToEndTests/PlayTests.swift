import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// Goal: whoever has a recording can watch it through a client, and what cannot be shown as it was is not
/// shown.
@Suite(.serialized) struct PlayTests {
  /// A server's address in what a program prints, once it listens.
  private func address(of program: ProgramRun) async throws -> String {
    _ = await eventually(within: .seconds(60)) {
      !program.isRunning || program.output.contains("ws://")
    }
    guard let start = program.output.range(of: "ws://")?.lowerBound else {
      throw ServerMissing(errors: program.errors)
    }
    return String(program.output[start...].prefix { !$0.isWhitespace })
  }

  /// Starts to play.
  private func play(
    _ options: String..., in directory: Scratch
  ) async throws -> (program: ProgramRun, url: String) {
    let program = try ProgramRun(
      ["replay", "--serve", "127.0.0.1:0"] + options, in: directory)
    return (program, try await address(of: program))
  }

  private func client(
    at url: String, as token: String? = nil
  ) async throws -> FinalverseClient {
    var options = ClientOptions()
    if let token { options.credential = .token(token) }
    return try await FinalverseClient.connect(to: url, options: options)
  }

  /// A world in which Mira gives Tomo something, stopped; and a replay file of it, which begins with the
  /// log, or where the two begin to trade.
  private func recorded(
    in directory: Scratch, fromTrade isLater: Bool = false
  ) async throws -> (file: String, given: UInt64, players: [UInt64], trade: UInt64) {
    let server = try await Server.start(in: directory)
    let mira = try await server.join("Mira")
    let tomo = try await server.join("Tomo")
    let trade = try await mira.offerTrade(with: tomo.player, giving: GoodsSpec(coins: 7))
    try await tomo.acceptTrade(trade, revision: 1)
    let given = try await mira.acceptTrade(trade, revision: 1)
    let players = [mira.player, tomo.player]
    try await server.stop()
    let file = directory.url.appendingPathComponent("day.fvreplay").path
    let recording = try await ProgramRun.run(
      "record", "--data", directory.data, "--from", isLater ? "\(trade)" : "1", file,
      in: directory)
    try #require(recording.status == 0, "\(recording.errors)")
    return (file, given, players, trade)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a recording that is looped begins again for who comes when it is over`() async throws {
    let directory = try Scratch()
    let (file, given, _, _) = try await recorded(in: directory)
    let (program, url) = try await play(file, "--speed", "max", "--loop", in: directory)
    #expect(program.output.contains("and again when it is over"))
    for _ in 1...3 {
      let viewer = try await client(at: url, as: "operator")
      let begin = try await viewer.subscribe([.operators()])
      #expect(begin.position == 1)
      var positions: [UInt64] = []
      for await entry in viewer.pushes { positions.append(entry.position) }
      #expect(positions.first == 2 && positions.contains(given))
      #expect(positions == Array(2...(positions.last ?? 0)))
      #expect(viewer.ending?.code.rawValue == "recording_over")
    }
    program.signal(SIGINT)
    let outcome = try await program.end()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let log = try await ProgramRun.run(
      "replay", "--data", directory.data, "--serve", "127.0.0.1:0", "--loop", in: directory)
    #expect(log.status == ExitStatus.usage.rawValue, "\(log.errors)")
  }

  @Test(.timeLimit(.minutes(2)))
  func `a recording is watched through a player's eyes to its end`() async throws {
    let directory = try Scratch()
    let (file, given, players, _) = try await recorded(in: directory)
    let (program, url) = try await play(
      file, "--speed", "max", "--as", "\(players[1])", in: directory)
    #expect(program.output.contains("a guest is player \(players[1])"))
    let viewer = try await client(at: url)
    #expect(viewer.player == players[1])
    let refused = await #expect(throws: CommandRejected.self) { try await viewer.stopMove() }
    #expect(refused?.code == "read_only")
    let begin = try await viewer.subscribe([.own(), .everyone()])
    #expect(begin.position == 1)
    var positions: [UInt64] = []
    var received: Int64 = 0
    for await entry in viewer.pushes {
      positions.append(entry.position)
      for event in entry.payload.events where event.inventory.goodsTraded.to == players[1] {
        received += event.inventory.goodsTraded.goods.coins
        #expect(entry.position == given)
      }
    }
    #expect(received == 7)
    #expect(positions == positions.sorted())
    #expect(Set(positions).count == positions.count)
    #expect(viewer.ending?.code.rawValue == "recording_over")
    let outcome = try await program.end()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("all of it was shown"))
  }

  @Test(.timeLimit(.minutes(2)))
  func `a stretch of a log is played with the world before it, until one stops it`() async throws {
    let directory = try Scratch()
    let (file, given, players, _) = try await recorded(in: directory, fromTrade: true)
    for source in [["--from", "\(given)"], [file, "--from", "\(given)"]] {
      let program = try ProgramRun(
        ["replay", "--serve", "127.0.0.1:0", "--data", directory.data, "--wait-for", "2"] + source,
        in: directory)
      let viewer = try await client(
        at: try await address(of: program), as: "\(players[0])")
      let state = try #require(try await viewer.subscribe([.own()]).states.first)
      #expect(state.own.trades.map(\.proposer) == [players[0]])
      #expect(state.own.inventory.coinsHeld == 7)
      program.signal(SIGINT)
      for await _ in viewer.notices { break }
      viewer.close()
      let outcome = try await program.end()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("stopped after position \(given - 1)"), "\(outcome.errors)")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `what cannot be shown as it was is refused before anybody is served`() async throws {
    let directory = try Scratch()
    let (later, _, players, trade) = try await recorded(in: directory, fromTrade: true)
    let elsewhere = ["--data", directory.url.appendingPathComponent("none").path]

    func refusal(_ options: [String]) async throws -> ProgramRun.Outcome {
      let outcome = try await ProgramRun(
        ["replay", "--serve", "127.0.0.1:0"] + options, in: directory
      ).end()
      #expect(!outcome.output.contains("ws://"))
      return outcome
    }
    let partial = try await refusal([later] + elsewhere)
    #expect(partial.status == ExitStatus.noData.rawValue)
    #expect(partial.errors.contains("begins at position \(trade)"), "\(partial.errors)")
    #expect(partial.errors.contains("--data DIR"))

    let chosen = directory.url.appendingPathComponent("chosen.fvreplay").path
    let recording = try await ProgramRun.run(
      "record", "--data", directory.data, "--player", "\(players[0])", chosen, in: directory)
    #expect(recording.status == 0, "\(recording.errors)")
    let selected = try await refusal([chosen])
    #expect(selected.status == ExitStatus.noData.rawValue)
    #expect(selected.errors.contains("lacks entries"), "\(selected.errors)")

    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: later)))
    bytes[bytes.count / 2] ^= 1
    let damaged = directory.url.appendingPathComponent("damaged.fvreplay").path
    try Data(bytes).write(to: URL(fileURLWithPath: damaged))
    let refused = try await refusal([damaged, "--data", directory.data])
    #expect(refused.status == ExitStatus.damaged.rawValue)
    #expect(refused.errors.contains("damaged.fvreplay"), "\(refused.errors)")

    let other = try Scratch()
    let server = try await Server.start(in: other)
    try await server.stop()
    let foreign = try await refusal([later, "--data", other.data])
    #expect(foreign.status == ExitStatus.noData.rawValue)
    #expect(foreign.errors.contains("was not recorded from the log"), "\(foreign.errors)")

    let beyond = try await refusal(["--data", directory.data, "--from", "99999"])
    #expect(beyond.status == ExitStatus.noData.rawValue)
    #expect(beyond.errors.contains("nothing to be played"), "\(beyond.errors)")
  }

  @Test(.timeLimit(.minutes(2)))
  func `an address in use is named, with the option that chooses another`() async throws {
    let directory = try Scratch()
    let (file, _, _, _) = try await recorded(in: directory)
    let (first, url) = try await play(file, in: directory)
    let address = url.dropFirst("ws://".count).prefix { $0 != "/" }
    let second = try await ProgramRun.run(
      "replay", file, "--serve", String(address), in: directory)
    #expect(second.status == ExitStatus.unavailable.rawValue)
    #expect(second.errors.contains("choose another port with --serve"), "\(second.errors)")
    first.signal(SIGTERM)
    #expect(try await first.end().status == 0)
  }
}
