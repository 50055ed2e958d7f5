import Projection
package import Schema
import SwiftProtobuf

extension Ecosystem {
  /// Applies one event.
  ///
  /// Total: counts are taken as they are told, and read as the nearest that is possible.
  package mutating func fold(_ event: EcosystemEvent.OneOf_Event) {
    switch event {
    case .ecosystemRulesSet(let set):
      rulesRows.set(.only, to: .with { $0.rules = set.rules })
      rebuildTraits()
    case .speciesDefined(let defined):
      species.set(SpeciesID(defined.species.species), to: .with { $0.species = defined.species })
      rebuildTraits()
    case .speciesRetired(let retired): retire(SpeciesID(retired.species))
    case .populationsChanged(let changed):
      put(changed.populations, in: changed.region, vitality: changed.vitality)
      if changed.neighbour != 0, !changed.migrations.isEmpty {
        put(changed.migrations.map(\.cohorts), in: changed.neighbour, vitality: nil)
      }
    case .speciesHarvested(let harvested):
      put([harvested.cohorts], in: harvested.region, vitality: harvested.vitality)
    case .speciesPlanted(let planted):
      put([planted.cohorts], in: planted.region, vitality: planted.vitality)
    case .wonderAppeared(let appeared):
      let wonder = WonderID(appeared.wonder)
      forget(wonder)
      wonders.set(
        wonder,
        to: .with {
          $0.wonder = appeared.wonder
          $0.species = appeared.species
          $0.region = appeared.region
          $0.worldUs = appeared.worldUs
        })
      wondersIn.insert(wonder, into: RegionID(appeared.region))
      wondersOf.insert(wonder, into: SpeciesID(appeared.species))
    case .wonderNamed(let named):
      wonders.update(WonderID(named.wonder)) { $0.name = named.name }
    case .wonderGone(let gone): forget(WonderID(gone.wonder))
    }
  }

  private mutating func put(_ populations: [Cohorts], in region: UInt32, vitality: Int64?) {
    let before = self.vitality(of: RegionID(region))
    regions.upsert(RegionID(region)) { row in
      row.region = region
      row.vitality = vitality ?? before
      for cohorts in populations { row.put(cohorts) }
    }
  }

  private mutating func retire(_ number: SpeciesID) {
    species.update(number) { $0.retired = true }
    rebuildTraits()
    for wonder in wondersOf.members(of: number) { forget(wonder) }
    for region in regions.sortedKeys() {
      let hasIt = regions.withRow(region) { $0.index(of: number.number) != nil } ?? false
      guard hasIt else { continue }
      regions.update(region) { row in
        row.populations.removeAll { $0.species == number.number }
      }
    }
  }

  private mutating func forget(_ wonder: WonderID) {
    guard let row = wonders[wonder] else { return }
    wondersIn.remove(wonder, from: RegionID(row.region))
    wondersOf.remove(wonder, from: SpeciesID(row.species))
    wonders.remove(wonder)
  }
}

extension RegionLifeRow {
  /// Where the counts of a species are; nil if it has not settled.
  func index(of species: UInt32) -> Int? {
    let index = populations.partitioningIndex { $0.species >= species }
    return index < populations.count && populations[index].species == species ? index : nil
  }

  fileprivate mutating func put(_ cohorts: Cohorts) {
    let index = populations.partitioningIndex { $0.species >= cohorts.species }
    if index < populations.count, populations[index].species == cohorts.species {
      populations[index] = cohorts
    } else {
      populations.insert(cohorts, at: index)
    }
  }
}
