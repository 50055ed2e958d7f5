import EventLog
import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine

/// What a client missed comes from the log, then what is happening: no gap, no repeat, nothing that
/// it might not have seen.
@Suite(.serialized) struct ResumeTests {
  private static func positions(_ message: ServerMessage) -> [UInt64] {
    message.push.entries.map(\.position)
  }

  @Test(arguments: [false, true])
  func `what was missed comes first, filtered, then the reply`(json: Bool) async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest(json: json)
      let other = PlayerID(UInt64(7_777))
      gateway.engine.publishOnQueue([
        [.granted(player, coins: 1)], [.granted(player, coins: 2)],
        [.granted(other, coins: 3)], [.moved(other, region: 1)],
        [.granted(other, coins: 4), .granted(player, coins: 5), .defined(kind: 7)],
        [.moved(other, region: 16)], [.defined(kind: 8)],
      ])
      try client.send(
        .subscribe(2, [.own(.init()), .surroundings(.init()), .everyone(.init())], after: 1))
      let push = try client.message()
      #expect(push.id == 0)
      #expect(Self.positions(push) == [2, 4, 5, 7])
      #expect(
        push.push.entries[2].payload.events == [.granted(player, coins: 5), .defined(kind: 7)])
      let reply = try client.message()
      #expect(reply.id == 2)
      #expect(reply.subscribed.resumed)
      #expect(reply.subscribed.position == 7)
      #expect(reply.subscribed.states.isEmpty)
      gateway.engine.publishOnQueue([[.granted(player, coins: 6)]])
      #expect(Self.positions(try client.message()) == [8])
    }
  }

  @Test func `who missed nothing is told so`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      gateway.engine.publishOnQueue([[.granted(player, coins: 1)]])
      try client.send(.subscribe(2, [.own(.init())], after: 1))
      let reply = try client.message()
      #expect(reply.subscribed.resumed)
      #expect(reply.subscribed.position == 1)
    }
  }

  @Test func `nothing is missing and nothing doubled while the world goes on`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.pendingBytesMax = 64 << 20 }) { gateway in
      let engine = gateway.engine
      let (client, player) = try gateway.guest()
      let events = [Event](repeating: .granted(player, coins: 1), count: 20)
      for _ in 0..<60 { engine.publishOnQueue([[Event]](repeating: events, count: 100)) }
      try client.send(.subscribe(2, [.own(.init())], after: 10))
      try client.send(.stop(3))
      for _ in 0..<60 { engine.publishOnQueue([[Event]](repeating: events, count: 20)) }
      var expected: UInt64 = 11
      var resumedAt: UInt64 = 0
      var acknowledgedAt: UInt64 = 0
      while expected <= engine.position.rawValue || acknowledgedAt == 0 {
        let message = try client.message()
        for position in Self.positions(message) {
          #expect(position == expected)
          expected = position + 1
        }
        if message.id == 2 {
          resumedAt = message.subscribed.position
          #expect(message.subscribed.resumed)
          #expect(resumedAt == expected - 1)
        }
        if message.id == 3 {
          acknowledgedAt = message.acknowledged.position
          #expect(acknowledgedAt > resumedAt)
          #expect(acknowledgedAt < expected)
        }
      }
      #expect(resumedAt >= 6_000)
    }
  }

  @Test func `the surroundings are those of where the player was`() async throws {
    try await GatewayFixture.run { gateway in
      let engine = gateway.engine
      let (client, player) = try gateway.guest()
      let other = PlayerID(UInt64(7_777))
      engine.publishOnQueue([
        [.granted(other, coins: 1)],  // 1
        [.moved(other, region: 1)],  // 2: seen from 1
        [.moved(other, region: 16)],  // 3: not seen from 1
        [.crossed(player, from: 1, to: 6)],  // 4
        [.moved(other, region: 11)],  // 5: seen from 6
        [.crossed(player, from: 6, to: 11)],  // 6
        [.moved(other, region: 1)],  // 7: not seen from 11
        [.moved(other, region: 16)],  // 8: seen from 11
        [.crossed(other, from: 13, to: 9)],  // 9: another's, not seen from 11
      ])
      engine.state.withLock { $0.region = RegionID(UInt64(11)) }
      try client.send(.subscribe(2, [.surroundings(.init())], after: 1))
      #expect(Self.positions(try client.message()) == [2, 4, 5, 6, 8])
      let reply = try client.message()
      #expect(reply.id == 2)
      #expect(reply.subscribed.resumed)
      #expect(reply.subscribed.states.isEmpty)
      let moved = try client.message()
      #expect(moved.id == 0)
      #expect(moved.moved.position == 9)
      #expect(moved.moved.states.count == 1)

      // Who stayed in one region is not moved.
      let (resident, _) = try gateway.guest()
      try resident.send(.subscribe(2, [.surroundings(.init())], after: 1))
      #expect(Self.positions(try resident.message()) == [3, 4, 5, 6, 8])
      #expect(try resident.message().subscribed.resumed)
      engine.publishOnQueue([[.moved(other, region: 16)]])
      #expect(Self.positions(try resident.message()) == [10])
      #expect(Self.positions(try client.message()) == [10])
    }
  }

  @Test func `an operator resumes with everything`() async throws {
    try await GatewayFixture.run { gateway in
      gateway.engine.publishOnQueue([
        [.granted(PlayerID(UInt64(1)), coins: 1)], [.granted(PlayerID(UInt64(2)), coins: 1)],
      ])
      let client = try gateway.client()
      try client.upgrade()
      try client.signIn(token: gateway.operatorToken)
      try client.send(.subscribe(2, [.operators(.init())], after: 1))
      #expect(Self.positions(try client.message()) == [2])
    }
  }

  @Test func `only who watches nothing yet can resume`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      gateway.engine.publishOnQueue([[.granted(player, coins: 1)]])
      try client.send(.subscribe(2, [.everyone(.init())]))
      try client.send(.subscribe(3, [.own(.init())], after: 1))
      #expect(try client.reply(to: 3).failed.code == "bad_request")
    }
  }

  @Test func `who stops reading while it resumes is told how far it came`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.readingTimeout = .milliseconds(300)
        $0.limits.closingTimeout = .seconds(60)
      }
    ) { gateway in
      let engine = gateway.engine
      let client = try gateway.client(receiveBuffer: 4_096)
      try client.upgrade()
      let player = PlayerID(try client.signIn().player)
      let events = [Event](repeating: .granted(player, coins: 1), count: 60)
      for _ in 0..<200 { engine.publishOnQueue([[Event]](repeating: events, count: 100)) }
      try client.send(.subscribe(2, [.own(.init())], after: 1))
      #expect(gateway.eventually { engine.marksOfSubscribing == 1 })
      var count = 0
      while engine.endOfSession(of: player) == nil, count < 1_000 {
        engine.publishOnQueue([[Event]](repeating: events, count: 20))
        usleepMilliseconds(2)
        count += 1
      }
      #expect(engine.endOfSession(of: player) == .expelled)
      var last: UInt64 = 1
      while true {
        let message = try client.message()
        for position in Self.positions(message) {
          #expect(position == last + 1)
          last = position
        }
        guard case .goodbye(let goodbye) = message.message else { continue }
        #expect(goodbye.code == "too_slow")
        #expect(goodbye.resumeAfter == last)
        break
      }
    }
  }
}
