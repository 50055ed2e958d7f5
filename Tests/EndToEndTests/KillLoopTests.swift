import Bots
import Client
import Foundation
import Schema
import Synchronization
import Testing

@testable import finalverse

/// Goal: what a client was told survives a kill at any instruction, has happened once, and nobody who watches misses anything.
///
/// Method: walkers send commands without rest, a watcher keeps what it is shown, and bots compare all they are told, while the
/// server is killed again and again: while it starts, recovers, writes, seals and archives; sometimes with a backup or an archive
/// command beside it. Then every acknowledgement is looked for in the log, and the log is compared with what the watcher saw.
@Suite(.serialized) struct KillLoopTests {
  private static let options = ["--segment-age", "400ms", "--archive-after", "500ms"]

  /// Walks to and fro, and says something now and then, until the ledger is closed.
  private static func play(_ client: FinalverseClient, _ ledger: KillLedger) async {
    var step: Int64 = 0
    while !ledger.hasEnded {
      step += 1
      let text = "step \(step) of \(client.player)"
      let command: Command =
        step % 8 == 0
        ? .say(text) : .startMove(to: Point(xMM: 10_000 + step % 5_000, yMM: 20_000))
      let id = UInt64.random(in: 1...UInt64.max)
      do {
        let position = try await client.submit(command, id: id)
        ledger.note(
          KillLedger.Acknowledged(
            actor: client.player, commandID: id, position: position,
            text: step % 8 == 0 ? text : nil))
      } catch is CommandRejected {
        // Who has said much is to be silent for a while.
      } catch let failed as RequestFailed {
        try? await Task.sleep(for: failed.retryAfter ?? .milliseconds(50))
      } catch {
        ledger.complain("\(error)")
        return
      }
    }
  }

  /// Keeps the positions of what happens in a region.
  private static func watch(_ client: FinalverseClient, _ ledger: KillLedger) async {
    for await notice in client.notices {
      switch notice {
      case .entry(let entry): ledger.see(entry.position, by: entry.actor)
      case .restarted: ledger.complain("the watcher was told to start afresh")
      default: break
      }
    }
  }

  private static func clientOptions() -> ClientOptions {
    var options = ClientOptions()
    options.reconnection = Reconnection(attemptsMax: 100_000, longestPause: .milliseconds(400))
    return options
  }

  /// Starts the server and kills it, once or before it even listens.
  private func killRound(
    in directory: Scratch, port: Int, _ random: inout Draw
  ) async throws {
    let program = try ProgramRun(
      ["serve", "--data", directory.data, "--listen", "127.0.0.1:\(port)"] + Self.options,
      in: directory)
    if random.next() % 3 == 0 {
      // While it starts.
      try await Task.sleep(for: .milliseconds(Int(random.next() % 900)))
    } else {
      let isListening = await eventually(within: .seconds(60)) {
        !program.isRunning || program.output.contains("ws://")
      }
      guard isListening, program.isRunning else {
        Issue.record("the server did not start: \(program.errors)")
        return
      }
      let besides = try besides(in: directory, &random)
      try await Task.sleep(for: .milliseconds(Int(50 + random.next() % 1_200)))
      if random.next() % 2 == 0 { besides?.signal(SIGKILL) }
      program.signal(SIGKILL)
      _ = try await besides?.end(within: .seconds(120))
    }
    program.signal(SIGKILL)
    _ = try await program.end()
  }

  /// What an operator does beside the server, sometimes.
  private func besides(in directory: Scratch, _ random: inout Draw) throws -> ProgramRun? {
    let backup = directory.url.appendingPathComponent("backup").path
    return switch random.next() % 4 {
    case 0:
      try ProgramRun(["backup", "--data", directory.data, "--to", backup], in: directory)
    case 1: try ProgramRun(["archive", "--data", directory.data], in: directory)
    default: nil
    }
  }

  @Test(.timeLimit(.minutes(120)))
  func `every acknowledgement survives being killed, and nothing is missed or happens twice`()
    async throws
  {
    let rounds = Proofs.rounds ?? 20
    let seed = Proofs.seed
    print("kill loop: \(rounds) rounds, seed \(seed)")
    var random = Draw(seed: seed)
    let directory = try Scratch()
    var server = try await Server.start(in: directory, Self.options)
    let (port, url) = (server.port, server.url)
    let ledger = KillLedger()
    var players: [FinalverseClient] = []
    for number in 0..<6 {
      let player = try await server.connect(Self.clientOptions())
      try await player.createProfile(name: "Walker \(number)", look: "plain", homeRegion: 1)
      players.append(player)
    }
    let watcher = try await server.connect(Self.clientOptions())
    try await watcher.subscribe([.region(1)])
    let watching = Task { await Self.watch(watcher, ledger) }
    var swarmOptions = BotSwarm.Options(
      url: url, count: 6, duration: .seconds(86_400), seed: seed)
    swarmOptions.pause = .milliseconds(50)...(.milliseconds(300))
    let swarm = Task { [swarmOptions] in try await BotSwarm(swarmOptions).run(progress: .none) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for player in players { group.addTask { await Self.play(player, ledger) } }
      defer { ledger.end() }
      _ = await eventually(within: .seconds(20)) { ledger.count >= 50 }
      try await server.kill()
      for round in 1...rounds {
        try await killRound(in: directory, port: port, &random)
        guard round % 10 == 0 else { continue }
        let verified = try await ProgramRun.run(
          "verify", "--data", directory.data, in: directory, within: .seconds(300))
        #expect(verified.status == 0, "round \(round): \(verified.output)\(verified.errors)")
        print("round \(round) of \(rounds): \(ledger.count) commands acknowledged; sound")
        try removeOutputs(in: directory)
      }
      server = try await Server.start(in: directory, port: port, Self.options)
      let before = ledger.count
      let goesOn = await eventually(within: .seconds(60)) { ledger.count >= before + 60 }
      #expect(goesOn, "\(ledger.complained)")
    }
    swarm.cancel()
    let report = try await swarm.value
    #expect(report.contradictions == 0, "\(report.text)")
    let last = ledger.all.map(\.position).max() ?? 0
    let hasSeen = await eventually(within: .seconds(30)) { ledger.seen.last?.position ?? 0 >= last }
    #expect(hasSeen, "the watcher did not see the end")
    #expect(ledger.complained == [])
    for player in players { player.close() }
    watcher.close()
    await watching.value
    try await server.stop()
    try await check(ledger, Set(players.map(\.player)), rounds: rounds, in: directory)
  }

