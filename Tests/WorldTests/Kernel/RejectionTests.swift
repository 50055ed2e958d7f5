import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct RejectionTests {
  @Test func `codes are in snake case, and each belongs to one system`() {
    let codes =
      codes(of: CommonRejection.self) + codes(of: PlayersRejection.self)
      + codes(of: PresenceRejection.self) + codes(of: RegionsRejection.self)
      + codes(of: MovementRejection.self) + codes(of: InventoryRejection.self)
      + codes(of: TradeRejection.self) + codes(of: SchedulerRejection.self)
      + codes(of: LeaderboardsRejection.self) + codes(of: ChatRejection.self)
      + codes(of: WorldClockRejection.self) + codes(of: HarmonyRejection.self)
      + codes(of: ProgressRejection.self)
      + codes(of: WeatherRejection.self)
      + codes(of: EcosystemRejection.self)
      + codes(of: MelodiesRejection.self)
      + codes(of: EchoesRejection.self)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
  }

  private func codes<Code: RejectionCode>(of type: Code.Type) -> [String] {
    Code.allCases.map(\.rawValue)
  }

  @Test(arguments: [
    Command(), .with { $0.players = PlayersCommand() },
    .with { $0.movement = MovementCommand() }, .with { $0.inventory = InventoryCommand() },
    .with { $0.trade = TradeCommand() }, .with { $0.leaderboards = LeaderboardsCommand() },
    .with { $0.chat = ChatCommand() }, .with { $0.worldClock = WorldClockCommand() },
    .with { $0.harmony = HarmonyCommand() }, .with { $0.progress = ProgressCommand() },
    .with { $0.weather = WeatherCommand() },
    .with { $0.ecosystem = EcosystemCommand() }, .with { $0.melodies = MelodiesCommand() },
    .with { $0.echoes = EchoesCommand() },
  ])
  func `a command that names nothing is unknown`(command: Command) throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    expectRejection(CommonRejection.unknownRequest, field: "command") {
      try fixture.run(command, by: ann)
    }
  }

  @Test(arguments: [
    Query(), .with { $0.players = PlayersQuery() }, .with { $0.presence = PresenceQuery() },
    .with { $0.regions = RegionsQuery() }, .with { $0.movement = MovementQuery() },
    .with { $0.inventory = InventoryQuery() }, .with { $0.trade = TradeQuery() },
    .with { $0.leaderboards = LeaderboardsQuery() }, .with { $0.chat = ChatQuery() },
    .with { $0.worldClock = WorldClockQuery() }, .with { $0.harmony = HarmonyQuery() },
    .with { $0.weather = WeatherQuery() },
    .with { $0.ecosystem = EcosystemQuery() }, .with { $0.melodies = MelodiesQuery() },
    .with { $0.echoes = EchoesQuery() },
  ])
  func `a query that names nothing is unknown`(query: Query) throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    expectRejection(CommonRejection.unknownRequest, field: "query") {
      _ = try fixture.ask(query, by: ann)
    }
  }

  @Test(arguments: [
    Command.startMove(to: .at(1, 1)), .stopMove, .retireProfile, .createProfile("Otto"),
    .changeProfile { $0.look = "new" },
  ])
  func `operators and those not connected do not play`(command: Command) throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    try fixture.disconnect(ann)
    expectRejection(CommonRejection.notConnected) { try fixture.run(command, by: ann) }
    expectRejection(CommonRejection.notAllowed) { try fixture.runAsOperator(command) }
  }

  @Test(arguments: [
    Command.startMove(to: .at(1, 1)), .stopMove, .retireProfile,
    .changeProfile { $0.look = "new" },
  ])
  func `without a profile one cannot play`(command: Command) throws {
    let fixture = try WorldFixture()
    let ann = try fixture.enrol()
    expectRejection(CommonRejection.noProfile) { try fixture.run(command, by: ann) }
  }

  @Test(arguments: [
    Command.startMove(to: .at(1, 1)), .stopMove, .retireProfile, .createProfile("Otto"),
    .changeProfile { $0.look = "new" },
  ])
  func `with a retired profile one can do nothing but leave`(command: Command) throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    try fixture.run(.retireProfile, by: ann)
    expectRejection(CommonRejection.retired) { try fixture.run(command, by: ann) }
    try fixture.disconnect(ann)
    expectRejection(CommonRejection.retired) { try fixture.connect(ann) }
  }
}
