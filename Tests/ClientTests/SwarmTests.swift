import Client
import Foundation
import Schema
import SwiftProtobuf
import Testing

@testable import Bots

/// Swarms, and what moves their bots.
@Suite(.timeLimit(.minutes(1)))
struct SwarmTests {
  private static let world = WorldRow.with {
    $0.columns = 10
    $0.rows = 5
    $0.cellMm = 100_000
    $0.rules.reachMm = 3_000
  }

  /// A server that lets everybody in, knows the world and refuses every command but one.
  private static let script: ScriptedServer.Script = { connection, message in
    let position: UInt64 = 7
    switch message.request {
    case .signIn: connection.welcome(message)
    case .command(let submission):
      if case .players = submission.command.system {
        return connection.acknowledge(message, at: position)
      }
      connection.reply(to: message) { $0.rejected.code = "not_today" }
    case .query:
      connection.reply(to: message) {
        $0.answer.position = position
        if case .regions = message.query.system {
          $0.answer.regions.world = world
        } else if case .trade = message.query.system {
          $0.answer.trade.trades = OpenTradesAnswer()
        }
      }
    case .farewell: connection.reply(to: message) { $0.goodbye.code = "farewell" }
    default: connection.reply(to: message) { $0.subscribed.position = position }
    }
  }

  @Test func `a swarm plays, counts and reports`() async throws {
    try await ScriptedServer.run(script: Self.script) { server in
      var options = BotSwarm.Options(
        url: server.url, count: 5, duration: .seconds(4), seed: 3)
      options.pause = .milliseconds(1)...(.milliseconds(5))
      let report = try await BotSwarm(options).run(progress: .none)
      #expect(report.unconnected == 0)
      #expect(report.lost == 0)
      #expect(report.commands > 10)
      #expect(report.kinds.first { $0.kind == .createProfile }?.succeeded == 5)
      #expect(report.rejections.first?.code == "not_today")
      #expect(report.contradictions == 0)
    }
  }

  @Test func `a report speaks to people and to programs`() async throws {
    try await ScriptedServer.run(script: Self.script) { server in
      var options = BotSwarm.Options(url: server.url, count: 1, duration: .milliseconds(50))
      options.pause = .milliseconds(1)...(.milliseconds(2))
      let report = try await BotSwarm(options).run(progress: .none)
      let text = report.text
      #expect(text.contains("1 bot at \(server.url)"))
      #expect(text.contains("0 reconnections, "))
      #expect(text.contains("contradictions: 0"))
      #expect(text.contains("p99 ms"))
      let json = try JSONEncoder().encode(report)
      let again = try JSONDecoder().decode(SwarmReport.self, from: json)
      #expect(again.commands == report.commands)
      #expect(again.kinds.map(\.kind) == report.kinds.map(\.kind))
    }
  }

