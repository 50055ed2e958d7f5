import EventLog
import Gateway
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

/// Goal: a client that is not ours watches a recorded day as if it were live: at the pace of its times,
/// all that it may see, once and in order, and nothing else.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PlaybackTests {
  private static let everything: [Topic.OneOf_Topic] = [.operators(.init())]

  private static func options(
    _ speed: PlaybackSpeed = .unbounded, awaited: Int = 1
  ) -> PlaybackOptions {
    var options = PlaybackOptions()
    options.speed = speed
    options.viewersAwaited = awaited
    return options
  }

  /// Everything pushed until goodbye, which must say that the recording is over.
  private static func rest(
    of client: RawClient, through last: Position,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [Seen] {
    var seen: [Seen] = []
    while true {
      let message = try client.message()
      if case .goodbye(let goodbye) = message.message {
        #expect(goodbye.code == "recording_over", sourceLocation: sourceLocation)
        #expect(goodbye.resumeAfter <= last.rawValue, sourceLocation: sourceLocation)
        #expect(try client.closeCode() == 1_000, sourceLocation: sourceLocation)
        return seen
      }
      seen += message.seen
    }
  }

  @Test(arguments: [false, true])
  func `at full speed everything comes once and in order, then goodbye`(json: Bool) async throws {
    try await PlaybackFixture.run(through: 20_000, Self.options()) { playing in
      let client = try playing.client(as: "operator", json: json)
      try client.send(.subscribe(2, Self.everything))
      let reply = try client.message()
      #expect(reply.subscribed.position == 1)
      #expect(reply.subscribed.states.first?.world.name == "Market day")
      let seen = try Self.rest(of: client, through: playing.last)
      #expect(seen.map(\.position) == Array(2...20_000))
      let recorded = try PlaybackFixture.entries(of: playing.file, in: playing.first...playing.last)
      #expect(seen.map(\.events) == recorded.map(\.events))
    }
  }

  @Test func `one who reads slowly at full speed is waited for`() async throws {
    let configuration = GatewayConfiguration.adjusted { $0.limits.pendingBytesMax = 256 << 10 }
    try await PlaybackFixture.run(through: 20_000, Self.options(), configuration) { playing in
      let client = try RawClient(port: playing.port, receiveBuffer: 4_096)
      try client.upgrade(json: true)
      try client.signIn(token: "operator")
      try client.send(.subscribe(2, Self.everything))
      #expect(try client.message().id == 2)
      // Far more has been recorded than may wait for a connection.
      let seen = try Self.rest(of: client, through: playing.last)
      #expect(seen.map(\.position) == Array(2...20_000))
    }
  }

  @Test func `one who asks too much does not use up what others may ask as the same player`()
    async throws
  {
    let configuration = GatewayConfiguration.adjusted {
      $0.limits.requestBurst = 2
      $0.limits.requestsPerSecond = 1
      $0.limits.messageBurst = 10
    }
    try await PlaybackFixture.run(through: 10, Self.options(), configuration) { playing in
      let one = try playing.client(as: "1003")
      let other = try playing.client(as: "1003")
      for id in UInt64(2)..<8 { try one.send(.query(id)) }
      for id in UInt64(2)..<8 { #expect(try one.reply(to: id).failed.code.isEmpty) }
      try other.send(.query(2))
      #expect(try other.reply(to: 2).failed.code.isEmpty)
    }
  }

  @Test func `entries come when their time has come, divided by the speed`() async throws {
    let options = Self.options(.times(10))
    try await PlaybackFixture.run(after: 3_000, through: 3_040, options) { playing in
      let client = try playing.client(as: "operator")
      try client.send(.subscribe(2, Self.everything))
      #expect(try client.message().subscribed.position == 3_000)
      let recorded = try PlaybackFixture.entries(of: playing.file, in: playing.first...playing.last)
      let start = recorded[0].time
      // The first comes at once, and nothing else until the clock goes on.
      var next = 0
      var now: Int64 = 0
      while next < recorded.count {
        let due = recorded[next...].prefix { ($0.time - start) <= now * 10 }
        var seen: [UInt64] = []
        while seen.count < due.count { seen += try client.message().seen.map(\.position) }
        #expect(seen == due.map(\.position.rawValue))
        next += due.count
        guard next < recorded.count else { break }
        // A query is answered as of what has been shown, so nothing else was.
        try client.send(.query(100 + UInt64(next)))
        let answer = try client.message()
        #expect(answer.answer.position == recorded[next - 1].position.rawValue)
        now = (recorded[next].time - start + 9) / 10
        playing.clock.set(Timestamp(microseconds: now))
        playing.playback.wake()
      }
      #expect(try Self.rest(of: client, through: playing.last) == [])
    }
  }

  @Test func `a late client gets the state at the moment, then what follows`() async throws {
    let options = Self.options(.times(1))
    try await PlaybackFixture.run(after: 5_000, through: 5_600, options) { playing in
      let first = try playing.client(as: "operator")
      try first.send(.subscribe(2, Self.everything))
      #expect(try first.message().id == 2)
      let recorded = try PlaybackFixture.entries(of: playing.file, in: playing.first...playing.last)
      let middle = recorded[300]
      playing.advance(by: middle.time - recorded[0].time)
      var shown: UInt64 = 0
      while shown < middle.position.rawValue {
        shown = try first.message().seen.last?.position ?? 0
      }
      let late = try playing.client(as: "1003")
      try late.send(.subscribe(2, [.own(.init()), .region(8)]))
      let reply = try late.message().subscribed
      #expect(reply.position == shown)
      var world = World()
      try LogFolder.fold(recorded: playing.file, into: &world, through: Position(shown))
      let own = world.ownState(of: PlayerID(UInt64(1_003)), at: middle.time)
      #expect(reply.states[0].own == own)
      #expect(reply.states[1].regions == [world.regionState(of: RegionID(UInt32(8)))])
      playing.advance(by: recorded[600 - 1].time - middle.time)
      let seen = try Self.rest(of: late, through: playing.last)
      let expected = try playing.expected(in: Position(shown).next...playing.last) { topic, _ in
        topic == .player(PlayerID(UInt64(1_003))) || topic == .region(RegionID(UInt32(8)))
      }
      #expect(seen == expected)
    }
  }

  @Test func `each sees what the player may see, many the same, guests as is chosen`() async throws
  {
    var options = Self.options(awaited: 3)
    options.guest = PlayerID(UInt64(1_005))
    try await PlaybackFixture.run(after: 2_000, through: 6_000, options) { playing in
      let clients = try [nil, "1005", "1004"].map { try playing.client(as: $0) }
      for client in clients {
        try client.send(.subscribe(2, [.own(.init())]))
        #expect(try client.message().id == 2)
      }
      for (client, number) in zip(clients, [1_005, 1_005, 1_004] as [UInt64]) {
        let seen = try Self.rest(of: client, through: playing.last)
        let expected = try playing.expected(in: playing.first...playing.last) { topic, _ in
          topic == .player(PlayerID(number))
        }
        #expect(!expected.isEmpty)
        #expect(seen == expected)
      }
    }
  }

  @Test func `surroundings go with the player, for each who watches as that player`() async throws {
    let (player, position) = try Self.crossing(after: 5_000)
    let options = Self.options(awaited: 2)
    try await PlaybackFixture.run(after: position - 100, through: position + 100, options) {
      playing in
      let clients = try (0..<2).map { _ in try playing.client(as: "\(player)") }
      for client in clients { try client.send(.subscribe(2, [.surroundings(.init())])) }
      for client in clients {
        var region = try client.message().subscribed.states[0].regions[0].region.region
        var moves: [UInt64] = []
        while true {
          let message = try client.message()
          if case .goodbye = message.message { break }
          guard case .moved(let moved) = message.message else { continue }
          let next = moved.states[0].regions[0].region.region
          #expect(next != region)
          region = next
          moves.append(moved.position)
        }
        var world = World()
        try LogFolder.fold(recorded: playing.file, into: &world, through: playing.last)
        #expect(world.movement.region(of: player) == RegionID(region))
        #expect(moves.contains { $0 >= position })
      }
    }
  }

  /// A player that comes into another region, and where.
  private static func crossing(after position: UInt64) throws -> (PlayerID, UInt64) {
    let kind = Event.with { $0.movement.borderCrossed = BorderCrossed() }.kind
    var found: (PlayerID, UInt64)?
    try PlaybackFixture.marketDay().read(
      from: Position(position), through: nil, kinds: Set([kind].compactMap(\.self))
    ) { entry in
      let events = try Payload(wire: entry.payload).events
      let player = events.first { $0.movement.borderCrossed.player != 0 }
      found = (PlayerID(player?.movement.borderCrossed.player ?? 0), entry.position.rawValue)
      return .stop
    }
    return try #require(found)
  }

  @Test func `commands are refused, queries answered, and nobody in particular is nobody`()
    async throws
  {
    try await PlaybackFixture.run(after: 4_000, through: 4_100, Self.options(awaited: 9)) {
      playing in
      let client = try RawClient(port: playing.port)
      try client.upgrade(json: true)
      let welcome = try client.signIn()
      #expect(welcome.player == 0)
      #expect(welcome.token == "guest")
      #expect(welcome.world == "Market day")
      #expect(welcome.position == 4_000)
      try client.send(.stop(2))
      let refused = try client.message().rejected
      #expect(refused.code == "read_only")
      #expect(refused.fields == ["command"])
      try client.send(
        .with {
          $0.id = 3
          $0.query.presence.who.region = 8
        })
      let answer = try client.message().answer
      var world = World()
      try LogFolder.fold(recorded: playing.file, into: &world, through: Position(4_000))
      #expect(answer.presence.who.players == world.regionState(of: RegionID(UInt32(8))).players)
      #expect(answer.position == 4_000)
      try client.send(.subscribe(4, [.operators(.init())]))
      #expect(try client.message().rejected.code == "not_allowed")
      try client.send(.farewell(5))
      try client.expectGoodbye(.farewell)
    }
  }

  @Test func `a command that took effect in the recording is refused too`() async throws {
    let file = try PlaybackFixture.marketDay()
    var (command, actor) = (UInt64(0), UInt64(0))
    try file.read(from: Position(3_900)) { entry in
      (command, actor) = (entry.commandID.rawValue, entry.actor.rawValue)
      return command != 0 && entry.actor.isPlayer ? .stop : .proceed
    }
    try await PlaybackFixture.run(after: 4_000, through: 4_100, Self.options(awaited: 9)) {
      [command, actor] playing in
      let client = try playing.client(as: "\(actor)")
      try client.send(.stop(2, commandID: command))
      #expect(try client.message().rejected.code == "read_only")
    }
  }

  @Test(arguments: ["", "999", "-1", "Merchant 3", "eyJhbGciOiJFZERTQSJ9.e30.AA"])
  func `a token that names nobody is refused`(token: String) async throws {
    try await PlaybackFixture.run(through: 100, Self.options(awaited: 9)) { playing in
      let client = try RawClient(port: playing.port)
      try client.upgrade()
      try client.send(.signIn(1, token: token))
      #expect(try client.message().failed.code == "bad_token")
    }
  }

  @Test func `who lost the connection resumes where it was`() async throws {
    let options = Self.options(.times(1))
    try await PlaybackFixture.run(after: 5_000, through: 5_600, options) { playing in
      let player = PlayerID(UInt64(1_003))
      let first = try playing.client(as: "operator")
      try first.send(.subscribe(2, Self.everything))
      #expect(try first.message().id == 2)
      let recorded = try PlaybackFixture.entries(of: playing.file, in: playing.first...playing.last)
      playing.advance(by: recorded[400].time - recorded[0].time)
      var shown: UInt64 = 0
      while shown < recorded[400].position.rawValue {
        shown = try first.message().seen.last?.position ?? 0
      }
      let back = try playing.client(as: "1003")
      try back.send(.subscribe(2, [.own(.init())], after: 5_100))
      var seen: [Seen] = []
      while true {
        let message = try back.message()
        if message.id == 2 {
          #expect(message.subscribed.resumed)
          break
        }
        seen += message.seen
      }
      playing.advance(by: recorded[599].time - recorded[400].time)
      seen += try Self.rest(of: back, through: playing.last)
      let expected = try playing.expected(in: Position(5_101)...playing.last) { topic, _ in
        topic == .player(player)
      }
      #expect(seen == expected)
    }
  }

  @Test func `nothing is shown before enough watch`() async throws {
    try await PlaybackFixture.run(through: 500, Self.options(awaited: 2)) { playing in
      let first = try playing.client(as: "operator")
      try first.send(.subscribe(2, Self.everything))
      #expect(try first.message().subscribed.position == 1)
      // Signed in is not watching.
      let second = try playing.client(as: "operator")
      try first.send(.query(3))
      #expect(try first.message().answer.position == 1)
      #expect(!playing.playback.status.hasBegun)
      try second.send(.subscribe(2, Self.everything))
      #expect(try second.message().subscribed.position == 1)
      #expect(try Self.rest(of: first, through: playing.last).map(\.position) == Array(2...500))
      #expect(try Self.rest(of: second, through: playing.last).map(\.position) == Array(2...500))
    }
  }

  @Test func `times that are as far apart as can be are no trouble`() {
    let (early, late) = (Timestamp(microseconds: .min), Timestamp(microseconds: .max))
    let pace = PlaybackPace(speed: .times(0.001), start: early, began: early)
    #expect(pace.wait(for: late, at: early) == .max)
    #expect(pace.wait(for: early, at: late) == 0)
    let fast = PlaybackPace(speed: .times(1_000_000), start: late, began: early)
    #expect(fast.moment(at: late) == late)
    #expect(PlaybackPace(speed: .unbounded, start: early, began: early).moment(at: late) == nil)
  }
}
