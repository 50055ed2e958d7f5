import Dispatch
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine
@testable import Gateway

/// What watchers are shown: each event once, in order, before any reply that tells its position.
@Suite(.serialized) struct WatchingTests {
  private static func entries(_ message: ServerMessage) -> [[Int]] {
    message.push.entries.map { entry in
      [Int(entry.position)] + entry.payload.events.map { Int($0.kind?.rawValue ?? 0) }
    }
  }

  private static let moved = 4 << 8 | 2
  private static let granted = 5 << 8 | 2
  private static let defined = 5 << 8 | 1

  @Test(arguments: [false, true])
  func `a topic's watchers get its events, and nobody else's`(json: Bool) async throws {
    try await GatewayFixture.run { gateway in
      let (near, player) = try gateway.guest(json: json)
      let (nearToo, _) = try gateway.guest()
      let (far, _) = try gateway.guest(json: json)
      for client in [near, nearToo] {
        try client.send(.subscribe(2, [.region(5)]))
        let subscribed = try client.message().subscribed
        #expect(subscribed.position == 0)
        #expect(!subscribed.resumed)
        #expect(subscribed.states.map(\.topic.region) == [5])
      }
      try far.send(.subscribe(2, [.region(16)]))
      _ = try far.message()
      gateway.engine.publishOnQueue([
        [.moved(player, region: 5), .granted(player, coins: 3)], [.moved(player, region: 7)],
        [.moved(player, region: 5)],
      ])
      gateway.engine.publishOnQueue([[.moved(player, region: 16)]])
      for client in [near, nearToo] {
        let push = try client.message()
        #expect(push.id == 0)
        #expect(push.push.entries[0].actor == 1_000)
        #expect(push.push.entries[0].timeUs == 1_700_000_000_001_000)
        #expect(Self.entries(push) == [[1, Self.moved], [3, Self.moved]])
      }
      #expect(Self.entries(try far.message()) == [[4, Self.moved]])
    }
  }

