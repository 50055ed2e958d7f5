import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

@Suite struct WatchingTests {
  @Test func `a subscription gets the state, and then every event after it once`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let ben = try engine.player("Ben")
    _ = engine.submit(walk(toX: 1_000, y: 1_000), CommandID(9_001), by: ada)
    let subscription = try engine.subscribe(ben, to: [.region(1)])
    let stateBefore = try #require(subscription.states.first?.regions.first)
    #expect(stateBefore.players.map(\.name) == ["Ada", "Ben"])
    let walking = try #require(stateBefore.players.first)
    let target = Point.with {
      $0.xMm = 1_000
      $0.yMm = 1_000
    }
    #expect(walking.movement.to == target)

    let told = engine.publications.count
    var expected: [Position] = []
    for step in 2..<20 {
      expected.append(
        try #require(try engine.send(walk(toX: Int64(step) * 1_000, y: 1_000), by: ada).position))
    }
    let seen = engine.publications[told...].flatMap { publication in
      (publication.entries[.region(RegionID(UInt64(1)))] ?? []).map { entry in
        publication.batch.header(at: Int(entry.index)).position
      }
    }
    #expect(seen == expected)
    #expect(seen.allSatisfy { $0 > subscription.position })
  }

  @Test(arguments: [true, false])
  func `who asks to watch after farewell is refused, and watched for by nobody`(
    isOperator: Bool
  ) throws {
    let engine = try CoreFixture()
    let session = try isOperator ? engine.connect(.operator) : engine.player("Ada")
    guard case .goodbye(.farewell) = try engine.ask(of: session, { .farewell(id: $0) }) else {
      Issue.record("no goodbye")
      return
    }
    let topic = Topic.with { $0.everyone = EveryoneTopic() }
    let reply = try engine.ask(of: session) { .subscribe(id: $0, [topic], after: nil) }
    guard case .rejected(let rejection) = reply else {
      Issue.record("\(reply)")
      return
    }
    #expect(rejection.code == "session_ended")
    let watches = engine.core.watchers.connectionCount
    #expect(watches == 0)
  }

