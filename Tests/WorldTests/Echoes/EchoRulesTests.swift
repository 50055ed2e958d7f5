import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct EchoRulesTests {
  @Test func `the built-in rules are possible`() throws {
    #expect(try EchoRules.standard.checked() == .standard)
  }

  /// The field at fault, and what makes it so.
  static let faults: [(String, @Sendable (inout EchoRules) -> Void)] = [
    ("kinds", { $0.kinds = Array(repeating: $0.kinds[0], count: 25) }),
    ("kinds", { $0.kinds.removeLast() }),
    ("kinds[1].name", { $0.kinds[1].name = "" }),
    ("kinds[0].embodies", { $0.kinds[0].embodies = "\u{1}" }),
    ("kinds[0].stirring", { $0.kinds[0].stirring = 0 }),
    ("kinds[0].awakened", { $0.kinds[0].awakened = 200_000 }),
    ("kinds[0].radiant", { $0.kinds[0].radiant = .min }),
    ("kinds[0].transcendent", { $0.kinds[0].transcendent = .max }),
    ("kinds[0].margin", { $0.kinds[0].margin = 200_000 }),
    ("kinds[0].rise_hours", { $0.kinds[0].riseHours = 0 }),
    ("kinds[0].fall_hours", { $0.kinds[0].fallHours = 10_001 }),
    ("kinds[0].favours.silence", { $0.kinds[0].favours.silence = -1_001 }),
    ("kinds[0].favours.weather[1]", { $0.kinds[0].favours.weather[1].kind = .clear }),
    ("kinds[0].favours.weather[0].vigour", { $0.kinds[0].favours.weather[0].vigour = 1_001 }),
    ("kinds[0].favours.seasons[0]", { $0.kinds[0].favours.seasons[0].season = .unspecified }),
    ("bond_levels", { $0.bondLevels = [] }),
    ("bond_levels[1].bond", { $0.bondLevels[1].bond = 100_000 }),
    (
      "bond_levels[4].bond",
      {
        $0.bondLevels[3].bond = 1_000_000
        $0.bondLevels.append(.of("More", 1_000_000))
      }
    ),
    ("abilities", { $0.abilities = [] }),
    ("abilities[0].kind", { $0.abilities[0].kind = 5 }),
    ("abilities[0].level", { $0.abilities[0].level = 5 }),
    ("abilities[0].stage", { $0.abilities[0].stage = .unspecified }),
    ("abilities[0].effect", { $0.abilities[0].effect = .UNRECOGNIZED(9) }),
    ("abilities[3].power", { $0.abilities[3].power = 49 }),
    ("abilities[0].rest_hours", { $0.abilities[0].restHours = -1 }),
    ("attend_permille", { $0.attendPermille = 0 }),
    ("attends_per_day", { $0.attendsPerDay = 11 }),
    ("bond_half_hours", { $0.bondHalfHours = 0 }),
    ("company_full", { $0.companyFull = 0 }),
    ("grain", { $0.grain = 0 }),
  ]

  @Test(arguments: faults.indices)
  func `rules that make no sense are refused`(_ index: Int) throws {
    let (field, spoil) = Self.faults[index]
    let fixture = try WorldFixture.living()
    expectRejection(EchoesRejection.invalidEchoRules, field: "set_echo_rules.rules.\(field)") {
      try fixture.runAsOperator(.setEchoRules { spoil(&$0) })
    }
  }

  @Test func `whatever a damaged log says, nothing traps`() throws {
    let fixture = try WorldFixture.living()
    let ann = try fixture.newPlayer("Ann")
    fixture.isChecking = false
    for absurd in [.min, -1, 0, .max] as [Int64] {
      let number = UInt64(bitPattern: absurd)
      var rules = EchoRules.standard
      for index in rules.kinds.indices {
        rules.kinds[index] = .with {
          ($0.stirring, $0.awakened, $0.radiant, $0.transcendent) = (absurd, absurd, absurd, absurd)
          ($0.margin, $0.riseHours, $0.fallHours) = (absurd, absurd, absurd)
          ($0.favours.nature, $0.favours.harmony, $0.favours.company) = (absurd, absurd, absurd)
          $0.favours.weather = [.of(.clear, absurd)]
        }
      }
      (rules.attendPermille, rules.attendsPerDay, rules.grain) = (absurd, .max, absurd)
      (rules.bondHalfHours, rules.companyFull) = (absurd, absurd)
      rules.abilities[0] = .with {
        ($0.kind, $0.effect, $0.power, $0.restHours) = (1, .renew, absurd, absurd)
      }
      let events: [EchoesEvent.OneOf_Event] = [
        .echoRulesSet(.with { $0.rules = rules }),
        .echoPlaced(.with { ($0.echo, $0.kind, $0.region, $0.nextUs) = (1, 1, 1, absurd) }),
        .echoPlaced(.with { ($0.echo, $0.worldUs) = (number, absurd) }),
        .echoesEvolved(
          .with {
            ($0.region, $0.worldUs, $0.nextUs) = (1, absurd, absurd)
            $0.changes = [1, number].map { echo in
              .with {
                ($0.echo, $0.vigour, $0.heading, $0.stage) = (
                  echo, absurd, absurd, .UNRECOGNIZED(7)
                )
              }
            }
          }),
        .echoAttended(
          .with {
            ($0.echo, $0.player, $0.bond, $0.company) = (1, ann.rawValue, absurd, absurd)
            ($0.worldUs, $0.attends, $0.level, $0.isRemembered) = (absurd, .max, .max, true)
          }),
        .abilityTaught(.with { ($0.player, $0.ability, $0.worldUs) = (ann.rawValue, 1, absurd) }),
        .abilityUsed(.with { ($0.player, $0.ability, $0.worldUs) = (ann.rawValue, 1, absurd) }),
        .echoRetired(.with { $0.echo = number }),
      ]
      for event in events {
        fixture.commit([.with { $0.echoes.event = event }], actor: .operator, commandID: .none)
      }
      _ = fixture.world.violations()
      for command in [Command.attend(to: 1), .useAbility(1), .placeEcho(1, in: 1)] {
        var decision = Decision()
        try? fixture.world.decide(
          command, fixture.context(Requester(actor: ann.actor, role: .player)), &decision)
      }
      _ = try? fixture.echoAnswer()
      _ = try? fixture.bonds(of: ann)
      var decision = Decision()
      let job = JobRow.with { ($0.kind, $0.subject, $0.worldDueUs) = (.echoes, 1, absurd) }
      try? fixture.world.decide(.fire(job), fixture.context(.scheduler), &decision)
    }
    var loaded = try fixture.world.loadedAnew()
    #expect(try loaded.rows() == fixture.world.rows())
  }
}
