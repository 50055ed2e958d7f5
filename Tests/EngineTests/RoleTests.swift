import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

@Suite struct RoleTests {
  @Test func `a role given or taken holds for the next command, in the same batch`() throws {
    let engine = try CoreFixture()
    let keeper = try engine.connect(.operator)
    let ada = try engine.player("Ada")
    let define = { (kind: UInt32) in
      Command.with { command in
        command.inventory.defineItemKind = .with {
          ($0.kind, $0.name, $0.stackMax) = (kind, "Kind \(kind)", 1)
        }
      }
    }
    let requests = [
      engine.submit(define(901), CommandID(9_001), by: ada),
      engine.submit(.change(ada, to: .designer), CommandID(9_002), by: keeper),
      engine.submit(define(902), CommandID(9_003), by: ada),
      engine.submit(.change(ada, to: .player), CommandID(9_004), by: keeper),
      engine.submit(define(903), CommandID(9_005), by: ada),
    ]
    try engine.settle()
    let codes = try zip(requests, [ada, keeper, ada, keeper, ada]).map {
      try engine.reply(to: $0, of: $1).code
    }
    #expect(codes == ["not_allowed", nil, nil, nil, "not_allowed"])
    #expect(engine.violations == [])
  }

  @Test func `who may not go on watching is told, and shown nothing more`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada", as: .analyst)
    let ben = try engine.player("Ben")
    _ = try engine.subscribe(ada, to: [.operators, .own])
    #expect(try engine.send(walk(toX: 1_000, y: 1_000), by: ben).position != nil)
    #expect(engine.publications.count == 1)

    let keeper = try engine.connect(.operator)
    _ = try engine.send(.change(ada, to: .designer), by: keeper)
    let told = engine.replies.last { $0.connection == ada.connection }
    guard case .goodbye(.roleChanged) = told?.body, told?.id == 0 else {
      Issue.record("told \(String(describing: told))")
      return
    }
    let published = engine.publications.count
    _ = try engine.send(walk(toX: 2_000, y: 1_000), by: ben)
    #expect(engine.publications.count == published)
    #expect(engine.isWatchedByNobody)
    #expect(try engine.send(walk(toX: 2_000, y: 1_000), by: ada).code == "not_connected")
    var ends: [SessionEnd] = []
    try engine.log.read(from: .first, through: nil, kinds: [EventKind(system: 2, event: 2)]) {
      ends += try Payload(wire: $0.payload).events.map(\.presence.sessionClosed.end)
      return .proceed
    }
    #expect(ends == [.roleChanged])
    #expect(engine.violations == [])

    let again = try engine.connect(.player(ada.requester.player))
    _ = try engine.subscribe(again, to: [.own])
  }

  @Test func `who watches only what the new role may watch stays`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada", as: .moderator)
    let bea = try engine.player("Bea", as: .analyst)
    _ = try engine.subscribe(ada, to: [.own, .region(1)])
    _ = try engine.subscribe(bea, to: [.operators])
    let keeper = try engine.connect(.operator)
    _ = try engine.send(.change(ada, to: .player), by: keeper)
    _ = try engine.send(.change(bea, to: .operator), by: keeper)
    let shown = try #require(engine.publications.dropLast().last?.entries.keys)
    #expect(Set(shown) == [.player(ada.requester.player), .operators])
    for session in [ada, bea] {
      #expect(try engine.send(walk(toX: 2_000, y: 1_000), by: session).position != nil)
    }
  }

  @Test func `an operator who retires watches no more`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada", as: .operator)
    _ = try engine.subscribe(ada, to: [.operators])
    let retire = Command.with { $0.players.retireProfile = RetireProfile() }
    #expect(try engine.send(retire, by: ada).position != nil)
    guard case .goodbye(.roleChanged)? = engine.replies.last?.body else {
      Issue.record("told \(String(describing: engine.replies.last))")
      return
    }
    #expect(engine.isWatchedByNobody)
    #expect(engine.violations == [])
  }

  @Test func `roles are there after a restart, and told at sign-in`() throws {
    let log: any EventLog = InMemoryEventLog()
    let first = try CoreFixture(log)
    let ada = try first.player("Ada", as: .analyst)
    let restarted = try CoreFixture(log)
    let again = try restarted.connect(.player(ada.requester.player))
    _ = try restarted.subscribe(again, to: [.operators])
    let keeper = try restarted.connect(.operator)
    let told = restarted.replies.compactMap { reply -> Role? in
      guard case .opened(let session, let opening) = reply.body else { return nil }
      #expect([again.connection, keeper.connection].contains(session.connection))
      return opening.role
    }
    #expect(told == [.analyst, .operator])
  }

  @Test func `watching everything, an analyst is not told the seed`() throws {
    let engine = try CoreFixture()
    let seeds = try [Role.analyst, .operator].map { role in
      let session = try engine.player("Some \(role.name)", as: role)
      return try engine.subscribe(session, to: [.operators]).states.first?.world.seed == 0
    }
    #expect(seeds == [true, false])
  }
}

extension Command {
  fileprivate static func change(_ session: Session, to role: Role) -> Command {
    .with { command in
      command.players.changeRole = .with {
        $0.player = session.requester.actor.rawValue
        $0.role = role
        $0.reason = "a test"
      }
    }
  }
}

extension CoreFixture {
  /// Signs a new player in, creates its profile and gives it a role.
  func player(_ name: String, as role: Role) throws -> Session {
    let session = try player(name)
    guard role != .player else { return session }
    let keeper = try connect(.operator)
    #expect(try send(.change(session, to: role), by: keeper).position != nil)
    return session
  }
}