  @Test func `what nobody watches is not published`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    _ = try engine.send(walk(toX: 1_000, y: 1_000), by: ada)
    #expect(engine.publications.isEmpty)
    _ = try engine.subscribe(ada, to: [.region(20)])
    _ = try engine.send(walk(toX: 2_000, y: 1_000), by: ada)
    #expect(engine.publications.isEmpty, "region 20 is not near region 1")
  }

  @Test func `what concerns one player is shown to that player alone`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let ben = try engine.player("Ben")
    let eve = try engine.player("Eve")
    for player in [ada, ben, eve] {
      _ = try engine.subscribe(player, to: [.own])
    }
    let offer = Command.with { $0.trade.offerTrade.partner = ben.requester.actor.rawValue }
    #expect(try engine.send(offer, by: ada).position != nil)
    let topics = try #require(engine.publications.last).entries.keys
    #expect(Set(topics) == [.player(ada.requester.player), .player(ben.requester.player)])
  }

  @Test func `the weather is told to whoever is in the region or beside it, and to nobody else`()
    throws
  {
    let engine = try CoreFixture(world: .standard)
    let ada = try engine.player("Ada")
    let subscription = try engine.subscribe(ada, to: [.surroundings])
    let seen = try #require(subscription.states.first).regions
    #expect(seen.map(\.region.region) == [1, 2, 6, 7])
    #expect(seen.allSatisfy { $0.weather.conditions.kind == .clear })
    let keeper = try engine.connect(.operator)
    var told: [UInt32] = []
    for region in 1...20 as ClosedRange<UInt32> {
      let before = engine.publications.count
      let snow = Command.with { command in
        command.weather.setWeather = .with {
          ($0.region, $0.kind, $0.hours, $0.reason) = (region, .snow, 12, "a test")
        }
      }
      #expect(try engine.send(snow, by: keeper).position != nil)
      let topics = engine.publications.dropFirst(before).flatMap(\.entries.keys)
      if topics.contains(.surroundings(RegionID(UInt64(1)))) { told.append(region) }
    }
    #expect(told == [1, 2, 6, 7])
  }

  @Test func `an operator alone watches everything`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let everything = Topic.with { $0.operators = OperatorsTopic() }
    let refused = try engine.ask(of: ada) { .subscribe(id: $0, [everything], after: nil) }
    #expect(refused.code == "not_allowed")

    let keeper = try engine.connect(.operator)
    _ = try engine.subscribe(keeper, to: [.operators])
    let position = try #require(try engine.send(walk(toX: 1_000, y: 1_000), by: ada).position)
    let publication = try #require(engine.publications.last)
    let seen = try #require(publication.entries[.operators])
    #expect(seen.map { publication.batch.header(at: Int($0.index)).position } == [position])
    #expect(!seen.contains { !$0.isWhole })
  }

  @Test func `surroundings go with the player across a border`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let subscription = try engine.subscribe(ada, to: [.surroundings])
    #expect(subscription.topics == [.surroundings(RegionID(UInt64(1)))])
    #expect(subscription.states.first?.regions.first?.region.region == 1)

    let cell = engine.core.grid.cell
    #expect(try engine.send(walk(toX: cell + cell / 2, y: cell / 2), by: ada).position != nil)
    let due = try #require(engine.nextDue)
    engine.clock.set(due)
    try engine.core.fireDue(limit: 10)
    try engine.settle()
    let moved = engine.replies.last { $0.connection == ada.connection }
    guard case .moved(from: let old, to: let new) = moved?.body else {
      Issue.record("told \(String(describing: moved))")
      return
    }
    #expect(moved?.id == 0)
    #expect(old == .surroundings(RegionID(UInt64(1))))
    #expect(new.topics == [.surroundings(RegionID(UInt64(2)))])
    #expect(new.states.first?.regions.first?.region.region == 2)
    #expect(new.states.first?.regions.first?.players.map(\.name) == ["Ada"])
  }

  @Test
  func `who may have been shown a border crossed, and not what lies behind it, is told again`()
    throws
  {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    _ = try engine.subscribe(ada, to: [.surroundings])
    let cell = engine.core.grid.cell
    _ = try engine.send(walk(toX: cell + cell / 2, y: cell / 2), by: ada)
    engine.clock.set(try #require(engine.nextDue))
    try engine.core.fireDue(limit: 10)
    try engine.settle()
    let crossed = try engine.log.summary().lastPosition
    let told = try engine.subscribe(ada, to: [.surroundings], after: crossed)
    #expect(told.mayHaveMissedMove)
    #expect(told.states.count == 1)
    let stopped = Command.with { $0.movement.stopMove = StopMove() }
    let later = try #require(try engine.send(stopped, by: ada).position)
    #expect(try !engine.subscribe(ada, to: [.surroundings], after: later).mayHaveMissedMove)
  }

  @Test func `surroundings asked for again while they are left are not kept`()
    throws
  {
    let engine = try CoreFixture()
    let (ada, ben) = (try engine.player("Ada"), try engine.player("Ben"))
    _ = try engine.subscribe(ada, to: [.surroundings])
    let cell = engine.core.grid.cell
    _ = try engine.send(walk(toX: cell + cell / 2, y: cell / 2), by: ada)
    engine.clock.set(try #require(engine.nextDue))
    engine.core.handle(
      .requests(ada, [.subscribe(id: 77, [Topic.with { $0.surroundings = .init() }], after: nil)]))
    try engine.core.fireDue(limit: 10)
    try engine.settle()
    let replies = engine.replies.filter { $0.connection == ada.connection }.suffix(2)
    guard case .moved = replies.first?.body, case .subscribed(let again) = replies.last?.body else {
      Issue.record("told \(replies)")
      return
    }
    #expect(again.topics == [.surroundings(RegionID(UInt64(2)))])
    _ = try engine.send(walk(toX: 1_000, y: 1_000), by: ben)
    let seen = try #require(engine.publications.last).entries
    #expect(seen[.surroundings(RegionID(UInt64(1)))] == nil, "nobody watches them any more")
    #expect(seen[.surroundings(RegionID(UInt64(2)))] != nil, "a neighbour's are among the new")
  }

  @Test func `a resumed subscription gets no state, unless the log does not reach that far`()
    throws
  {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let last = try engine.log.summary().lastPosition
    let resumed = try engine.subscribe(ada, to: [.own], after: last)
    #expect(resumed.resumeAfter == last)
    #expect(resumed.states.isEmpty)

    let beyond = try engine.subscribe(ada, to: [.own], after: last.advanced(by: 1_000))
    #expect(beyond.resumeAfter == nil)
    #expect(beyond.states.count == 1)

    engine.core.reach.begins(at: last)
    let reached = try engine.subscribe(ada, to: [.own], after: last.advanced(by: -1))
    #expect(reached.resumeAfter == last.advanced(by: -1))
    engine.core.reach.begins(at: last.next)
    let gone = try engine.subscribe(ada, to: [.own], after: last.advanced(by: -1))
    #expect(gone.resumeAfter == nil, "the entries after it were removed")
    #expect(gone.states.count == 1)
  }

  @Test func `who leaves is shown all of the batch that it leaves in, since it is told so`() throws
  {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let ben = try engine.player("Ben")
    let keeper = try engine.connect(.operator)
    _ = try engine.subscribe(ada, to: [.own])
    _ = try engine.subscribe(ben, to: [.region(1)])
    let grant = Command.with { command in
      command.inventory.grantGoods = .with {
        $0.player = ada.requester.actor.rawValue
        $0.coins = 5
        $0.reason = "a gift"
      }
    }
    _ = engine.submit(walk(toX: 1_000, y: 1_000), CommandID(70), by: ada)
    engine.core.handle(.requests(ada, [.farewell(id: 71)]))
    _ = engine.submit(grant, CommandID(72), by: keeper)
    try engine.settle()
    let publication = try #require(engine.publications.last)
    let shown = publication.entries[.player(ada.requester.player)]?.map(\.index)
    // The walk, the end of the session, the gift.
    #expect(publication.batch.count == 3)
    #expect(shown == [0, 1, 2])
    _ = engine.submit(grant, CommandID(73), by: keeper)
    try engine.settle()
    #expect(engine.publications.last === publication)
  }

  @Test func `who has left is shown nothing more`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let ben = try engine.player("Ben")
    _ = try engine.subscribe(ben, to: [.region(1), .own])
    let topic = Topic.with { $0.region = 1 }
    _ = try engine.ask(of: ben) { .unsubscribe(id: $0, [topic]) }
    _ = try engine.send(walk(toX: 1_000, y: 1_000), by: ada)
    #expect(engine.publications.isEmpty)

    engine.core.handle(.closed(ben, .lost))
    try engine.settle()
    #expect(engine.isWatchedByNobody)
  }
}

extension CoreFixture {
  enum TestTopic {
    case own, surroundings, operators
    case region(UInt32)

    var topic: Topic {
      .with { topic in
        switch self {
        case .own: topic.own = OwnTopic()
        case .surroundings: topic.surroundings = SurroundingsTopic()
        case .operators: topic.operators = OperatorsTopic()
        case .region(let number): topic.region = number
        }
      }
    }
  }

  func subscribe(
    _ session: Session, to topics: [TestTopic], after: Position? = nil
  ) throws -> Subscription {
    let reply = try ask(of: session) { .subscribe(id: $0, topics.map(\.topic), after: after) }
    guard case .subscribed(let subscription) = reply else {
      Issue.record("not subscribed: \(reply)")
      throw CancellationError()
    }
    return subscription
  }
}
