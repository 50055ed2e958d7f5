package import Projection
package import Schema
import SwiftProtobuf

/// What lives in the world: species, how many of each there are in every region, and the wonders.
///
/// A species lives in cohorts (seeds, young, grown and old), counted in thousandths, and not as individuals. Every few hours of the world
/// each region's life goes on by a step (``Community``): what there is room for depends on the landscape and on harmony, how well
/// plants grow on the season, how well animals do on what they find to eat. Some wander to one of the neighbours, a different one
/// each time, and the entry that takes them away here adds them there. Nothing is written where nothing changed that can be seen.
///
/// Where a species never was it settles with the region's first step; until then it is counted as it will begin. Wonders are not counted in
/// cohorts: each is one, appears, may be given a name, and goes.
///
/// It is not: what is harvested. That is Inventory's from then on.
package struct Ecosystem: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "ecosystem"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1
  /// How many species there may be at a time.
  package static let speciesMax = 24
  /// How many species there may ever be.
  package static let speciesEverMax = 200
  /// How full of life a region is before its first step.
  private static let vitalityBefore: Int64 = 500

  var rulesRows = Table<SingleKey, EcosystemRulesRow>("rules")
  var species = Table<SpeciesID, SpeciesRow>("species")
  var regions = Table<RegionID, RegionLifeRow>("regions")
  var wonders = Table<WonderID, WonderRow>("wonders")

  /// The rules; nil in a world without a clock.
  ///
  /// Derived from their row.
  package private(set) var rules: EcosystemRules?
  /// The species in the world, by number.
  ///
  /// Derived from their rows.
  package private(set) var traits: [SpeciesTraits] = []
  /// The wonders of each region.
  ///
  /// Derived from their rows.
  var wondersIn = SortedGroups<RegionID, WonderID>()
  /// The wonders of each species.
  ///
  /// Derived from their rows.
  var wondersOf = SortedGroups<SpeciesID, WonderID>()

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&rulesRows)
    try visitor.visit(&species)
    try visitor.visit(&regions)
    try visitor.visit(&wonders)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    rebuildTraits()
    wondersIn.removeAll()
    wondersOf.removeAll()
    for wonder in wonders.sortedKeys() {
      guard let row = wonders[wonder] else { continue }
      wondersIn.insert(wonder, into: RegionID(row.region))
      wondersOf.insert(wonder, into: SpeciesID(row.species))
    }
  }

  /// Makes anew what is derived from the rules and the species.
  mutating func rebuildTraits() {
    rules = rulesRows[.only]?.rules.bounded
    var traits: [SpeciesTraits] = []
    species.forEachInOrder { _, row in
      if !row.retired { traits.append(SpeciesTraits(row.species)) }
    }
    self.traits = traits
  }

  /// How full of life a region is against what it could bear in middling harmony; 0 to 1,000.
  ///
  /// As of the region's last step that was written, harvest or planting; 500 before the first.
  package borrowing func vitality(of region: RegionID) -> Int64 {
    regions.withRow(region) { min(max(0, $0.vitality), 1_000) } ?? Self.vitalityBefore
  }

  /// The numbers of a species in the world; nil if there is none of that number, or no longer.
  package borrowing func traits(of species: SpeciesID) -> SpeciesTraits? {
    let index = traits.partitioningIndex { $0.species >= species }
    return index < traits.count && traits[index].species == species ? traits[index] : nil
  }

  /// A species as it was defined; nil if there is none of that number.
  package borrowing func row(of species: SpeciesID) -> SpeciesRow? { self.species[species] }

  /// All species that there are or were, by number.
  package borrowing func speciesRows() -> [SpeciesRow] {
    species.sortedKeys().compactMap { species[$0] }
  }

  /// What a species is called; its number if there is none.
  package borrowing func name(of species: SpeciesID) -> String {
    self.species.withRow(species) { $0.species.name } ?? "species \(species)"
  }

  /// The wonders of a region, by number.
  package borrowing func wonderRows(in region: RegionID) -> [WonderRow] {
    wondersIn.members(of: region).compactMap { wonders[$0] }
  }

  /// The wonders of a species, by number.
  package borrowing func wonderRows(of species: SpeciesID) -> [WonderRow] {
    wondersOf.members(of: species).compactMap { wonders[$0] }
  }

  /// How many of a species there are in a region; nil where it has not settled.
  borrowing func cohorts(of species: SpeciesID, in region: RegionID) -> Cohorts? {
    let found = regions.withRow(region) { row -> Cohorts? in
      guard let index = row.index(of: species.number) else { return nil }
      return row.populations[index]
    }
    return found ?? nil
  }
}
