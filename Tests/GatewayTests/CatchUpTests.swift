import Client
import EventLog
import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine

/// Long gaps: read from the log piece by piece while the world goes on, and level in the end.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CatchUpTests {
  private static let other = PlayerID(UInt64(7_777))

  /// Many entries, of which a player in region 1 (and later 6 and 11) sees some.
  private static func batch(_ number: Int, of player: PlayerID) -> [[Event]] {
    (0..<100).map { index in
      switch (number + index) % 7 {
      case 0: [.granted(player, coins: Int64(number))]
      case 1: [.moved(other, region: 1)]
      case 2: [.moved(other, region: 16), .granted(other, coins: 1)]
      case 3: [.granted(other, coins: 1), .granted(player, coins: 2), .defined(kind: 5)]
      case 4: [.moved(other, region: 11)]
      default: [.granted(other, coins: 7)]
      }
    }
  }

  @Test func `an hour's gap is read while the world goes on: every entry once, in order`()
    async throws
  {
    try await GatewayFixture.run { gateway in
      let engine = gateway.engine
      let (client, player) = try gateway.guest()
      for number in 0..<200 { engine.publishOnQueue(Self.batch(number, of: player)) }
      engine.publishOnQueue([[.crossed(player, from: 1, to: 6)]])
      for number in 0..<200 { engine.publishOnQueue(Self.batch(number, of: player)) }
      engine.state.withLock { $0.region = RegionID(UInt64(6)) }
      try client.send(
        .subscribe(2, [.own(.init()), .surroundings(.init()), .everyone(.init())], after: 5))
      #expect(gateway.eventually { engine.marksOfSubscribing == 1 })
      // It crosses another border while it is still being read for.
      for number in 0..<40 { engine.publishOnQueue(Self.batch(number, of: player)) }
      engine.move(player, from: 6, to: 11)
      let crossedAt = engine.position
      try client.send(.stop(3))
      for number in 0..<40 { engine.publishOnQueue(Self.batch(number, of: player)) }

      var seen = Received()
      for number in 0..<60 {
        seen.receive(try client.message())
        engine.publishOnQueue(Self.batch(number, of: player))
      }
      while !engine.isSettled(seen, for: player) { seen.receive(try client.message()) }
      let expected = try engine.visible(to: player, after: 5) { position in
        position <= 20_001 ? 1 : position <= crossedAt.rawValue ? 6 : 11
      }
      #expect(seen.entries == expected)
      #expect(seen.superseded == 0)
      #expect(seen.isInOrder)
      #expect(seen.resumed == 40_001)
      #expect(seen.moved == [40_001, crossedAt.rawValue])
      #expect(try #require(seen.acknowledged) > crossedAt.rawValue)
    }
  }

  @Test func `segments may be sealed and archived while they are read`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/log"
      let log = try LMDBEventLog(
        directory: path,
        configuration: .init(segmentBytesMax: 256 << 10, mapBytes: 64 << 20, diskReserveBytes: 0),
        access: .readWrite)
      try await GatewayFixture.run(engine: ScriptedEngine(log: log)) { gateway in
        let engine = gateway.engine
        let client = try gateway.client(receiveBuffer: 4_096)
        try client.upgrade()
        let player = PlayerID(try client.signIn().player)
        for number in 0..<150 {
          engine.publishOnQueue(Self.batch(number, of: player) + [[.long]])
        }
        try client.send(.subscribe(2, [.own(.init()), .everyone(.init())], after: 1))
        var seen = Received()
        seen.receive(try client.message())
        let archiving = try LogArchiving(directory: path, note: "a test")
        var archived = 0
        for first in try archiving.sealedSegments() {
          let outcome = try archiving.archive(first) { _, _ in .proceed }
          if outcome != nil { archived += 1 }
          try log.releaseArchived()
          engine.publishOnQueue(Self.batch(archived, of: player))
          seen.receive(try client.message())
        }
        #expect(archived > 3)
        while !engine.isSettled(seen, for: player) { seen.receive(try client.message()) }
        #expect(try seen.entries == engine.visible(to: player, after: 1) { _ in nil })
      }
    }
  }

  @Test func `many resume at once, and each gets all of it`() async throws {
    try await GatewayFixture.run { gateway in
      let engine = gateway.engine
      let clients = try (0..<400).map { _ in try gateway.guest() }
      for number in 0..<4 { engine.publishOnQueue(Self.batch(number, of: clients[0].player)) }
      for (client, _) in clients {
        try client.send(.subscribe(2, [.everyone(.init()), .region(1)], after: 1))
      }
      for number in 0..<4 { engine.publishOnQueue(Self.batch(number, of: clients[0].player)) }
      _ = engine.isSettled(Received(), for: clients[0].player)
      let expected = try engine.visible(
        after: 1, Set<DeliveryTopic>([.everyone, .region(RegionID(UInt64(1)))]))
      for (client, player) in clients {
        var seen = Received()
        while !engine.isSettled(seen, for: player) { seen.receive(try client.message()) }
        #expect(seen.entries == expected)
      }
      #expect(gateway.eventually { (try? gateway.metric("finalverse_connections_behind")) == 0 })
    }
  }

  @Test func `a connection that dies in the middle is resumed from where it was`() async throws {
    try await GatewayFixture.run { gateway in
      let engine = gateway.engine
      var client: RawClient? = try gateway.client(receiveBuffer: 4_096)
      try client?.upgrade()
      let welcome = try #require(try client?.signIn())
      let player = PlayerID(welcome.player)
      for number in 0..<300 { engine.publishOnQueue(Self.batch(number, of: player)) }
      try client?.send(.subscribe(2, [.own(.init())], after: 1))
      var seen = Received()
      for _ in 0..<3 { seen.receive(try #require(try client?.message())) }
      client = nil
      #expect(gateway.eventually { (try? gateway.metric("finalverse_connections_behind")) == 0 })
      let next = try gateway.client()
      try next.upgrade()
      try next.signIn(token: welcome.token)
      try next.send(.subscribe(2, [.own(.init())], after: seen.last))
      while !engine.isSettled(seen, for: player) { seen.receive(try next.message()) }
      #expect(
        try seen.entries == engine.visible(after: 1, [.player(player)]))
    }
  }

  @Test func `a player who left the world is shown what it saw until then`() async throws {
    try await GatewayFixture.run { gateway in
      let engine = gateway.engine
      let (client, player) = try gateway.guest()
      engine.publishOnQueue([
        [.granted(Self.other, coins: 1)], [.moved(Self.other, region: 1)],
        [.removed(player, region: 1)], [.moved(Self.other, region: 1)],
      ])
      engine.state.withLock { $0.region = RegionID(UInt64(0)) }
      try client.send(.subscribe(2, [.surroundings(.init())], after: 1))
      #expect(try client.message().push.entries.map(\.position) == [2, 3])
      #expect(try client.message().subscribed.resumed)
      #expect(try client.message().moved.position == 4)
    }
  }

  @Test func `who may not have been told where a border led is told after it has resumed`()
    async throws
  {
    try await GatewayFixture.run { gateway in
      let engine = gateway.engine
      let (client, player) = try gateway.guest()
      engine.publishOnQueue([[.crossed(player, from: 1, to: 5)], [.granted(player, coins: 1)]])
      engine.state.withLock { $0.mayHaveMissedMove = true }
      try client.send(.subscribe(2, [.surroundings(.init())], after: 1))
      #expect(try client.message().subscribed.resumed)
      #expect(try client.message().moved.position == 2)
    }
  }

  @Test func `a client that was read too slowly in its own program resumes by itself`() async throws
  {
    try await GatewayFixture.run { gateway in
      let engine = gateway.engine
      let port = gateway.port
      let (positions, ending): ([UInt64], ClientFault?) = try waiting {
        var options = ClientOptions()
        options.noticesMax = 8
        options.reconnection = nil
        let client = try await FinalverseClient.connect(
          to: "ws://127.0.0.1:\(port)/ws", options: options)
        try await client.subscribe([.own()])
        let player = PlayerID(client.player)
        for number in 0..<200 {
          engine.publishOnQueue([[.granted(player, coins: Int64(number))]])
        }
        try await client.stopMove()
        var positions: [UInt64] = []
        for await notice in client.notices {
          guard case .entry(let entry) = notice else { continue }
          positions.append(entry.position)
          if positions.count == 201 { break }
        }
        let ending = client.ending
        client.close()
        return (positions, ending)
      }
      #expect(positions == Array(1...201))
      #expect(ending == nil)
    }
  }

  @Test func `of those who do not read, the slowest go when too much waits in all`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.eventLoops = 1
        $0.limits.unreadBytesMax = 200_000
      }
    ) { gateway in
      let engine = gateway.engine
      let stalled = try (0..<8).map { _ in
        let client = try gateway.client(receiveBuffer: 4_096)
        try client.upgrade()
        return (client, PlayerID(try client.signIn().player))
      }
      for _ in 0..<40 { engine.publishOnQueue([[Event]](repeating: [.long], count: 10)) }
      for (client, _) in stalled { try client.send(.subscribe(2, [.everyone(.init())], after: 1)) }
      // Three pieces of 64 KB may wait.
      let expelled = { stalled.count { engine.endOfSession(of: $0.1) == .expelled } }
      #expect(gateway.eventually { expelled() >= 5 })
      #expect(expelled() < 8)
    }
  }
}
