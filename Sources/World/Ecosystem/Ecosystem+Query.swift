package import Schema
import SwiftProtobuf

extension World {
  /// How many regions one answer lists at most.
  private static var placesListed: UInt32 { 1_000 }

  /// Answers a question about what lives.
  ///
  /// - Throws: `no_clock`, `no_such_region`, `no_profile`, `no_such_species`, `limit_out_of_range`, `unknown_request`.
  package borrowing func answer(
    _ query: EcosystemQuery, _ context: DecisionContext
  ) throws(Rejection) -> EcosystemAnswer {
    switch query.query {
    case .region(let query):
      let time = try requireTime(context)
      let life = life(in: try region(query.region, context), at: time)
      return .with { $0.region = life }
    case .whereabouts(let query):
      let time = try requireTime(context)
      let whereabouts = try whereabouts(query, at: time)
      return .with { $0.whereabouts = whereabouts }
    case .species:
      let rows = ecosystem.speciesRows()
      return .with { $0.species.species = rows }
    case nil: throw .unknownQuery
    }
  }

  /// What lives in a region at a time of the world, and why so much of it.
  package borrowing func life(in region: RegionID, at time: WorldTime) -> RegionLifeAnswer {
    var community = community(of: region, at: time)
    _ = community.feed()
    let conditions = community.conditions
    return .with {
      $0.region = region.number
      $0.vitality = community.vitality
      $0.biome = conditions.biome
      $0.harmony = conditions.harmony
      $0.populations = community.members.map { member in
        .with {
          $0.cohorts = member.population.cohorts(of: member.traits.species)
          $0.capacity = member.capacity
          $0.biomePermille = member.traits.share(in: conditions.biome)
          $0.harmonyPermille = member.traits.share(withHarmony: conditions.harmony)
          $0.growthPermille = community.vigour(of: member)
        }
      }
      $0.wonders = ecosystem.wonderRows(in: region)
    }
  }

  /// How many of a species live in a region at a time of the world; nil if it cannot live there.
  package borrowing func place(
    of species: SpeciesID, in region: RegionID, at time: WorldTime
  ) -> SpeciesPlace? {
    guard let traits = ecosystem.traits(of: species), !traits.isWonder else { return nil }
    let conditions = growingConditions(of: region, at: time)
    guard traits.share(in: conditions.biome) > 0 else { return nil }
    let settled = ecosystem.cohorts(of: species, in: region)
    return .with {
      $0.region = region.number
      $0.cohorts = settled ?? traits.beginning(in: conditions.biome).cohorts(of: species)
      $0.capacity = traits.capacity(in: conditions)
    }
  }

  private borrowing func whereabouts(
    _ query: WhereaboutsQuery, at time: WorldTime
  ) throws(Rejection) -> WhereaboutsAnswer {
    guard query.limit <= Self.placesListed else {
      throw Rejection(
        RegionsRejection.limitOutOfRange,
        "At most \(Self.placesListed) regions are listed at once.", fields: "limit")
    }
    let traits = try requireSpecies(query.species, field: "species")
    let limit = query.limit == 0 ? Self.placesListed : query.limit
    var answer = WhereaboutsAnswer()
    if let row = ecosystem.row(of: traits.species) { answer.species = row.species }
    answer.wonders = ecosystem.wonderRows(of: traits.species)
    var next = max(1, UInt64(query.from))
    while answer.places.count < Int(limit), next <= UInt64(regions.grid.count) {
      if let place = place(of: traits.species, in: RegionID(next), at: time) {
        answer.places.append(place)
      }
      next += 1
    }
    return answer
  }

  /// What lives in a region, for whoever begins to watch it; nil in a world without a clock.
  borrowing func regionLife(in region: RegionID) -> RegionLife? {
    guard ecosystem.rules != nil else { return nil }
    // The time of day says nothing about how many there are.
    let community = community(of: region, at: WorldTime(0))
    return .with {
      $0.vitality = ecosystem.vitality(of: region)
      $0.populations = community.members.map { $0.population.cohorts(of: $0.traits.species) }
      $0.wonders = ecosystem.wonderRows(in: region)
    }
  }
}
