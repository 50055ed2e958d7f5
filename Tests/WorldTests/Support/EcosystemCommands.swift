import Projection
import Schema
import SwiftProtobuf

@testable import World

extension Command {
  static func harvest(_ species: UInt32, _ amount: Int64) -> Self {
    .with { ($0.ecosystem.harvest.species, $0.ecosystem.harvest.amount) = (species, amount) }
  }

  static func plant(_ species: UInt32, _ quantity: Int64) -> Self {
    .with { ($0.ecosystem.plant.species, $0.ecosystem.plant.quantity) = (species, quantity) }
  }

  static func defineSpecies(_ species: Species) -> Self {
    .with { $0.ecosystem.defineSpecies.species = species }
  }

  static func retireSpecies(_ species: UInt32) -> Self {
    .with { $0.ecosystem.retireSpecies.species = species }
  }

  static func setEcosystemRules(_ body: (inout EcosystemRules) -> Void) -> Self {
    .with {
      $0.ecosystem.setEcosystemRules.rules = .standard
      body(&$0.ecosystem.setEcosystemRules.rules)
    }
  }

  static func nameWonder(_ wonder: UInt64, _ name: String) -> Self {
    .with { ($0.ecosystem.nameWonder.wonder, $0.ecosystem.nameWonder.name) = (wonder, name) }
  }
}

extension Species {
  /// A grass of meadows, of which a thousand have room in a region.
  static func grass(
    _ number: UInt32 = 1, _ body: (inout Species) -> Void = { _ in }
  ) -> Self {
    .with {
      $0.species = number
      $0.name = "Grass \(number)"
      $0.speciesClass = .plant
      $0.capacity = 1_000
      ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (8, 5, 25, 8)
      $0.breedingPermille = 2_000
      $0.biomes = [.of(.meadow, 1_000), .of(.forest, 500)]
      $0.harmonyPermille = 500
      $0.migrationPermille = 20
      $0.yieldKind = Kind.reed
      $0.yieldQuantity = 1
      $0.plantedSeeds = 4
      body(&$0)
    }
  }

  /// A hare that eats grass.
  static func hare(
    _ number: UInt32 = 2, eating prey: [UInt32] = [1], _ body: (inout Species) -> Void = { _ in }
  ) -> Self {
    .with {
      $0.species = number
      $0.name = "Hare \(number)"
      $0.speciesClass = .grazer
      $0.capacity = 60
      ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (6, 10, 40, 15)
      $0.breedingPermille = 250
      $0.appetitePermille = 3_000
      $0.eats = prey
      $0.biomes = [.of(.meadow, 1_000)]
      $0.migrationPermille = 40
      body(&$0)
    }
  }

  /// A wonder that comes as soon as it can.
  static func phoenix(
    _ number: UInt32 = 3, _ body: (inout Species) -> Void = { _ in }
  ) -> Self {
    .with {
      $0.species = number
      $0.name = "Phoenix \(number)"
      $0.speciesClass = .wonder
      $0.capacity = 1
      ($0.seedDays, $0.youngDays, $0.grownDays, $0.oldDays) = (1, 1, 5, 1)
      $0.breedingPermille = 100_000
      $0.biomes = [.of(.meadow, 1_000)]
      $0.harmonyPermille = 1_000
      body(&$0)
    }
  }
}

extension BiomeShare {
  static func of(_ biome: Biome, _ permille: Int64) -> Self {
    .with { ($0.biome, $0.sharePermille) = (biome, permille) }
  }
}

extension WorldFixture {
  /// How many of a species there are in a region.
  func population(of species: UInt32, in region: RegionID) -> Population {
    let community = world.community(of: region, at: worldTime ?? WorldTime(0))
    let index = community.index(of: SpeciesID(species))
    return index.map { community.members[$0].population } ?? Population()
  }

  /// All wonders, by number.
  var wonders: [WonderRow] {
    world.ecosystem.wonders.sortedKeys().compactMap { world.ecosystem.wonders[$0] }
  }

  /// The events of the ecosystem, of all entries.
  func ecosystemEvents() throws -> [EcosystemEvent.OneOf_Event] {
    try entries.flatMap { try $0.events() }.compactMap { $0.ecosystem.event }
  }
}
