import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct CommunityTests {
  private func community(
    _ species: [Species], _ populations: [Population?], harmony: Int64 = 500_000,
    growth: Int64 = 1_000, biome: Biome = .meadow, rules: EcosystemRules = .standard
  ) -> Community {
    var community = Community(
      GrowingConditions(biome: biome, harmony: harmony, growth: growth), by: rules)
    for (species, population) in zip(species, populations) {
      community.add(SpeciesTraits(species), population)
    }
    return community
  }

  private func living(_ community: Community) -> [Int64] {
    community.members.map { $0.population.living / 1_000 }
  }

  @Test func `grass alone grows to what there is room for, and no further`() {
    var meadow = community([.grass()], [Population(seeds: 20_000)])
    for _ in 0..<400 { meadow.step() }
    #expect((850...1_050).contains(living(meadow)[0]))
    #expect((850...1_000).contains(meadow.vitality))
    let settled = meadow.members[0].population
    for _ in 0..<400 { meadow.step() }
    #expect(!meadow.members[0].population.isSeenToDiffer(from: settled, grain: 20))
  }

  @Test func `landscape, harmony and season say how much there is`() {
    func grass(_ biome: Biome, harmony: Int64, growth: Int64) -> Int64 {
      var here = community([.grass()], [nil], harmony: harmony, growth: growth, biome: biome)
      for _ in 0..<400 { here.step() }
      return living(here)[0]
    }
    let meadow = grass(.meadow, harmony: 500_000, growth: 1_000)
    #expect(grass(.forest, harmony: 500_000, growth: 1_000) < meadow * 6 / 10)
    #expect(grass(.meadow, harmony: 1_000_000, growth: 1_000) > meadow * 14 / 10)
    #expect(grass(.meadow, harmony: 0, growth: 1_000) < meadow * 6 / 10)
    #expect(grass(.meadow, harmony: 500_000, growth: 400) < meadow * 97 / 100)
    #expect(community([.grass()], [nil], biome: .shore).members.isEmpty)
  }

  @Test func `hares live on grass, starve without, and are hunted down to those that hide`() {
    var fed = community([.grass(), .hare()], [nil, nil])
    for _ in 0..<600 { fed.step() }
    #expect(living(fed)[1] > 40)

    var starving = community([.grass(), .hare()], [Population(), nil])
    for _ in 0..<200 { starving.step() }
    #expect(living(starving)[1] == 0)

    let fox = Species.hare(3, eating: [2]) {
      ($0.speciesClass, $0.name, $0.capacity) = (.predator, "Fox", 20)
    }
    var hunted = community([.grass(), .hare(), fox], [nil, nil, nil])
    for _ in 0..<600 { hunted.step() }
    #expect((12...30).contains(living(hunted)[1]), "a quarter of sixty hide")
    #expect(living(hunted)[2] > 0)
  }

  @Test func `seeds that sleep bring back what is gone from sight`() {
    var gone = community([.grass()], [Population(seeds: 20_000)])
    gone.step()
    #expect(gone.members[0].population.seeds == 20_000, "those that sleep stay")
    for _ in 0..<120 { gone.step() }
    #expect(living(gone)[0] > 500)
    var dead = community([.grass()], [Population()])
    for _ in 0..<120 { dead.step() }
    #expect(living(dead)[0] == 0, "nothing comes of nothing")
  }

  @Test func `those that wander leave here as many as arrive there`() {
    let species = [Species.grass(), .hare()]
    var here = community(species, [nil, nil])
    var there = community(species, [Population(seeds: 300), Population(grown: 77)])
    for index in 0..<2 {
      let before = (here.members[index].population, there.members[index].population)
      let moved = here.wander(index, into: &there)
      let after = (here.members[index].population, there.members[index].population)
      #expect(moved > 0)
      #expect(before.0.living + before.1.living == after.0.living + after.1.living)
      #expect(before.0.seeds + before.1.seeds == after.0.seeds + after.1.seeds)
      let left =
        before.0.living + before.0.seeds - after.0.living - after.0.seeds
      #expect(left == moved)
    }
  }

  @Test func `nobody wanders to where it is more crowded, or to where it cannot live`() {
    let species = [Species.grass(), .hare()]
    var sparse = community(species, [Population(grown: 5_000), Population(grown: 5_000)])
    var dense = community(species, [nil, nil])
    var shore = community(species, [nil, nil], biome: .shore)
    let before = dense.members.map(\.population)
    for index in 0..<2 {
      #expect(sparse.wander(index, into: &dense) == 0)
      #expect(sparse.wander(index, into: &shore) == 0)
    }
    #expect(dense.members.map(\.population) == before)
  }

  @Test(arguments: [Int64.min, -1, 0, 1, 1_000_000, .max])
  func `nothing overflows or leaves its range, whatever the numbers are`(number: Int64) {
    let rules = EcosystemRules.with {
      ($0.stepHours, $0.dormantPermille, $0.refugePermille) = (number, number, number)
      ($0.findingPermille, $0.starvationPermille) = (number, number)
      $0.crowdingPermille = number
    }.bounded
    func absurd(_ species: inout Species) {
      (species.capacity, species.seedDays, species.youngDays) = (number, number, number)
      (species.grownDays, species.oldDays, species.breedingPermille) = (number, number, number)
      (species.appetitePermille, species.harmonyPermille) = (number, number)
      species.migrationPermille = number
      species.biomes = [.of(.meadow, number), .of(.peak, 1), .of(.UNRECOGNIZED(77), 5)]
    }
    let species = [Species.grass(1, absurd), .hare(2, eating: [1, 1, 9], absurd)]
    let most = Population(seeds: .max, young: .max, grown: .max, old: .max)
    for harmony in [0, 1_000_000] as [Int64] {
      var here = community(species, [most, most], harmony: harmony, growth: 2_000, rules: rules)
      var there = community(species, [nil, most], harmony: harmony, rules: rules)
      for _ in 0..<10 {
        here.step()
        for index in here.members.indices { _ = here.wander(index, into: &there) }
      }
      for member in here.members + there.members {
        let population = member.population
        #expect(Population(population.cohorts(of: 1)) == population)
      }
      #expect((0...1_000).contains(here.vitality))
    }
  }
}