  /// Looks for everything that was acknowledged, for anything that happened twice, and for anything that the watcher missed.
  private func check(
    _ ledger: KillLedger, _ walkers: Set<UInt64>, rounds: Int, in directory: Scratch
  ) async throws {
    let entries = try await Replayed.entries(in: directory)
    #expect(entries.map(\.position) == (1...UInt64(entries.count)).map { $0 })
    let byPosition = Dictionary(uniqueKeysWithValues: entries.map { ($0.position, $0) })
    for acknowledged in ledger.all {
      let entry = byPosition[acknowledged.position]
      #expect(entry?.commandID == acknowledged.commandID)
      #expect(entry?.actor == acknowledged.actor)
    }
    let commands = entries.filter { $0.commandID != 0 }
    let distinct = Set(commands.map { "\($0.actor) \($0.commandID)" })
    #expect(distinct.count == commands.count, "a command took effect twice")
    #expect(ledger.count >= 10 * rounds)

    // What the walkers did since the watcher began, as the log has it and as the watcher saw it.
    let seen = ledger.seen.filter { walkers.contains($0.actor) }.map(\.position)
    let (first, last) = (try #require(seen.first), try #require(seen.last))
    let done = entries.filter {
      walkers.contains($0.actor) && $0.commandID != 0 && (first...last).contains($0.position)
    }.map(\.position)
    #expect(
      seen.filter { byPosition[$0]?.commandID != 0 } == done, "the watcher saw something else")

    let texts = try await ProgramRun.run(
      "replay", "--data", directory.data, "--kind", "chat", "--texts", in: directory)
    let said = ledger.all.compactMap(\.text)
    #expect(said.allSatisfy { texts.output.contains($0) }, "a text is lost")

    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let rebuilt = try await ProgramRun.run("rebuild", "--data", directory.data, in: directory)
    #expect(rebuilt.status == 0, "\(rebuilt.output)\(rebuilt.errors)")
    let backup = directory.url.appendingPathComponent("backup").path
    let made = try await ProgramRun.run(
      "backup", "--data", directory.data, "--to", backup, in: directory)
    #expect(made.status == 0, "a backup that was interrupted is finished: \(made.errors)")
    let copy = try await ProgramRun.run("verify", "--data", backup, in: directory)
    #expect(copy.status == 0, "\(copy.output)\(copy.errors)")
  }

  /// What the processes printed; of a thousand it would be many files.
  private func removeOutputs(in directory: Scratch) throws {
    for file in try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
    where file.hasSuffix(".out") || file.hasSuffix(".err") {
      try FileManager.default.removeItem(at: directory.url.appendingPathComponent(file))
    }
  }
}

/// What the players were told.
private final class KillLedger: Sendable {
  struct Acknowledged: Hashable, Sendable {
    let actor: UInt64
    let commandID: UInt64
    let position: UInt64
    /// What was said with it.
    let text: String?
  }

  private struct State {
    var acknowledged: [Acknowledged] = []
    var seen: [(position: UInt64, actor: UInt64)] = []
    var complaints: [String] = []
    var isOver = false
  }

  private let state = Mutex(State())

  func note(_ entry: Acknowledged) { state.withLock { $0.acknowledged.append(entry) } }
  func complain(_ text: String) { state.withLock { $0.complaints.append(text) } }
  func end() { state.withLock { $0.isOver = true } }

  /// Notes what the watcher was shown, which is to come in order and once.
  func see(_ position: UInt64, by actor: UInt64) {
    state.withLock { state in
      if let last = state.seen.last, last.position >= position {
        state.complaints.append("the watcher saw \(position) after \(last.position)")
      }
      state.seen.append((position, actor))
    }
  }

  var all: [Acknowledged] { state.withLock { $0.acknowledged } }
  var count: Int { state.withLock { $0.acknowledged.count } }
  var seen: [(position: UInt64, actor: UInt64)] { state.withLock { $0.seen } }
  var complained: [String] { state.withLock { $0.complaints } }
  var hasEnded: Bool { state.withLock { $0.isOver } }
}
