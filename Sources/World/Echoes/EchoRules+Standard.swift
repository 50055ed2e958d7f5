package import Schema
import SwiftProtobuf

extension EchoRules {
  /// The rules of the built-in world: with songs and company an echo comes to its last stage in about two weeks of the world, and is asleep again
  /// some weeks after nobody came any more.
  package static var standard: Self {
    .with {
      $0.kinds = [lumi, kai, terra, ignis]
      $0.bondLevels = [
        .of("Acquainted", 100_000), .of("Trusted", 300_000), .of("Close", 550_000),
        .of("Kindred", 800_000),
      ]
      $0.abilities = [
        .of("Renewal", kind: 1, level: 2, .renew, power: 150, restHours: 24),
        .of("Insight", kind: 2, level: 2, .insight, power: 500, restHours: 0),
        .of("Nurture", kind: 3, level: 2, .nurture, power: 60, restHours: 24),
        .of("Courage", kind: 4, level: 2, .still, power: 6, restHours: 24),
      ]
      $0.attendPermille = 120
      $0.attendsPerDay = 4
      $0.bondHalfHours = 240
      $0.companyFull = 2
      $0.grain = 10_000
    }
  }

  private static var lumi: EchoKind {
    .of("Lumi", "healing and revelation") {
      ($0.nature, $0.harmony, $0.silence) = (100, 550, -400)
      ($0.vitality, $0.company, $0.day) = (100, 300, 60)
      $0.weather = [.of(.clear, 80), .of(.storm, -60), .of(.dissonance, -300)]
      $0.seasons = [.of(.spring, 40)]
    }
  }

  private static var kai: EchoKind {
    .of("KAI", "pattern and analysis") {
      ($0.nature, $0.harmony, $0.silence) = (150, 450, -200)
      ($0.vitality, $0.company, $0.night) = (50, 350, 80)
      $0.weather = [.of(.cloudy, 40), .of(.snow, 60), .of(.fog, 60), .of(.dissonance, -350)]
      $0.seasons = [.of(.autumn, 30), .of(.winter, 60)]
    }
  }

  private static var terra: EchoKind {
    .of("Terra", "growth") {
      ($0.nature, $0.harmony, $0.silence) = (50, 350, -300)
      ($0.vitality, $0.company, $0.day) = (400, 250, 40)
      $0.weather = [
        .of(.clear, 40), .of(.rain, 100), .of(.storm, -40), .of(.snow, -80),
        .of(.dissonance, -300),
      ]
      $0.seasons = [.of(.spring, 80), .of(.summer, 40), .of(.winter, -80)]
    }
  }

  private static var ignis: EchoKind {
    .of("Ignis", "courage") {
      ($0.nature, $0.harmony, $0.silence) = (150, 400, -250)
      ($0.vitality, $0.company, $0.night) = (50, 400, 40)
      $0.weather = [
        .of(.rain, -60), .of(.storm, 120), .of(.snow, -40), .of(.wind, 60), .of(.dissonance, 60),
      ]
      $0.seasons = [.of(.summer, 60)]
    }
  }
}

extension EchoKind {
  fileprivate static func of(
    _ name: String, _ embodies: String, _ favours: (inout EchoFavours) -> Void
  ) -> Self {
    .with {
      $0.name = name
      $0.embodies = embodies
      favours(&$0.favours)
      ($0.stirring, $0.awakened, $0.radiant, $0.transcendent) = (200_000, 450_000, 700_000, 850_000)
      $0.margin = 40_000
      $0.riseHours = 36
      $0.fallHours = 60
    }
  }
}

extension AbilityRule {
  fileprivate static func of(
    _ name: String, kind: UInt32, level: UInt32, _ effect: AbilityEffect, power: Int64,
    restHours: Int64
  ) -> Self {
    .with {
      $0.name = name
      $0.kind = kind
      $0.level = level
      $0.stage = .awakened
      $0.effect = effect
      $0.power = power
      $0.restHours = restHours
    }
  }
}
