import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Bonds that grow and fade, and what they teach.
@Suite struct BondTests {
  private static let day = 24 * WorldFixture.second

  /// A region with an echo that teaches whoever attends to it once.
  private func school(teaching ability: Int) throws -> (WorldFixture, PlayerID) {
    let fixture = try WorldFixture(.single)
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.startClock())
    try fixture.runAsOperator(
      .setEchoRules { rules in
        rules.attendPermille = 1_000
        for index in rules.abilities.indices { rules.abilities[index].stage = .dormant }
      })
    try fixture.runAsOperator(.placeEcho(UInt32(ability), in: 1))
    try fixture.run(.attend(to: 1), by: ann)
    return (fixture, ann)
  }

  @Test func `a bond grows by what it lacks, half as much each time, and four times a day`() throws
  {
    let fixture = try WorldFixture.withEcho(of: .steady(500))
    let ann = try fixture.newPlayer("Ann")
    var bonds: [Int64] = []
    for _ in 0..<4 {
      let events = try fixture.run(.attend(to: 1), by: ann)
      bonds.append(try #require(events.first?.echoes.echoAttended.bond))
    }
    #expect(bonds == [120_000, 172_800, 197_616, 209_651])
    #expect(try fixture.bonds(of: ann).bonds.first?.attendsLeft == 0)
    expectRejection(EchoesRejection.attendedEnough, field: "attend_echo.echo") {
      try fixture.run(.attend(to: 1), by: ann)
    }
    fixture.wait(Self.day)
    let next = try #require(try fixture.run(.attend(to: 1), by: ann).first?.echoes.echoAttended)
    #expect(next.attends == 1 && next.former < 209_651 && next.bond > 260_000)
  }

  @Test func `a bond fades without an entry, and the next entry goes on from what was told`() throws
  {
    let fixture = try WorldFixture.withEcho(of: .steady(500))
    let ann = try fixture.newPlayer("Ann")
    for _ in 0..<4 { try fixture.run(.attend(to: 1), by: ann) }
    #expect(try fixture.bonds(of: ann).bonds.first?.levelName == "Acquainted")
    fixture.wait(10 * Self.day)
    let entries = fixture.entries.count
    let faded = try #require(try fixture.bonds(of: ann).bonds.first)
    #expect(faded.row.bond == 104_826 && faded.level == 1 && faded.nextBond == 300_000)
    fixture.wait(2 * Self.day)
    let lost = try #require(try fixture.bonds(of: ann).bonds.first)
    #expect(lost.level == 0 && lost.levelName.isEmpty, "a level goes with the bond")
    let ownEntries = try fixture.entries.dropFirst(entries).flatMap { try $0.events() }
      .filter { if case .echoes = $0.system { true } else { false } }
    #expect(ownEntries.isEmpty)
    let next = try #require(try fixture.run(.attend(to: 1), by: ann).first?.echoes.echoAttended)
    #expect(next.former == lost.row.bond)
  }

  @Test func `the company of an echo is all bonds with it`() throws {
    let fixture = try WorldFixture.withEcho(of: .steady(500))
    let friends = try ["Ann", "Ben", "Cid"].map { try fixture.newPlayer($0) }
    for round in 0..<12 {
      try fixture.run(.attend(to: 1), by: friends[round % 3])
      fixture.wait(Int64(7 + round) * WorldFixture.second)
    }
    let sum = try friends.reduce(0) { try $0 + (fixture.bonds(of: $1).bonds.first?.row.bond ?? 0) }
    let company = try #require(fixture.echo()?.company)
    #expect(abs(company - sum) < 100)
    let factor = try fixture.echoAnswer().factors.last
    #expect(factor?.kind == .company && factor?.value == company)
  }

  @Test func `one attends where the echo is`() throws {
    let fixture = try WorldFixture.living()
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.placeEcho(1, in: 2))
    expectRejection(EchoesRejection.echoElsewhere, field: "attend_echo.echo") {
      try fixture.run(.attend(to: 1), by: ann)
    }
    expectRejection(EchoesRejection.noSuchEcho, field: "attend_echo.echo") {
      try fixture.run(.attend(to: 9), by: ann)
    }
    try fixture.walk(ann, to: .at(15_000, 5_000))
    let events = try fixture.run(.attend(to: 1), by: ann)
    #expect(events.last?.progress.deedDone.deed == .attention)
    #expect(fixture.world.ownState(of: ann, at: fixture.now).bonds.map(\.echo) == [1])
    try fixture.runAsOperator(.retireEcho(1))
    #expect(try fixture.bonds(of: ann).bonds.isEmpty)
  }

  @Test func `an echo teaches when it is awake, for good, and remembers who came closest`() throws {
    let (fixture, ann) = try school(teaching: 1)
    #expect(try fixture.bonds(of: ann).abilities.map(\.name) == ["Renewal"])
    let memory = try #require(fixture.echo()?.memories.first)
    #expect(memory.kind == .bond && memory.player == ann.rawValue)
    fixture.isChecking = false
    fixture.wait(100 * Self.day)
    #expect(try fixture.bonds(of: ann).bonds.first?.level == 0)
    #expect(try fixture.bonds(of: ann).abilities.map(\.name) == ["Renewal"])
    let again = try fixture.run(.attend(to: 1), by: ann)
    #expect(again.first?.echoes.echoAttended.isRemembered == false)
    #expect(!again.contains { $0.echoes.abilityTaught != AbilityTaught() })

    let asleep = try WorldFixture.withEcho(of: .steady(500))
    let ben = try asleep.newPlayer("Ben")
    try asleep.runAsOperator(
      .setEchoRules(asleep.world.echoes.rules ?? .standard) {
        $0.attendPermille = 1_000
      })
    try asleep.run(.attend(to: 1), by: ben)
    #expect(try asleep.bonds(of: ben).abilities.isEmpty, "who sleeps teaches nothing")
    asleep.wait(8 * Self.day)
    let events = try asleep.run(.attend(to: 1), by: ben)
    #expect(events.dropFirst().first?.echoes.abilityTaught.name == "Renewal")
  }

  @Test func `renewal brings harmony, and rests for a day`() throws {
    let (fixture, ann) = try school(teaching: 1)
    try fixture.runAsOperator(.setHarmony(1, 400_000, silence: 200_000))
    let events = try fixture.run(.useAbility(1), by: ann)
    #expect(events.first?.echoes.abilityUsed.name == "Renewal")
    #expect(fixture.standing(of: 1) == Standing(harmony: 490_000, silence: 170_000))
    expectRejection(EchoesRejection.abilityRests, field: "use_ability.ability") {
      try fixture.run(.useAbility(1), by: ann)
    }
    fixture.wait(Self.day + WorldFixture.second)
    try fixture.run(.useAbility(1), by: ann)
    expectRejection(EchoesRejection.abilityNotTaught, field: "use_ability.ability") {
      try fixture.run(.useAbility(3), by: ann)
    }
  }

  @Test func `insight has bonds grow faster, and need not be used`() throws {
    let (fixture, ann) = try school(teaching: 2)
    try fixture.runAsOperator(.setEchoRules { _ in })
    try fixture.runAsOperator(.placeEcho(1, in: 1))
    let ben = try fixture.newPlayer("Ben")
    let own = try fixture.run(.attend(to: 2), by: ann).first?.echoes.echoAttended.bond
    let other = try fixture.run(.attend(to: 2), by: ben).first?.echoes.echoAttended.bond
    #expect(own == 180_000 && other == 120_000)
    expectRejection(EchoesRejection.abilityWorksByItself, field: "use_ability.ability") {
      try fixture.run(.useAbility(2), by: ann)
    }
  }

  @Test func `nurture gives every echo around vigour`() throws {
    let (fixture, ann) = try school(teaching: 3)
    let before = try #require(fixture.echo()?.vigour)
    try fixture.run(.useAbility(3), by: ann)
    #expect(fixture.echo()?.vigour == before + 60_000)
    fixture.wait(Self.day + WorldFixture.second)
    try fixture.runAsOperator(.retireEcho(1))
    expectRejection(EchoesRejection.noEchoNear, field: "use_ability.ability") {
      try fixture.run(.useAbility(3), by: ann)
    }
  }

  @Test func `courage stills a storm of dissonance, and nothing else`() throws {
    let (fixture, ann) = try school(teaching: 4)
    expectRejection(EchoesRejection.nothingToStill, field: "use_ability.ability") {
      try fixture.run(.useAbility(4), by: ann)
    }
    try fixture.runAsOperator(.setWeather(1, .dissonance, 900, hours: 20))
    try fixture.run(.useAbility(4), by: ann)
    let conditions = try #require(fixture.conditions(of: 1))
    #expect(conditions.kind == .cloudy)
    #expect(conditions.untilUs - conditions.sinceUs == 6 * WorldTime.hour)
  }
}
