import Schema
import SwiftProtobuf

/// What lives in the built-in world.
enum DefaultSpecies {
  static var all: [Species] { shorePlants + landPlants + grazers + predators + wonders }

  private static var shorePlants: [Species] {
    [
      .with {
        $0.species = 1
        $0.name = "Whisper reed"
        $0.description_p = "It passes on what the wind says, a little lower."
        $0.speciesClass = .plant
        $0.capacity = 2_000
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (10, 6, 30, 10)
        $0.breedingPermille = 1_500
        $0.biomes = [.of(.wetland, 1_000), .of(.shore, 300)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 20
        $0.yieldKind = DefaultKind.reed.rawValue
        $0.yieldQuantity = 1
        $0.plantedSeeds = 5
      },
      .with {
        $0.species = 2
        $0.name = "Chime grass"
        $0.description_p = "Every blade has a pitch, and a meadow of it a key."
        $0.speciesClass = .plant
        $0.capacity = 6_000
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (8, 5, 25, 8)
        $0.breedingPermille = 2_000
        $0.biomes = [.of(.meadow, 1_000), .of(.highland, 600), .of(.forest, 200)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 20
      },
      .with {
        $0.species = 3
        $0.name = "Tide bell"
        $0.description_p = "It opens at high water, and rings when the sea draws back."
        $0.speciesClass = .plant
        $0.capacity = 3_000
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (8, 6, 30, 10)
        $0.breedingPermille = 1_500
        $0.biomes = [.of(.shore, 1_000), .of(.wetland, 400)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 20
        $0.yieldKind = DefaultKind.echoShell.rawValue
        $0.yieldQuantity = 1
        $0.plantedSeeds = 3
      },
    ]
  }

  private static var landPlants: [Species] {
    [
      .with {
        $0.species = 4
        $0.name = "Lantern moss"
        $0.description_p = "It glows where somebody sang, and for a while after."
        $0.speciesClass = .plant
        $0.capacity = 1_500
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (12, 8, 60, 20)
        $0.breedingPermille = 800
        $0.biomes = [.of(.forest, 1_000), .of(.peak, 500), .of(.wetland, 300)]
        $0.harmonyPermille = 600
        $0.migrationPermille = 15
        $0.yieldKind = DefaultKind.lampOil.rawValue
        $0.yieldQuantity = 1
        $0.plantedSeeds = 2
      },
      .with {
        $0.species = 5
        $0.name = "Canon clover"
        $0.description_p = "Each leaf unfolds as the one before it did, a bar later."
        $0.speciesClass = .plant
        $0.capacity = 3_000
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (8, 5, 20, 8)
        $0.breedingPermille = 2_000
        $0.biomes = [.of(.meadow, 1_000), .of(.forest, 500)]
        $0.harmonyPermille = 500
        $0.migrationPermille = 20
        $0.yieldKind = DefaultKind.honeycomb.rawValue
        $0.yieldQuantity = 1
        $0.plantedSeeds = 4
      },
      .with {
        $0.species = 6
        $0.name = "Choir pine"
        $0.description_p = "They stand in four parts, the basses at the back."
        $0.speciesClass = .plant
        $0.capacity = 600
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (40, 40, 300, 100)
        $0.breedingPermille = 300
        $0.biomes = [.of(.forest, 1_000), .of(.highland, 500), .of(.peak, 200)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 10
        $0.yieldKind = DefaultKind.driftwood.rawValue
        $0.yieldQuantity = 2
        $0.plantedSeeds = 1
      },
    ]
  }

  private static var grazers: [Species] {
    [
      .with {
        $0.species = 7
        $0.name = "Drumming hare"
        $0.description_p = "Its feet say that somebody comes, and how fast."
        $0.speciesClass = .grazer
        $0.capacity = 300
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (6, 10, 40, 15)
        $0.breedingPermille = 250
        $0.appetitePermille = 4_000
        $0.eats = [2, 5]
        $0.biomes = [.of(.meadow, 1_000), .of(.forest, 500)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 40
      },
      .with {
        $0.species = 8
        $0.name = "Counterpoint goat"
        $0.description_p = "It goes up whenever the others go down."
        $0.speciesClass = .grazer
        $0.capacity = 120
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (12, 20, 80, 30)
        $0.breedingPermille = 120
        $0.appetitePermille = 6_000
        $0.eats = [2, 4]
        $0.biomes = [.of(.highland, 1_000), .of(.peak, 500), .of(.meadow, 200)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 30
        $0.yieldKind = DefaultKind.silverString.rawValue
        $0.yieldQuantity = 1
      },
      .with {
        $0.species = 9
        $0.name = "Semiquaver snail"
        $0.description_p = "Sixteen of them make a bar, in the end."
        $0.speciesClass = .grazer
        $0.capacity = 500
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (6, 8, 30, 10)
        $0.breedingPermille = 300
        $0.appetitePermille = 2_500
        $0.eats = [1, 3]
        $0.biomes = [.of(.shore, 1_000), .of(.wetland, 1_000)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 30
      },
    ]
  }

  private static var predators: [Species] {
    [
      .with {
        $0.species = 10
        $0.name = "Syncopated fox"
        $0.description_p = "It is never where the beat is."
        $0.speciesClass = .predator
        $0.capacity = 30
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (10, 20, 80, 30)
        $0.breedingPermille = 120
        $0.appetitePermille = 800
        $0.eats = [7]
        $0.biomes = [.of(.meadow, 1_000), .of(.forest, 600)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 40
      },
      .with {
        $0.species = 11
        $0.name = "Glissando otter"
        $0.description_p = "It has never been seen to stop between two places."
        $0.speciesClass = .predator
        $0.capacity = 40
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (10, 20, 80, 30)
        $0.breedingPermille = 120
        $0.appetitePermille = 1_500
        $0.eats = [9]
        $0.biomes = [.of(.shore, 1_000), .of(.wetland, 800)]
        $0.harmonyPermille = 300
        $0.migrationPermille = 40
      },
      .with {
        $0.species = 12
        $0.name = "Baritone lynx"
        $0.description_p = "One hears it, if at all, with the soles of the feet."
        $0.speciesClass = .predator
        $0.capacity = 16
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (12, 30, 100, 40)
        $0.breedingPermille = 100
        $0.appetitePermille = 250
        $0.eats = [7, 8]
        $0.biomes = [.of(.forest, 1_000), .of(.highland, 1_000)]
        $0.harmonyPermille = 400
        $0.migrationPermille = 40
      },
    ]
  }

  private static var wonders: [Species] {
    [
      .with {
        $0.species = 13
        $0.name = "Aurora stag"
        $0.description_p = "Whoever has seen it hums the same tune ever after."
        $0.speciesClass = .wonder
        $0.capacity = 3
        ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (1, 1, 20, 1)
        $0.breedingPermille = 15
        $0.biomes = [.of(.forest, 1_000), .of(.peak, 1_000), .of(.meadow, 500)]
        $0.harmonyPermille = 1_000
      }
    ]
  }
}

extension BiomeShare {
  fileprivate static func of(_ biome: Biome, _ permille: Int64) -> Self {
    .with {
      $0.biome = biome
      $0.sharePermille = permille
    }
  }
}
