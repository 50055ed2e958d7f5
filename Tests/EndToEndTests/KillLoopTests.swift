import Client
import Foundation
import Schema
import Synchronization
import Testing

@testable import finalverse

/// Goal: what a client was told survives a kill at any instruction, and has happened once.
///
/// Method: real clients send commands without rest while the server is killed and started again, five times. Then every acknowledgement
/// is looked for in the log.
@Suite(.serialized) struct KillLoopTests {
  private struct Acknowledged: Hashable, Sendable {
    let actor: UInt64
    let commandID: UInt64
    let position: UInt64
  }

  /// What the players were told.
  private final class Ledger: Sendable {
    private let acknowledged = Mutex<[Acknowledged]>([])
    private let complaints = Mutex<[String]>([])
    private let isOver = Mutex(false)

    func note(_ entry: Acknowledged) { acknowledged.withLock { $0.append(entry) } }
    func complain(_ text: String) { complaints.withLock { $0.append(text) } }
    func end() { isOver.withLock { $0 = true } }

    var all: [Acknowledged] { acknowledged.withLock { $0 } }
    var count: Int { acknowledged.withLock { $0.count } }
    var complained: [String] { complaints.withLock { $0 } }
    var hasEnded: Bool { isOver.withLock { $0 } }
  }

  /// Walks to and fro until the ledger is closed.
  private static func play(_ client: FinalverseClient, _ ledger: Ledger) async {
    var step: Int64 = 0
    while !ledger.hasEnded {
      step += 1
      let command = Command.startMove(to: Point(xMM: 10_000 + step % 5_000, yMM: 20_000))
      let id = UInt64.random(in: 1...UInt64.max)
      do {
        let position = try await client.submit(command, id: id)
        ledger.note(Acknowledged(actor: client.player, commandID: id, position: position))
      } catch let failed as RequestFailed {
        try? await Task.sleep(for: failed.retryAfter ?? .milliseconds(50))
      } catch {
        ledger.complain("\(error)")
        return
      }
    }
  }

  @Test(.timeLimit(.minutes(4)))
  func `every acknowledgement survives being killed, and nothing happens twice`() async throws {
    let directory = try Scratch()
    var server = try await Server.start(in: directory)
    let port = server.port
    let ledger = Ledger()
    var players: [FinalverseClient] = []
    for number in 0..<8 { players.append(try await server.join("Walker \(number)")) }
    await withTaskGroup(of: Void.self) { group in
      for player in players { group.addTask { await Self.play(player, ledger) } }
      do {
        for round in 1...5 {
          let before = ledger.count
          let hasPlayed = await eventually(within: .seconds(20)) { ledger.count >= before + 200 }
          #expect(hasPlayed, "round \(round) came to nothing: \(ledger.complained)")
          try await server.kill()
          server = try await Server.start(in: directory, port: port)
        }
        let before = ledger.count
        _ = await eventually(within: .seconds(20)) { ledger.count >= before + 200 }
      } catch {
        Issue.record(error)
      }
      ledger.end()
    }
    try await server.kill()
    #expect(ledger.complained == [])
    for player in players { player.close() }
    try await check(ledger, in: directory)

    server = try await Server.start(in: directory)
    try await server.stop()
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let rebuilt = try await ProgramRun.run("rebuild", "--data", directory.data, in: directory)
    #expect(rebuilt.status == 0, "\(rebuilt.output)\(rebuilt.errors)")
  }

  /// Looks for everything that was acknowledged, and for anything that happened twice.
  private func check(_ ledger: Ledger, in directory: Scratch) async throws {
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
    #expect(ledger.count >= 1_200)
  }
}
