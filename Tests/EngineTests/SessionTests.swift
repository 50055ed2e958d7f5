import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

@Suite struct SessionTests {
  @Test func `players are numbered from 1,000 in the order they come`() throws {
    let engine = try CoreFixture()
    #expect(try engine.connect().requester.player == PlayerID(UInt64(1_000)))
    #expect(try engine.connect().requester.player == PlayerID(UInt64(1_001)))
  }

  @Test func `signing in again supersedes the older session`() throws {
    let engine = try CoreFixture()
    let old = try engine.player("Ada")
    let new = try engine.connect(.player(old.requester.player))
    #expect(new.id > old.id)
    let goodbye = engine.replies.last { $0.connection == old.connection }
    guard case .goodbye(.superseded) = goodbye?.body else {
      Issue.record("the old connection was told \(String(describing: goodbye))")
      return
    }
    let position = try engine.log.summary().lastPosition
    engine.core.handle(.closed(old, .lost))
    try engine.settle()
    #expect(try engine.log.summary().lastPosition == position, "the new session goes on")
    #expect(engine.violations == [])
  }

  @Test func `somebody unknown is refused`() throws {
    let engine = try CoreFixture()
    let connection = Connection(id: 99, outlet: 0)
    let stranger = PlayerID(UInt64(5_000))
    engine.core.handle(.open(connection, id: 1, .player(stranger), client: "test"))
    try engine.settle()
    #expect(engine.replies.last?.body.code != nil)
  }

  @Test func `a crash's open sessions are closed at the next start, as of the last entry`() throws {
    let log: any EventLog = InMemoryEventLog()
    let engine = try CoreFixture(log)
    _ = try engine.player("Ada")
    _ = try engine.player("Ben")
    let lastTime = try log.summary().lastTime

    let restarted = try CoreFixture(log)
    #expect(restarted.connectedCount == 0)
    var ends: [SessionEnd] = []
    let closings: Set = [EventKind(system: 2, event: 2)]
    try log.read(from: .first, through: nil, kinds: closings) { entry in
      #expect(entry.time == lastTime)
      for event in try Payload(wire: entry.payload).events {
        if case .sessionClosed(let closed)? = event.presence.event { ends.append(closed.end) }
      }
      return .proceed
    }
    #expect(ends == [.serverCrashed, .serverCrashed])
    let (old, new) = (engine.core.epoch, restarted.core.epoch)
    #expect(new > old)
  }

  @Test func `a deposed writer appends nothing`() throws {
    let log: any EventLog = InMemoryEventLog()
    let old = try CoreFixture(log)
    let ada = try old.player("Ada")
    _ = try CoreFixture(log)
    let position = try log.summary().lastPosition
    #expect(throws: EngineFault.self) { try old.send(walk(toX: 1_000, y: 1_000), by: ada) }
    #expect(try log.summary().lastPosition == position)
  }

  @Test func `a job that fell due while the server was down fires at the next start`() throws {
    let log: any EventLog = InMemoryEventLog()
    let engine = try CoreFixture(log)
    let ada = try engine.player("Ada")
    let ben = try engine.player("Ben")
    let offer = Command.with { $0.trade.offerTrade.partner = ben.requester.actor.rawValue }
    #expect(try engine.send(offer, by: ada).position != nil)

    let restarted = try CoreFixture(log)
    restarted.clock.advance(by: 365 * 86_400 * 1_000_000)
    try restarted.core.fireDue(limit: 100)
    try restarted.settle()
    var expired = 0
    try log.read(from: .first, through: nil, kinds: [EventKind(system: 6, event: 6)]) { _ in
      expired += 1
      return .proceed
    }
    #expect(expired == 1)
    #expect(try #require(restarted.nextDue) > restarted.clock.now())
  }

  @Test
  func `what stands still is looked at hour by hour, and after a restart, and nothing is written`()
    throws
  {
    let log: any EventLog = InMemoryEventLog()
    var world = WorldFile.standard
    world.harmony.rest = 500_000
    world.harmony.neglectHours = 10_000
    let drifts: Set = [EventKind(system: 10, event: 2)]
    let changes: Set = [EventKind(system: 11, event: 2)]
    for day in 1...2 as ClosedRange<Int64> {
      let engine = try CoreFixture(log, world: world)
      engine.clock.advance(by: day * 86_400 * 1_000_000)
      while let due = engine.nextDue, due <= engine.clock.now() {
        try engine.core.fireDue(limit: 100)
      }
      try engine.settle()
      #expect(try count(drifts, in: log) == 0, "harmony stands still")
      #expect(try count(changes, in: log) == 20 * Int(day), "the weather does not")
      #expect(try #require(engine.nextDue) > engine.clock.now())
    }
  }

  private func count(_ kinds: Set<EventKind>, in log: any EventLog) throws -> Int {
    var count = 0
    try log.read(from: .first, through: nil, kinds: kinds) { _ in
      count += 1
      return .proceed
    }
    return count
  }
}
