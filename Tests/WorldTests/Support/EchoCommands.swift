import Projection
import Schema
import SwiftProtobuf

@testable import World

extension Command {
  static func attend(to echo: UInt64) -> Self { .with { $0.echoes.attendEcho.echo = echo } }

  static func useAbility(_ ability: UInt32) -> Self {
    .with { $0.echoes.useAbility.ability = ability }
  }

  static func placeEcho(
    _ kind: UInt32, in region: UInt32, name: String = "", reason: String = "a test"
  ) -> Self {
    .with {
      $0.echoes.placeEcho = .with {
        ($0.kind, $0.region, $0.name, $0.reason) = (kind, region, name, reason)
      }
    }
  }

  static func retireEcho(_ echo: UInt64, reason: String = "a test") -> Self {
    .with { $0.echoes.retireEcho = .with { ($0.echo, $0.reason) = (echo, reason) } }
  }

  static func setEchoRules(
    _ rules: EchoRules = .standard, _ body: (inout EchoRules) -> Void
  ) -> Self {
    .with {
      $0.echoes.setEchoRules.rules = rules
      body(&$0.echoes.setEchoRules.rules)
    }
  }
}

extension WorldFile {
  /// One region of 10 m, in which nothing lies.
  static var single: Self {
    var file = Self.small
    (file.columns, file.rows) = (1, 1)
    file.regions = [.with { $0.name = "Solo" }]
    return file
  }
}

extension EchoKind {
  /// A kind that has so much vigour of itself, and nothing else that gives it some.
  static func steady(_ nature: Int64, harmony: Int64 = 0) -> Self {
    .with {
      $0.name = "Steady"
      ($0.favours.nature, $0.favours.harmony) = (nature, harmony)
      ($0.stirring, $0.awakened, $0.radiant, $0.transcendent) = (200_000, 450_000, 700_000, 900_000)
      ($0.margin, $0.riseHours, $0.fallHours) = (40_000, 36, 60)
    }
  }
}

extension WorldFixture {
  /// One region whose clock runs an hour a second, with an echo of a kind in it.
  static func withEcho(of kind: EchoKind) throws -> WorldFixture {
    let fixture = try WorldFixture(.single)
    try fixture.runAsOperator(.startClock())
    try fixture.runAsOperator(.setEchoRules { $0.kinds[0] = kind })
    try fixture.runAsOperator(.placeEcho(1, in: 1))
    return fixture
  }

  /// An echo as of now.
  func echo(_ number: UInt64 = 1) -> EchoRow? {
    worldTime.flatMap { world.echoes.row(of: EchoID(number), at: $0) }
  }

  /// Whether a region's echoes are looked at by the hour.
  func looksForEchoes(in region: UInt64) -> Bool {
    world.scheduler.jobs.contains(JobKey(.echoes, region))
  }

  /// How an echo stands, as an operator is told.
  func echoAnswer(_ number: UInt64 = 1) throws -> EchoAnswer {
    try askAsOperator(.with { $0.echoes.echo.echo = number }).echoes.echo
  }

  /// What a player is told of its bonds.
  func bonds(of player: PlayerID) throws -> BondsAnswer {
    try ask(.with { $0.echoes.bonds = BondsQuery() }, by: player).echoes.bonds
  }

  /// Every time so far that echoes evolved.
  func evolutions() throws -> [EchoesEvolved] {
    try entries.flatMap { entry in
      try entry.events().compactMap { event in
        if case .echoesEvolved(let evolved) = event.echoes.event { evolved } else { nil }
      }
    }
  }
}
