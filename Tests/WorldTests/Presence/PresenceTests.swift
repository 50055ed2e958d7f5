import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct PresenceTests {
  let fixture: WorldFixture

  init() throws {
    fixture = try WorldFixture()
  }

  @Test func `somebody new is enrolled and connected in one entry`() throws {
    let events = try fixture.serve(.openSession(player: nil, client: "cli 1.0"))
    let session = fixture.nextPosition.rawValue - 1
    #expect(
      events == [
        .with { $0.players.playerEnrolled.player = 1_000 },
        .with {
          $0.presence.sessionOpened = .with {
            $0.session = session
            $0.player = 1_000
            $0.client = "cli 1.0"
          }
        },
      ])
    #expect(fixture.world.presence.session(of: 1_000) == SessionID(session))
    #expect(fixture.world.presence.connectedPlayers() == [1_000])
  }

  @Test func `a session is remembered with its duration`() throws {
    let ann = try fixture.newPlayer("Ann", home: 4)
    let opened = fixture.now
    fixture.wait(90_000_000)
    let events = try fixture.disconnect(ann, end: .lost)
    let closed = try #require(events.last).presence.sessionClosed
    #expect(closed.region == 4 && closed.openedUs == opened.microseconds)
    #expect(closed.durationUs == 90_000_000)
    #expect(fixture.world.presence.connectedCount == 0)
    let past = try fixture.ask(.sessions(of: 0), by: ann).presence.sessions
    #expect(past.ended == 1 && past.totalUs == 90_000_000)
    #expect(past.latest.map(\.end) == [.lost])
  }

  @Test func `the latest sixteen sessions are kept, and all are counted`() throws {
    let ann = try fixture.newPlayer("Ann")
    for index in 1...20 {
      fixture.wait(Int64(index))
      try fixture.disconnect(ann)
      try fixture.connect(ann)
    }
    let past = try fixture.askAsOperator(.sessions(of: ann)).presence.sessions
    #expect(past.ended == 20 && past.totalUs == 210)
    #expect(past.latest.map(\.durationUs) == Array(5...20))
  }

  @Test func `signing in again supersedes the open session in the same entry`() throws {
    let ann = try fixture.newPlayer("Ann")
    try fixture.run(.startMove(to: .at(29_000, 19_000)), by: ann)
    fixture.wait(10_000)
    let first = try #require(fixture.session(of: ann))
    let events = try fixture.connect(ann)
    #expect(events.compactMap(\.kind?.description) == ["4.3", "2.2", "2.1"])
    #expect(events[1].presence.sessionClosed.end == .superseded)
    #expect(events[1].presence.sessionClosed.session == first.rawValue)
    expectRejection(PresenceRejection.noSuchSession) {
      try fixture.serve(.closeSession(first, player: ann, end: .lost))
    }
    #expect(fixture.isConnected(ann))
  }

  @Test func `a player under way stops when its session ends, over a late border too`() throws {
    let ann = try fixture.newPlayer("Ann")
    try fixture.walk(ann, to: .at(9_000, 5_000))
    try fixture.run(.startMove(to: .at(19_000, 5_000)), by: ann)
    fixture.sleep(1_000_000)
    let events = try fixture.disconnect(ann, end: .serverCrashed)
    #expect(events.compactMap(\.kind?.description) == ["4.4", "4.3", "2.2"])
    #expect(events[2].presence.sessionClosed.region == 2)
    #expect(fixture.place(of: ann) == .at(11_000, 5_000))
    fixture.wait(60_000_000)
    #expect(fixture.place(of: ann) == .at(11_000, 5_000))
    try fixture.connect(ann)
    #expect(fixture.players(in: 2) == [ann])
  }

  @Test func `an idle player is so until it returns`() throws {
    let ann = try fixture.newPlayer("Ann", home: 2)
    let events = try fixture.serve(.markIdle(ann))
    #expect(events[0].presence.playerWentIdle.region == 2)
    #expect(fixture.isIdle(ann))
    expectRejection(PresenceRejection.alreadyIdle) { try fixture.serve(.markIdle(ann)) }
    let shown = try fixture.ask(.who(in: 2), by: ann).presence.who.players
    #expect(shown.map(\.idle) == [true])
    try fixture.serve(.markActive(ann))
    #expect(!fixture.isIdle(ann))
    expectRejection(PresenceRejection.notIdle) { try fixture.serve(.markActive(ann)) }
    try fixture.disconnect(ann)
    expectRejection(CommonRejection.notConnected) { try fixture.serve(.markIdle(ann)) }
    expectRejection(CommonRejection.notConnected) { try fixture.serve(.markActive(ann)) }
  }

  @Test func `who is in a region are the connected, by number and as they look`() throws {
    let ann = try fixture.newPlayer("Ann", home: 3)
    let ben = try fixture.newPlayer("Ben", home: 3)
    let eve = try fixture.newPlayer("Eve", home: 3)
    _ = try fixture.newPlayer("Far", home: 1)
    try fixture.disconnect(ben)
    let who = try fixture.ask(.who(in: 0), by: eve).presence.who
    #expect(who.region == 3 && who.count == 2)
    #expect(who.players.map(\.player) == [ann.rawValue, eve.rawValue])
    #expect(who.players.map(\.name) == ["Ann", "Eve"])
    #expect(who.players.map(\.movement.region) == [3, 3])
  }

  @Test func `sessions are for the player and for operators`() throws {
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    #expect(try fixture.ask(.sessions(of: ann), by: ann).presence.sessions.ended == 0)
    expectRejection(CommonRejection.notAllowed, field: "player") {
      _ = try fixture.ask(.sessions(of: ann), by: ben)
    }
    expectRejection(CommonRejection.noSuchPlayer, field: "player") {
      _ = try fixture.askAsOperator(.sessions(of: 5))
    }
    expectRejection(CommonRejection.noSuchRegion, field: "region") {
      _ = try fixture.ask(.who(in: 7), by: ann)
    }
  }

  @Test func `a session is for a player there is, from a client with a short name`() throws {
    expectRejection(CommonRejection.noSuchPlayer) { try fixture.connect(1_000) }
    expectRejection(PresenceRejection.invalidClient, field: "client") {
      try fixture.serve(
        .openSession(player: nil, client: String(repeating: "x", count: 65)))
    }
  }
}
