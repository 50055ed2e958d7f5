import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct RoleTests {
  let fixture: WorldFixture
  let ann: PlayerID

  init() throws {
    fixture = try WorldFixture()
    ann = try fixture.newPlayer("Ann")
  }

  @Test func `an operator changes a role, and the entry says from what and why`() throws {
    fixture.sleep(1_000)
    let events = try fixture.runAsOperator(
      .changeRole(of: ann, to: .moderator, reason: "kind to all"))
    let expected = RoleChanged.with {
      $0.player = ann.rawValue
      $0.role = .moderator
      $0.former = .player
      $0.reason = "kind to all"
    }
    #expect(events.map(\.players.roleChanged) == [expected])
    let profile = try #require(fixture.profile(of: ann))
    #expect(profile.role == .moderator && profile.name == "Ann")
    #expect(profile.changedUs == fixture.now.microseconds)
    let next = try fixture.runAsOperator(.changeRole(of: ann, to: .player))
    #expect(next.first?.players.roleChanged.former == .moderator)
    #expect(fixture.profile(of: ann)?.role == .player)
  }

  @Test func `a player who is made operator changes roles, the own one too, until it is not`()
    throws
  {
    let ben = try fixture.enrol()
    let promote = Command.changeRole(of: ben, to: .analyst)
    expectRejection(CommonRejection.notAllowed, field: "command") {
      try fixture.run(promote, by: ann)
    }
    try fixture.runAsOperator(.changeRole(of: ann, to: .operator))
    try fixture.run(promote, by: ann)
    #expect(fixture.profile(of: ben)?.role == .analyst)
    try fixture.run(.startMove(to: .at(1_000, 1_000)), by: ann)
    try fixture.run(.changeRole(of: ann, to: .designer), by: ann)
    expectRejection(CommonRejection.notAllowed, field: "command") {
      try fixture.run(.changeRole(of: ann, to: .operator), by: ann)
    }
  }

  @Test func `the bearer of the operator's token is no player and keeps its rights`() throws {
    try fixture.runAsOperator(.changeRole(of: ann, to: .operator))
    for number in [0, 1, 2, 999, 77_777] as [PlayerID] {
      expectRejection(CommonRejection.noSuchPlayer, field: "change_role.player") {
        try fixture.run(.changeRole(of: number, to: .player), by: ann)
      }
    }
    try fixture.runAsOperator(.changeRole(of: ann, to: .player))
  }

  @Test func `a role must be named, known and another`() throws {
    for role in [nil, .UNRECOGNIZED(5), .UNRECOGNIZED(-1)] as [Role?] {
      expectRejection(PlayersRejection.invalidRole, field: "change_role.role") {
        try fixture.runAsOperator(.changeRole(of: ann, to: role))
      }
    }
    expectRejection(PlayersRejection.nothingChanged, field: "change_role.role") {
      try fixture.runAsOperator(.changeRole(of: ann, to: .player))
    }
  }

  @Test(arguments: ["", String(repeating: "x", count: 201), "a\u{7}b"])
  func `a reason is told, and short`(reason: String) throws {
    expectRejection(CommonRejection.invalidReason, field: "change_role.reason") {
      try fixture.runAsOperator(.changeRole(of: ann, to: .analyst, reason: reason))
    }
  }

  @Test func `who retires has no role any more, and gets none`() throws {
    try fixture.runAsOperator(.changeRole(of: ann, to: .operator))
    try fixture.run(.retireProfile, by: ann)
    #expect(fixture.profile(of: ann)?.role == .player)
    expectRejection(CommonRejection.notAllowed) {
      try fixture.run(.changeRole(of: ann, to: .operator), by: ann)
    }
    expectRejection(CommonRejection.noSuchPlayer, field: "change_role.player") {
      try fixture.runAsOperator(.changeRole(of: ann, to: .operator))
    }
  }

  @Test func `those with a role are listed by number, also when loaded anew`() throws {
    fixture.isChecking = false
    var given: [UInt64] = []
    for index in 0..<Players.rolesListed + 2 {
      let player = try fixture.enrol()
      guard index != 1 else { continue }
      try fixture.runAsOperator(.changeRole(of: player, to: .designer))
      given.append(player.rawValue)
    }
    func listed(after: UInt64) throws -> [UInt64] {
      let query = Query.with { $0.players.roles.after = after }
      return try fixture.askAsOperator(query).players.roles.profiles.map(\.player)
    }
    let first = try listed(after: 0)
    #expect(first == Array(given.prefix(Players.rolesListed)))
    #expect(try listed(after: first.last ?? 0) == [given.last])
    #expect(try listed(after: .max).isEmpty)
    try fixture.runAsOperator(.changeRole(of: PlayerID(given[0]), to: .player))
    #expect(try listed(after: 0).first == given[1])
    let loaded = try fixture.world.loadedAnew()
    #expect(loaded.players.withRole == fixture.world.players.withRole)
    #expect(loaded.violations().isEmpty)
  }

  @Test func `a name for each set of roles can be read in a sentence`() {
    #expect(RoleSet.operators.names == "operator")
    #expect(RoleSet.makers.names == "designer or operator")
    #expect(RoleSet.everyone.names == "player, moderator, designer, analyst or operator")
    #expect(RoleSet(.UNRECOGNIZED(9)).names == "nobody")
  }
}