  @Test(arguments: [false, true])
  func `what is seen under several topics comes once, whole, in order`(json: Bool) async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest(json: json)
      let (twin, _) = try gateway.guest(json: json)
      try client.send(.subscribe(2, [.own(.init()), .surroundings(.init()), .everyone(.init())]))
      _ = try client.message()
      try twin.send(.subscribe(2, [.surroundings(.init()), .everyone(.init())]))
      _ = try twin.message()
      gateway.engine.publishOnQueue([
        [.granted(player, coins: 1)],
        [.moved(player, region: 6), .granted(player, coins: 2), .defined(kind: 1)],
        [.defined(kind: 2)],
        [.moved(player, region: 16)],
        [.granted(PlayerID(UInt64(5_000)), coins: 2)],
      ])
      #expect(
        Self.entries(try client.message()) == [
          [1, Self.granted], [2, Self.moved, Self.granted, Self.defined], [3, Self.defined],
          [4, Self.moved],
        ])
      #expect(
        Self.entries(try twin.message()) == [[2, Self.moved, Self.defined], [3, Self.defined]])
    }
  }

  @Test func `an event loop that is held up takes only so much, and wakes the engine afterwards`()
    async throws
  {
    try await GatewayFixture.run(.adjusted { $0.eventLoops = 1 }) { gateway in
      let engine = gateway.engine
      let outlet = engine.state.withLock { $0.outlets[0] }
      let gate = DispatchSemaphore(value: 0)
      outlet.whenRead { gate.wait() }
      var count = 0
      while outlet.hasRoom, count < 500 {
        engine.publishOnQueue([[Event](repeating: .long, count: 40)])
        count += 1
      }
      // 64 MiB in entries of 0.8 MB.
      #expect((80..<90).contains(count))
      let wakes = engine.state.withLock { $0.wakes }
      gate.signal()
      #expect(gateway.eventually { outlet.hasRoom })
      #expect(gateway.eventually { engine.state.withLock { $0.wakes } > wakes })
    }
  }

  @Test func `two who watch the same topics share what is merged`() async throws {
    try await GatewayFixture.run(.adjusted { $0.eventLoops = 1 }) { gateway in
      let clients = try (0..<3).map { _ in try gateway.guest().client }
      for client in clients {
        try client.send(.subscribe(2, [.surroundings(.init()), .everyone(.init())]))
        _ = try client.message()
      }
      let player = PlayerID(UInt64(9_999))
      gateway.engine.publishOnQueue([[.defined(kind: 1)], [.moved(player, region: 6)]])
      for client in clients {
        #expect(Self.entries(try client.message()) == [[1, Self.defined], [2, Self.moved]])
      }
    }
  }

  @Test func `what all around see too needs no merging`() async throws {
    try await GatewayFixture.run(.adjusted { $0.eventLoops = 1 }) { gateway in
      let guests = try (0..<2).map { _ in try gateway.guest() }
      for (client, _) in guests {
        try client.send(.subscribe(2, [.own(.init()), .surroundings(.init())]))
        _ = try client.message()
      }
      gateway.engine.publishOnQueue([
        [.moved(guests[0].player, region: 5)], [.moved(guests[1].player, region: 6)],
        [.moved(guests[0].player, region: 16)],
      ])
      #expect(
        Self.entries(try guests[0].client.message()) == [
          [1, Self.moved], [2, Self.moved], [3, Self.moved],
        ])
      #expect(Self.entries(try guests[1].client.message()) == [[1, Self.moved], [2, Self.moved]])
    }
  }

  struct Cover: Sendable, CustomTestStringConvertible {
    var narrow: [Int32: UInt64]
    var isCovered: Bool
    var testDescription: String { "\(narrow)" }
  }

  @Test(arguments: [
    Cover(narrow: [:], isCovered: true), Cover(narrow: [2: 1, 9: 2], isCovered: true),
    Cover(narrow: [2: 1, 5: 3], isCovered: true), Cover(narrow: [2: 4], isCovered: false),
    Cover(narrow: [1: 1], isCovered: false), Cover(narrow: [5: 1, 10: 1], isCovered: false),
  ])
  func `one topic covers another when it shows as much of each entry`(_ cover: Cover) {
    func entries(_ masks: [Int32: UInt64]) -> [Publication.VisibleEntry] {
      masks.sorted { $0.key < $1.key }.map {
        Publication.VisibleEntry(index: $0.key, events: $0.value, isWhole: false)
      }
    }
    let wide = entries([2: 3, 5: 7, 9: 2])
    #expect(Publication.covers(wide, entries(cover.narrow)) == cover.isCovered)
  }

  @Test func `an operator sees everything`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      try client.signIn(token: gateway.operatorToken)
      try client.send(.subscribe(2, [.operators(.init())]))
      _ = try client.message()
      let player = PlayerID(UInt64(1_000))
      gateway.engine.publishOnQueue([[.granted(player, coins: 1), .moved(player, region: 9)]])
      #expect(Self.entries(try client.message()) == [[1, Self.granted, Self.moved]])
    }
  }

  @Test func `what happened up to a position comes before the reply that tells it`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      try client.send(.subscribe(2, [.own(.init())]))
      _ = try client.message()
      for id in UInt64(3)..<40 { try client.send(.stop(id)) }
      var shown: UInt64 = 0
      var acknowledged: UInt64 = 0
      while acknowledged < 37 {
        let message = try client.message()
        for entry in message.push.entries {
          #expect(entry.position == shown + 1)
          shown = entry.position
        }
        if case .acknowledged(let reply) = message.message {
          #expect(reply.position == acknowledged + 1)
          acknowledged = reply.position
          #expect(shown >= acknowledged)
        }
      }
    }
  }

  @Test func `replies of one delivery that lie apart keep their order`() async throws {
    try await GatewayFixture.run(.adjusted { $0.eventLoops = 1 }) { gateway in
      let (one, first) = try gateway.guest()
      let (other, second) = try gateway.guest()
      let engine = gateway.engine
      guard let a = engine.connection(of: first), let b = engine.connection(of: second) else {
        Issue.record("no connection")
        return
      }
      let replies = (1...6).map { (number: UInt64) in
        Reply(
          connection: number % 2 == 0 ? a : b, id: 0, body: .acknowledged(Position(number)))
      }
      let gone = Connection(id: 99 << 32 | a.id, outlet: 0)
      let nobody = Reply(connection: gone, id: 0, body: .acknowledged(Position(9)))
      engine.onQueue { engine.deliver([nobody] + replies) }
      for position in [UInt64(2), 4, 6] {
        #expect(try one.message().acknowledged.position == position)
      }
      for position in [UInt64(1), 3, 5] {
        #expect(try other.message().acknowledged.position == position)
      }
    }
  }

  @Test func `unsubscribing ends it, and subscribing twice doubles nothing`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      for id in UInt64(2)..<4 {
        try client.send(.subscribe(id, [.region(5), .region(6)]))
        _ = try client.message()
      }
      gateway.engine.publishOnQueue([[.moved(player, region: 5)]])
      #expect(Self.entries(try client.message()) == [[1, Self.moved]])
      try client.send(
        .with {
          $0.id = 4
          $0.unsubscribe.topics = [.with { $0.region = 5 }]
        })
      _ = try client.message()
      gateway.engine.publishOnQueue([[.moved(player, region: 5)], [.moved(player, region: 6)]])
      #expect(Self.entries(try client.message()) == [[3, Self.moved]])
    }
  }

  @Test func `one topic takes the place of another where the player goes`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      try client.send(.subscribe(2, [.surroundings(.init())]))
      _ = try client.message()
      let engine = gateway.engine
      guard let connection = engine.connection(of: player) else { return }
      engine.onQueue {
        engine.publish([[.crossed(player, from: 5, to: 16)]]) { position in
          [
            Reply(
              connection: connection, id: 0,
              body: .moved(
                from: .surroundings(RegionID(UInt64(5))),
                to: Subscription(
                  topics: [.surroundings(RegionID(UInt64(16)))], position: position,
                  resumeAfter: nil,
                  states: [.with { $0.topic.surroundings = .init() }])))
          ]
        }
        engine.publish([[.moved(player, region: 1)], [.moved(player, region: 16)]])
      }
      #expect(Self.entries(try client.message()).map(\.first) == [1])
      let moved = try client.message()
      #expect(moved.id == 0)
      #expect(moved.moved.position == 1)
      #expect(moved.moved.states.count == 1)
      #expect(Self.entries(try client.message()) == [[3, Self.moved]])
    }
  }

  @Test func `much at once comes in messages that are not too long`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.pendingBytesMax = 8 << 20 }) { gateway in
      let (client, player) = try gateway.guest()
      try client.send(.subscribe(2, [.own(.init())]))
      _ = try client.message()
      let events = [Event](repeating: .granted(player, coins: 1 << 60), count: 60)
      gateway.engine.publishOnQueue([[Event]](repeating: events, count: 500))
      var positions: [UInt64] = []
      var messages = 0
      while positions.count < 500 {
        let push = try client.message().push
        positions += push.entries.map(\.position)
        messages += 1
      }
      #expect(positions == Array(1...500))
      #expect(messages > 1)
    }
  }

  @Test func `who stops reading is told where to resume, and delays nobody`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.pendingBytesMax = 100_000
        $0.limits.readingTimeout = .milliseconds(300)
        $0.limits.closingTimeout = .seconds(60)
      }
    ) { gateway in
      let slow = try gateway.client(receiveBuffer: 4_096)
      try slow.upgrade()
      let player = PlayerID(try slow.signIn().player)
      let (quick, _) = try gateway.guest()
      for client in [slow, quick] {
        try client.send(.subscribe(2, [.region(5)]))
        _ = try client.message()
      }
      let events = [Event](repeating: .moved(player, region: 5), count: 60)
      var last: UInt64 = 0
      while gateway.engine.endOfSession(of: player) == nil, last < 100_000 {
        gateway.engine.publishOnQueue([[Event]](repeating: events, count: 20))
        while last % 20 != 0 || last < gateway.engine.position.rawValue {
          for entry in try quick.message().push.entries {
            #expect(entry.position == last + 1)
            last = entry.position
          }
        }
      }
      #expect(gateway.engine.endOfSession(of: player) == .expelled)
      // Reading on, it gets everything up to where it is told to resume.
      var read: UInt64 = 0
      while true {
        let message = try slow.message()
        for entry in message.push.entries {
          #expect(entry.position == read + 1)
          read = entry.position
        }
        guard case .goodbye(let goodbye) = message.message else { continue }
        #expect(goodbye.code == "too_slow")
        #expect(goodbye.resumeAfter == read)
        break
      }
      #expect(try slow.closeCode() == 1008)
    }
  }
}
