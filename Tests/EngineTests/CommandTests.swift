import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

@Suite struct CommandTests {
  @Test func `an accepted command is acknowledged with the position of its entry`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let position = try #require(try engine.send(walk(toX: 1_000, y: 1_000), by: ada).position)
    #expect(try engine.log.summary().lastPosition == position)
    var kinds: [EventKind] = []
    try engine.log.read(from: position) { entry in
      #expect(entry.actor == ada.requester.actor)
      kinds = (0..<entry.kindCount).map { entry.kind(at: $0) }
      return .proceed
    }
    #expect(kinds == [EventKind(system: 4, event: 2)])
  }

  @Test func `a rejection leaves no trace in the log`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let before = try engine.log.summary().lastPosition
    let reply = try engine.send(walk(toX: -1, y: 0), by: ada)
    #expect(reply.code != nil)
    #expect(try engine.log.summary().lastPosition == before)
  }

  @Test func `nothing is told before the batch is sealed`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let told = engine.replies.count
    _ = engine.submit(walk(toX: 1_000, y: 1_000), CommandID(77), by: ada)
    #expect(engine.replies.count == told)
    #expect(engine.hasWork)
    try engine.settle()
    #expect(engine.replies.count == told + 1)
  }

  @Test func `a command sent again has one effect and one answer`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let id = CommandID(4_711)
    let first = engine.submit(walk(toX: 1_000, y: 1_000), id, by: ada)
    let again = engine.submit(walk(toX: 1_000, y: 1_000), id, by: ada)
    try engine.settle()
    let position = try #require(try engine.reply(to: first, of: ada).position)
    #expect(try engine.reply(to: again, of: ada).position == position)
    #expect(try engine.send(walk(toX: 9_000, y: 9_000), id, by: ada).position == position)
    #expect(try engine.log.summary().lastPosition == position)
  }

  @Test func `the same id of another player is another command`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let ben = try engine.player("Ben")
    let id = CommandID(4_711)
    let first = try #require(try engine.send(walk(toX: 1_000, y: 1_000), id, by: ada).position)
    let second = try #require(try engine.send(walk(toX: 1_000, y: 1_000), id, by: ben).position)
    #expect(first < second)
  }

  @Test func `a command sent again after a restart gets the first answer`() throws {
    let log: any EventLog = InMemoryEventLog()
    let engine = try CoreFixture(log)
    let ada = try engine.player("Ada")
    let id = CommandID(4_711)
    let position = try #require(try engine.send(walk(toX: 1_000, y: 1_000), id, by: ada).position)

    let restarted = try CoreFixture(log)
    let back = try restarted.connect(.player(ada.requester.player))
    #expect(try restarted.send(walk(toX: 1_000, y: 1_000), id, by: back).position == position)
  }

  @Test func `a rejected command sent again gets the same rejection`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let id = CommandID(4_711)
    let code = try engine.send(walk(toX: -1, y: 0), id, by: ada).code
    #expect(code != nil)
    #expect(try engine.send(walk(toX: 1_000, y: 1_000), id, by: ada).code == code)
  }

  @Test func `commands are refused and questions answered while the disk is full`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    engine.core.refusal = .diskFull
    #expect(try engine.send(walk(toX: 1_000, y: 1_000), by: ada).code == "disk_full")
    let query = Query.with { $0.players.profile = ProfileQuery() }
    guard case .answered(let answer) = try engine.ask(of: ada, { .query(id: $0, query) }) else {
      Issue.record("not answered")
      return
    }
    #expect(answer.players.profile.name == "Ada")
    engine.core.refusal = nil
    #expect(try engine.send(walk(toX: 1_000, y: 1_000), by: ada).position != nil)
  }

  @Test func `time never goes back, whatever the clock does`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    _ = try engine.send(walk(toX: 1_000, y: 1_000), by: ada)
    engine.clock.advance(by: -3_600_000_000)
    _ = try engine.send(walk(toX: 2_000, y: 1_000), by: ada)
    engine.clock.advance(by: 7_200_000_000)
    _ = try engine.send(walk(toX: 3_000, y: 1_000), by: ada)
    try engine.log.verify()
  }

  @Test func `an answer sees the commands before it in the same batch, and tells its position`()
    throws
  {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let rename = Command.with { $0.players.changeProfile.name = "Augusta" }
    let command = engine.submit(rename, CommandID(9), by: ada)
    let query = Query.with { $0.players.profile = ProfileQuery() }
    guard case .answered(let answer) = try engine.ask(of: ada, { .query(id: $0, query) }) else {
      Issue.record("not answered")
      return
    }
    #expect(answer.players.profile.name == "Augusta")
    #expect(answer.position == (try engine.reply(to: command, of: ada)).position?.rawValue)
  }
}