  @Test func `a swarm that nobody lets in says so`() async throws {
    let options = BotSwarm.Options(
      url: "ws://127.0.0.1:1/ws", count: 3, duration: .milliseconds(100))
    let fault = await #expect(throws: ClientFault.self) {
      _ = try await BotSwarm(options).run(progress: .none)
    }
    #expect(fault?.message.hasPrefix("None of 3 bots could connect to ws://127.0.0.1:1/ws") == true)
  }

  @Test func `a server that stops replying is found out`() async throws {
    let script: ScriptedServer.Script = { if $1.isSignIn { $0.welcome($1) } }
    try await ScriptedServer.run(script: script) { server in
      var options = BotSwarm.Options(url: server.url, count: 1, duration: .seconds(3))
      options.patience = .milliseconds(200)
      let report = try await BotSwarm(options).run(progress: .none)
      #expect(report.contradictionKinds.map(\.code) == ["reply_missing"])
      #expect(report.contradictions == 1)
    }
  }

  @Test func `cancelling a swarm brings its report early`() async throws {
    try await ScriptedServer.run(script: Self.script) { server in
      let options = BotSwarm.Options(url: server.url, count: 2, duration: .seconds(3_600))
      let swarm = Task { try await BotSwarm(options).run(progress: .none) }
      try await eventually("the bots are in") { server.journal.requests(on: 2).count > 1 }
      swarm.cancel()
      let report = try await swarm.value
      #expect(report.seconds < 60)
    }
  }

  @Test(arguments: [1, 50, 200, 5_000])
  func `homes are neighbours within the world`(_ count: Int) {
    for seed in UInt64(0)..<20 {
      let homes = Meeting(Self.world, count: count, seed: seed).homes
      #expect(Set(homes).count == homes.count)
      #expect(homes.allSatisfy { (1...50).contains($0) })
      let columns = Set(homes.map { ($0 - 1) % 10 })
      let rows = Set(homes.map { ($0 - 1) / 10 })
      #expect(columns.count * rows.count == homes.count)
      #expect(Int(columns.max() ?? 0) - Int(columns.min() ?? 0) == columns.count - 1)
      #expect(Int(rows.max() ?? 0) - Int(rows.min() ?? 0) == rows.count - 1)
    }
  }

  @Test func `those who meet are within reach of one another`() {
    let meeting = Meeting(Self.world, count: 10, seed: 1)
    var random = BotRandom(seed: 1, bot: 1)
    for home in meeting.homes {
      let places = (0..<50).map { _ in meeting.place(in: home, using: &random) }
      for place in places {
        #expect(meeting.reaches(place, places[0]))
        #expect(UInt32(1 + place.yMm / 100_000 * 10 + place.xMm / 100_000) == home)
      }
    }
  }

  @Test func `a mind wishes for everything, and the same again with the same seed`() {
    let meeting = Meeting(Self.world, count: 10, seed: 1)
    var possession = Possession()
    possession.belongings = Belongings(Scene.inventory)
    possession.trades[4] = TradeRow.with {
      $0.trade = 4
      $0.proposer = Scene.partner
      $0.partner = Scene.me
      $0.revision = 3
    }
    func wishes() -> [BotWish] {
      var mind = BotMind(meeting: meeting, seed: 9, bot: 0)
      return (0..<6_000).map { round in
        mind.neighbours = [PresentPlayer.with { $0.player = Scene.partner }]
        mind.piles = [PileRow.with { $0.pile = 6 }]
        mind.boards = [1]
        mind.repertoire = Scene.repertoires[round % Scene.repertoires.count]
        mind.performances = round.isMultiple(of: 3) ? [Scene.performance] : []
        mind.echoes = round.isMultiple(of: 3) ? [1] : []
        // Now and then without the trade, which the bot may have decided to ignore.
        let view = BotView(
          player: Scene.me, possession: possession, place: Point(),
          isStanding: round.isMultiple(of: 2))
        return mind.next(view)
      }
    }
    let first = wishes()
    #expect(first == wishes())
    let kinds = Set(
      first.map { wish in
        if case .command(let command) = wish {
          return RequestKind(ClientMessage.with { $0.command.command = command }).rawValue
        }
        return "\(wish)"
      })
    let expected: Set<String> = [
      "harvest", "hum", "lookAtSky",
      "start_move", "stop_move", "drop", "pick_up", "plant", "give", "consume", "offer_trade",
      "attend", "lookForEchoes",
      "change_trade", "accept_trade", "withdraw_trade", "lookWho", "lookPiles", "checkInventory",
      "checkTrades", "lookBoards", "lookTop(1)", "lookRank(1)", "say", "send_message",
      "compose_melody", "combine_melodies", "perform_melody", "propose_performance",
      "join_performance", "lookMelodies", "lookPerformances",
    ]
    #expect(kinds.isSubset(of: expected))
    #expect(expected.subtracting(kinds).isSubset(of: ["lookWho", "lookPiles"]))
  }

  @Test func `a walk is followed in proportion to the time`() {
    var whereabouts = Whereabouts()
    let now = ContinuousClock.now
    whereabouts.note(timeUs: 1_000_000, at: now)
    let event = Event.with {
      $0.movement.moveStarted.player = Scene.me
      $0.movement.moveStarted.to = Point(xMM: 4_000, yMM: 8_000)
      $0.movement.moveStarted.durationUs = 4_000_000
    }
    whereabouts.fold(event, of: Scene.partner, atUs: 1_000_000)
    #expect(!whereabouts.isKnown)
    whereabouts.fold(event, of: Scene.me, atUs: 1_000_000)
    #expect(whereabouts.place(at: now + .seconds(1)) == Point(xMM: 1_000, yMM: 2_000))
    #expect(!whereabouts.isStanding(at: now + .seconds(3)))
    #expect(whereabouts.place(at: now + .seconds(9)) == Point(xMM: 4_000, yMM: 8_000))
    #expect(whereabouts.isStanding(at: now + .seconds(4)))
  }
}
