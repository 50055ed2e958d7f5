import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Echoes that evolve in a world whose clock runs an hour a second.
@Suite struct EchoesTests {
  private static let day = 24 * WorldFixture.second

  @Test
  func `an echo comes to its last stage where people sing and attend, and falls asleep again`()
    throws
  {
    let fixture = try WorldFixture(.single)
    let friends = [try fixture.newPlayer("Ann"), try fixture.newPlayer("Ben")]
    try fixture.runAsOperator(.startClock())
    try fixture.runAsOperator(.placeEcho(1, in: 1))
    try fixture.runAsOperator(
      .setHarmonyRules { ($0.settlingPermille, $0.neglectHours) = (0, 10_000) })
    try fixture.runAsOperator(.setHarmony(1, 1_000_000, silence: 0))
    fixture.isChecking = false
    for _ in 0..<20 {
      for friend in friends {
        for _ in 0..<4 { try fixture.run(.attend(to: 1), by: friend) }
      }
      fixture.wait(Self.day)
    }
    #expect(fixture.echo()?.stage == .transcendent)
    #expect(fixture.world.violations() == [])
    try fixture.runAsOperator(.setHarmony(1, 0, silence: 1_000_000))
    fixture.wait(25 * Self.day)
    let echo = try #require(fixture.echo())
    #expect(echo.stage == .dormant && echo.vigour < 160_000)
    let stages = try fixture.evolutions().flatMap(\.changes).flatMap(\.memories)
      .filter { $0.kind == .stage }.map(\.stage)
    #expect(
      stages == [
        .stirring, .awakened, .radiant, .transcendent, .radiant, .awakened, .stirring, .dormant,
      ])
    let remembered = echo.memories.filter { $0.kind == .stage }.map(\.stage)
    #expect(remembered == Array(stages.suffix(6)))
    #expect(fixture.world.violations() == [])
  }

  @Test func `while an echo is on its way nothing is written`() throws {
    let fixture = try WorldFixture.withEcho(of: .steady(500))
    try fixture.runAsOperator(.setHarmonyRules { $0.neglectHours = 10_000 })
    fixture.wait(60 * Self.day)
    let told = try fixture.evolutions().flatMap(\.changes).map(\.stage)
    #expect(told == [.dormant, .stirring, .awakened], "where to, and each stage on the way")
    #expect(fixture.echo()?.vigour == 500_000, "it moved all the same")
  }

  @Test func `an answer says why, what is lacking, and when`() throws {
    let fixture = try WorldFixture.withEcho(of: .steady(100, harmony: 500))
    try fixture.runAsOperator(
      .setHarmonyRules { ($0.settlingPermille, $0.neglectHours) = (0, 10_000) })
    fixture.wait(30 * Self.day)
    let answer = try fixture.echoAnswer()
    #expect(answer.echo.stage == .stirring && answer.nextStage == .awakened)
    #expect(answer.sum == 350_000 && answer.lacking == 100_000 && answer.nextHours == 0)
    #expect(answer.holdVigour == 160_000 && answer.fadingHours == 0)
    let harmony = try #require(answer.factors.first { $0.kind == .harmony })
    #expect(harmony.gives == 250_000 && harmony.suffices && harmony.needed == 700_000)
    #expect(answer.factors.filter(\.suffices).map(\.kind) == [.harmony])

    try fixture.runAsOperator(.setHarmony(1, harmony.needed + 50_000, silence: 0))
    fixture.wait(WorldFixture.second)
    let later = try fixture.echoAnswer()
    #expect(later.lacking == 0 && later.nextHours > 0)
    fixture.wait((later.nextHours - 1) * WorldFixture.second)
    #expect(fixture.echo()?.stage == .stirring)
    fixture.wait(WorldFixture.second)
    #expect(fixture.echo()?.stage == .awakened)

    try fixture.runAsOperator(.setHarmony(1, 0, silence: 0))
    fixture.wait(WorldFixture.second)
    let fading = try fixture.echoAnswer()
    #expect(fading.fadingHours > 0 && fading.nextHours == 0)
    fixture.wait(fading.fadingHours * WorldFixture.second)
    #expect(fixture.echo()?.stage == .stirring)
  }

  @Test func `what passed while the server was down is made up for along with harmony`() throws {
    let running = try WorldFixture.withEcho(of: .steady(100, harmony: 800))
    let stopped = try WorldFixture.withEcho(of: .steady(100, harmony: 800))
    for fixture in [running, stopped] {
      fixture.isChecking = false
      try fixture.runAsOperator(.setHarmony(1, 1_000_000, silence: 0))
      fixture.wait(15 * Self.day)
    }
    running.wait(20 * Self.day)
    stopped.sleep(20 * Self.day)
    stopped.catchUp()
    let (one, other) = (try #require(running.echo()), try #require(stopped.echo()))
    #expect(one.stage == other.stage)
    #expect(abs(one.vigour - other.vigour) < 30_000)
    #expect(stopped.world.violations() == [])
  }

  @Test func `echoes of a region are told of in one entry, and others have their own minute`()
    throws
  {
    let fixture = try WorldFixture.living()
    try fixture.runAsOperator(.setEchoRules { $0.kinds[0] = .steady(500) })
    for region in [2, 2, 5] as [UInt32] {
      try fixture.runAsOperator(.placeEcho(1, in: region))
    }
    fixture.wait(WorldFixture.second)
    let told = try fixture.evolutions()
    #expect(told.map(\.region) == [2, 5])
    #expect(told.map { $0.changes.map(\.echo) } == [[1, 2], [3]])
    #expect(told.map { WorldTime($0.worldUs).minute } == [10, 40])
    let ann = try fixture.newPlayer("Ann", home: 2)
    let here = try fixture.ask(.with { $0.echoes.region = RegionEchoesQuery() }, by: ann)
    #expect(here.echoes.region.echoes.map(\.echo) == [1, 2])
    #expect(fixture.world.regionState(of: 2).echoes.map(\.echo) == [1, 2])
  }

  @Test
  func `operators place echoes and retire them, and a region without any is looked at no more`()
    throws
  {
    let fixture = try WorldFixture.living()
    try fixture.runAsOperator(.placeEcho(3, in: 2))
    try fixture.runAsOperator(.placeEcho(3, in: 2, name: "Old Terra"))
    #expect(fixture.echo(1)?.name == "Terra" && fixture.echo(2)?.name == "Old Terra")
    try fixture.runAsOperator(.retireEcho(1))
    #expect(fixture.looksForEchoes(in: 2))
    try fixture.runAsOperator(.retireEcho(2))
    #expect(!fixture.looksForEchoes(in: 2))
    try fixture.runAsOperator(.placeEcho(1, in: 2))
    #expect(fixture.echo(3)?.name == "Lumi", "numbers are not used again")
    expectRejection(EchoesRejection.noSuchEcho, field: "retire_echo.echo") {
      try fixture.runAsOperator(.retireEcho(1))
    }
    expectRejection(CommonRejection.invalidReason, field: "retire_echo.reason") {
      try fixture.runAsOperator(.retireEcho(3, reason: ""))
    }
    expectRejection(EchoesRejection.noSuchEchoKind, field: "place_echo.kind") {
      try fixture.runAsOperator(.placeEcho(5, in: 2))
    }
    expectRejection(CommonRejection.noSuchRegion, field: "place_echo.region") {
      try fixture.runAsOperator(.placeEcho(1, in: 7))
    }
    expectRejection(EchoesRejection.invalidEchoName, field: "place_echo.name") {
      try fixture.runAsOperator(.placeEcho(1, in: 2, name: String(repeating: "o", count: 41)))
    }
    expectRejection(CommonRejection.invalidReason, field: "place_echo.reason") {
      try fixture.runAsOperator(.placeEcho(1, in: 2, reason: ""))
    }
    for _ in 1..<Echoes.inRegionMax { try fixture.runAsOperator(.placeEcho(1, in: 2)) }
    expectRejection(EchoesRejection.tooManyEchoes, field: "place_echo.region") {
      try fixture.runAsOperator(.placeEcho(1, in: 2))
    }
  }

  @Test func `there are no echoes without a clock, and none without rules`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    expectRejection(WorldClockRejection.noClock) { try fixture.run(.attend(to: 1), by: ann) }
    // A clock that was started before there were echoes.
    let rules = HarmonyRulesSet.beginning(.standard, regions: 6, at: WorldTime(0))
    let begun: [Event] = [
      .with { $0.worldClock.clockStarted.rules = .standard },
      .with { $0.harmony.harmonyRulesSet = rules },
    ]
    fixture.commit(begun, actor: .operator, commandID: .none)
    expectRejection(EchoesRejection.noEchoes) { try fixture.run(.attend(to: 1), by: ann) }
    expectRejection(EchoesRejection.noEchoes) { _ = try fixture.echoAnswer() }
    try fixture.runAsOperator(.setEchoRules { _ in })
    try fixture.runAsOperator(.placeEcho(1, in: 1))
    try fixture.run(.attend(to: 1), by: ann)
  }

  @Test func `a world begins with the echoes of its file, and a fault in it is named`() throws {
    var file = WorldFile.small
    file.clock = .standard
    file.echoes = [.with { ($0.kind, $0.region) = (2, 4) }]
    let fixture = try WorldFixture(file)
    #expect(fixture.echo()?.name == "KAI" && fixture.echo()?.region == 4)
    let faults: [(String, (inout WorldFile) -> Void)] = [
      ("echoes[0].kind", { $0.echoes[0].kind = 9 }),
      ("echoes[0].region", { $0.echoes[0].region = 7 }),
      ("echoes[0].name", { $0.echoes[0].name = "\u{1}" }), ("echoes", { $0.clearClock() }),
      (
        "echoRules.grain",
        {
          $0.echoRules = .standard
          $0.echoRules.grain = 0
        }
      ),
      ("echoes[32].region", { $0.echoes = Array(repeating: $0.echoes[0], count: 33) }),
    ]
    for (path, spoil) in faults {
      var spoilt = file
      spoil(&spoilt)
      let fault = #expect(throws: FoundingFault.self) {
        _ = try Founding.entries(for: spoilt, seed: 1)
      }
      #expect(fault?.path == path)
    }
  }
}
