package import Schema

/// The numbers of a species as the steps of life count with them; what is out of range is taken as the nearest that is not.
package struct SpeciesTraits: Sendable {
  /// Which species.
  package let species: SpeciesID
  /// What kind of life it leads.
  package let speciesClass: SpeciesClass
  /// What it eats.
  let eats: [SpeciesID]
  /// Capacity where it is suited wholly: whole ones.
  let capacity: Int64
  /// Days on average as seed, young, grown and old.
  let seedDays: Int64
  let youngDays: Int64
  let grownDays: Int64
  let oldDays: Int64
  /// In thousandths, of a day.
  let breeding: Int64
  let appetite: Int64
  let migration: Int64
  /// What harvesting one yields; nil if it cannot be harvested.
  let yieldKind: ItemKindID?
  /// How many items that is.
  let yieldQuantity: Int64
  /// How many seeds an item comes to; 0 if it cannot be planted.
  let plantedSeeds: Int64
  /// What harmony does, -1,000 to 1,000.
  private let harmony: Int64
  /// How much of its capacity it reaches, in thousandths, by the number of the landscape.
  private let shares: [Int64]

  init(_ species: Species) {
    self.species = SpeciesID(species.species)
    speciesClass = species.speciesClass
    eats = species.eats.prefix(Species.eatsMax).map { SpeciesID($0) }
    capacity = min(max(0, species.capacity), Species.capacities.upperBound)
    seedDays = Self.days(species.seedDays)
    youngDays = Self.days(species.youngDays)
    grownDays = Self.days(species.grownDays)
    oldDays = Self.days(species.oldDays)
    breeding = min(max(0, species.breedingPermille), Species.ratesADay.upperBound)
    appetite = min(max(0, species.appetitePermille), Species.ratesADay.upperBound)
    migration = min(max(0, species.migrationPermille), 500)
    yieldKind = species.yieldKind == 0 ? nil : ItemKindID(species.yieldKind)
    yieldQuantity = min(max(1, species.yieldQuantity), 1_000)
    plantedSeeds = min(max(0, species.plantedSeeds), 1_000)
    harmony = min(max(-1_000, species.harmonyPermille), 1_000)
    var shares = [Int64](repeating: 0, count: Biome.allCases.count)
    for share in species.biomes where shares.indices.contains(share.biome.rawValue) {
      shares[share.biome.rawValue] = min(max(0, share.sharePermille), 1_000)
    }
    self.shares = shares
  }

  private static func days(_ days: Int64) -> Int64 { min(max(1, days), 10_000) }

  /// Whether it is one at a time, and not counted in cohorts.
  package var isWonder: Bool { speciesClass == .wonder }

  /// How much of its capacity a landscape allows, in thousandths.
  package func share(in biome: Biome) -> Int64 {
    shares.indices.contains(biome.rawValue) ? shares[biome.rawValue] : 0
  }

  /// What harmony makes of the capacity, in thousandths; 1,000 where harmony is half of what it can be.
  ///
  /// - Parameter level: Harmony; 0 to 1,000,000.
  package func share(withHarmony level: Int64) -> Int64 {
    let half = Standing.full / 2
    return max(0, 1_000 + harmony * (level - half) / half)
  }

  /// How many there is room for in a landscape of middling harmony, in thousandths of one.
  package func room(in biome: Biome) -> Int64 { capacity * share(in: biome) }

  /// How many there is room for, in thousandths of one.
  package func capacity(in conditions: GrowingConditions) -> Int64 {
    room(in: conditions.biome) * share(withHarmony: conditions.harmony) / 1_000
  }

  /// How it begins in a landscape that suits it: half of what there is room for is there.
  package func beginning(in biome: Biome) -> Population {
    let room = room(in: biome)
    return Population(seeds: room / 20, young: room / 20, grown: room / 2, old: room / 10)
  }
}
