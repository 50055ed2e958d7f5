import EventLog
import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

/// Who reads more slowly than events come: sent every fact and the latest of what only says how
/// something stands, level again once it reads on, and never more in memory than the bounds say.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SlowReaderTests {
  private static let movers = (0..<20).map { PlayerID(UInt64(9_000 + $0)) }

  /// Movers that start and stop, and now and then a fact.
  private static func round(_ number: Int) -> [[Event]] {
    (0..<100).map { index in
      let mover = movers[(number + index) % movers.count]
      if index == 50 { return [.dropped(mover, pile: UInt64(number), region: 5), .long] }
      let start = Event.started(mover, region: 5, speed: Int64(number * 100 + index))
      return index % 10 == 3 ? [start, .dropped(mover, pile: 1 << 40, region: 5)] : [start]
    }
  }

  /// The last speed of each mover.
  private static func standing(_ entries: [Received.Sight]) -> [UInt64: Int64] {
    var speeds: [UInt64: Int64] = [:]
    for event in entries.flatMap(\.events) where event.stateSubject != nil {
      speeds[event.movement.moveStarted.player] = event.movement.moveStarted.speedMmS
    }
    return speeds
  }

  private static func facts(_ entries: [Received.Sight]) -> [Received.Sight] {
    entries.compactMap { entry in
      let facts = entry.events.filter { $0.stateSubject == nil }
      return facts.isEmpty ? nil : Received.Sight(position: entry.position, events: facts)
    }
  }

  @Test func `when too much waits for all together, those for whom most waits go`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.eventLoops = 1
        $0.limits.pendingBytesMax = 1 << 30
        $0.limits.waitingBytesMax = 2_000_000
        $0.limits.closingTimeout = .milliseconds(400)
      }
    ) { gateway in
      let engine = gateway.engine
      let (quick, player) = try gateway.guest()
      let stopped = try (0..<3).map { _ in
        let client = try gateway.client(receiveBuffer: 4_096)
        try client.upgrade()
        return (client: client, player: PlayerID(try client.signIn().player))
      }
      for client in stopped.map(\.client) + [quick] {
        try client.send(.subscribe(2, [.everyone(.init())]))
        _ = try client.reply(to: 2)
      }
      // None of them is behind, however much waits.
      var isEveryoneGone = false
      for _ in 0..<2_000 where !isEveryoneGone {
        engine.publishOnQueue([[Event]](repeating: [.long], count: 10))
        while try quick.message().push.entries.last?.position != engine.position.rawValue {}
        isEveryoneGone = stopped.allSatisfy { engine.endOfSession(of: $0.player) != nil }
      }
      #expect(isEveryoneGone)
      #expect(engine.endOfSession(of: player) == nil)
      let text = try gateway.client().request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").body
      #expect(text.contains("\nfinalverse_goodbyes_total{code=\"too_slow\"} 3\n"))
      #expect(text.contains("\nfinalverse_fell_behind_total 0\n"))
    }
  }

  @Test(arguments: [false, true])
  func `a slow reader sees every fact and the latest state, and a quick one everything`(
    json: Bool
  ) async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.pendingBytesMax = 100_000 }) { gateway in
      let engine = gateway.engine
      let slow = try gateway.client(receiveBuffer: 4_096)
      try slow.upgrade(json: json)
      let player = PlayerID(try slow.signIn().player)
      let (quick, _) = try gateway.guest()
      for client in [slow, quick] {
        try client.send(.subscribe(2, [.region(5), .everyone(.init())]))
        _ = try client.message()
      }
      var (seen, quickSeen) = (Received(), Received())
      var number = 0
      while number < 1_500 {
        engine.publishOnQueue(Self.round(number))
        number += 1
        while quickSeen.last < engine.position.rawValue { quickSeen.receive(try quick.message()) }
        if number % 20 == 0, try gateway.metric("finalverse_fell_behind_total") == 1 { break }
      }
      #expect(try gateway.metric("finalverse_connections_behind") == 1)
      // Meanwhile it is far behind; a command of its own is answered after what was before it.
      try slow.send(.stop(3))
      #expect(gateway.eventually { engine.marks.contains("command") })
      for later in number..<(number + 60) { engine.publishOnQueue(Self.round(later)) }
      while !engine.isSettled(seen, for: player) { seen.receive(try slow.message()) }
      while quickSeen.last < seen.last { quickSeen.receive(try quick.message()) }

      #expect(seen.isInOrder)
      #expect(seen.superseded > 0)
      #expect(quickSeen.superseded == 0)
      #expect(Self.facts(seen.entries) == Self.facts(quickSeen.entries))
      #expect(Self.standing(seen.entries) == Self.standing(quickSeen.entries))
      let events = seen.entries.reduce(0) { $0 + $1.events.count }
      let quickEvents = quickSeen.entries.reduce(0) { $0 + $1.events.count }
      #expect(events + Int(seen.superseded) == quickEvents)
      #expect(seen.acknowledged != nil)
      let all = try engine.visible(
        after: 0, Set<DeliveryTopic>([.everyone, .region(RegionID(UInt64(5)))]))
      #expect(quickSeen.entries == all)

      // Level again, it is sent all.
      #expect(gateway.eventually { (try? gateway.metric("finalverse_connections_behind")) == 0 })
      let before = seen.entries.count
      engine.publishOnQueue(Self.round(0))
      while seen.last < engine.position.rawValue { seen.receive(try slow.message()) }
      #expect(seen.entries.count == before + 100)
    }
  }

  @Test func `who watches nothing and does not read its replies is closed on`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.pendingBytesMax = 50_000
        $0.limits.messagesPerSecond = 1_000_000
        $0.limits.messageBurst = 1_000_000
      }
    ) { gateway in
      let client = try gateway.client(receiveBuffer: 4_096)
      try client.upgrade()
      let player = PlayerID(try client.signIn().player)
      let payload = [UInt8](repeating: 7, count: 125)
      while gateway.engine.endOfSession(of: player) == nil {
        do {
          for _ in 0..<200 { try client.send(frame: 9, payload) }
        } catch { break }
      }
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .expelled })
    }
  }

  @Test func `who stays slow for too long is closed on`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.pendingBytesMax = 50_000
        $0.limits.laggingTimeout = .milliseconds(400)
        $0.limits.closingTimeout = .seconds(60)
      }
    ) { gateway in
      let engine = gateway.engine
      let slow = try gateway.client(receiveBuffer: 4_096)
      try slow.upgrade()
      let player = PlayerID(try slow.signIn().player)
      try slow.send(.subscribe(2, [.region(5), .everyone(.init())]))
      _ = try slow.message()
      for number in 0..<3_000 where engine.endOfSession(of: player) == nil {
        engine.publishOnQueue(Self.round(number))
      }
      #expect(gateway.eventually { engine.endOfSession(of: player) == .expelled })
      var seen = Received()
      while true {
        let message = try slow.message()
        seen.receive(message)
        guard case .goodbye(let goodbye) = message.message else { continue }
        #expect(goodbye.code == "too_slow")
        #expect(goodbye.resumeAfter >= seen.last)
        break
      }
    }
  }
}

extension Event {
  /// A player's setting out.
  static func started(_ player: PlayerID, region: UInt32, speed: Int64) -> Event {
    .with {
      $0.movement.moveStarted = .with {
        $0.player = player.rawValue
        $0.region = region
        $0.speedMmS = speed
      }
    }
  }
}
