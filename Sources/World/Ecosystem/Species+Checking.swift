import Schema
import SwiftProtobuf

extension Species {
  /// How many kinds of prey a species has at most.
  static let eatsMax = 8
  /// How many there may be room for in a region.
  static let capacities: ClosedRange<Int64> = 1...1_000_000
  /// What may be told in thousandths of a day.
  static let ratesADay: ClosedRange<Int64> = 0...100_000
  /// How many wonders of a species there may be at once.
  private static let wondersAtOnce: ClosedRange<Int64> = 1...100

  /// The species of this program's own fields, if each is possible by itself.
  ///
  /// Whether what it eats and what it yields exist is not looked at.
  func checked() throws(RuleFault) -> Self {
    try checkWords()
    try checkNumbers()
    try checkDiet()
    try checkBiomes()
    try checkYield()
    var checked = Self()
    checked.species = species
    checked.name = name
    checked.description_p = description_p
    checked.speciesClass = speciesClass
    checked.capacity = capacity
    checked.seedDays = seedDays
    checked.youngDays = youngDays
    checked.grownDays = grownDays
    checked.oldDays = oldDays
    checked.breedingPermille = breedingPermille
    checked.appetitePermille = appetitePermille
    checked.eats = eats
    checked.biomes = biomes.map { share in
      .with {
        $0.biome = share.biome
        $0.sharePermille = share.sharePermille
      }
    }
    checked.harmonyPermille = harmonyPermille
    checked.migrationPermille = migrationPermille
    checked.yieldKind = yieldKind
    checked.yieldQuantity = yieldQuantity
    checked.plantedSeeds = plantedSeeds
    return checked
  }

  private func checkWords() throws(RuleFault) {
    guard species > 0 else {
      throw RuleFault(field: "species", message: "Species are numbered from 1.")
    }
    if let fault = TextRule(characters: 1...60).fault(in: name) {
      throw RuleFault(field: "name", message: "The name \(fault).")
    }
    guard name.first?.isWhitespace == false, name.last?.isWhitespace == false else {
      throw RuleFault(field: "name", message: "The name begins or ends with a space.")
    }
    if let fault = TextRule(characters: 0...500).fault(in: description_p) {
      throw RuleFault(field: "description", message: "The description \(fault).")
    }
  }

  private func checkNumbers() throws(RuleFault) {
    let capacities = speciesClass == .wonder ? Self.wondersAtOnce : Self.capacities
    try RuleFault.check(capacity, "capacity", within: capacities)
    try RuleFault.check(seedDays, "seed_days", within: 1...10_000)
    try RuleFault.check(youngDays, "young_days", within: 1...10_000)
    try RuleFault.check(grownDays, "grown_days", within: 1...10_000)
    try RuleFault.check(oldDays, "old_days", within: 1...10_000)
    try RuleFault.check(breedingPermille, "breeding_permille", within: Self.ratesADay)
    try RuleFault.check(appetitePermille, "appetite_permille", within: Self.ratesADay)
    try RuleFault.check(harmonyPermille, "harmony_permille", within: -1_000...1_000)
    try RuleFault.check(migrationPermille, "migration_permille", within: 0...500)
  }

  private func checkDiet() throws(RuleFault) {
    switch speciesClass {
    case .plant, .wonder:
      guard eats.isEmpty else {
        throw RuleFault(field: "eats", message: "Plants and wonders eat nothing.")
      }
    case .grazer, .predator:
      guard (1...Self.eatsMax).contains(eats.count), Set(eats).count == eats.count,
        !eats.contains(species)
      else {
        throw RuleFault(
          field: "eats",
          message: "An animal eats 1 to \(Self.eatsMax) species, each named once, and not its own.")
      }
    case .unspecified, .UNRECOGNIZED:
      throw RuleFault(
        field: "species_class", message: "That is no kind of life that this server knows.")
    }
  }

  private func checkBiomes() throws(RuleFault) {
    guard !biomes.isEmpty, Set(biomes.map(\.biome)).count == biomes.count else {
      throw RuleFault(
        field: "biomes", message: "A species lives in 1 to 6 landscapes, each named once.")
    }
    for share in biomes {
      guard share.biome != .unspecified, Biome.allCases.contains(share.biome) else {
        throw RuleFault(field: "biomes", message: "That is no landscape that this server knows.")
      }
      guard (1...1_000).contains(share.sharePermille) else {
        throw RuleFault(
          field: "biomes",
          message: "A share is 1 to 1000 thousandths; \(share.sharePermille) is not possible.")
      }
    }
  }

  private func checkYield() throws(RuleFault) {
    let isYielding = yieldKind != 0
    try RuleFault.check(yieldQuantity, "yield_quantity", within: isYielding ? 1...1_000 : 0...0)
    let isPlantable = isYielding && speciesClass == .plant
    try RuleFault.check(plantedSeeds, "planted_seeds", within: isPlantable ? 0...1_000 : 0...0)
    if speciesClass == .wonder, isYielding {
      throw RuleFault(field: "yield_kind", message: "A wonder is not harvested.")
    }
  }
}
