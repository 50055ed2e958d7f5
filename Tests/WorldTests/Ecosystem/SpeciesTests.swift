import Projection
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct SpeciesTests {
  private static let day = 24 * WorldFixture.second

  private func livingWorld(_ species: [Species]) throws -> WorldFixture {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock())
    for species in species { try fixture.runAsOperator(.defineSpecies(species)) }
    return fixture
  }

  static let faults: [(String, @Sendable (inout Species) -> Void)] = [
    ("species", { $0.species = 0 }), ("name", { $0.name = "" }), ("name", { $0.name = " x" }),
    ("description", { $0.description_p = String(repeating: "x", count: 501) }),
    ("species_class", { $0.speciesClass = .UNRECOGNIZED(9) }),
    ("species_class", { $0.speciesClass = .unspecified }),
    ("capacity", { $0.capacity = 0 }), ("capacity", { $0.capacity = 1_000_001 }),
    ("seed_days", { $0.seedDays = 0 }), ("young_days", { $0.youngDays = .max }),
    ("grown_days", { $0.grownDays = -1 }), ("old_days", { $0.oldDays = 10_001 }),
    ("breeding_permille", { $0.breedingPermille = 100_001 }),
    ("appetite_permille", { $0.appetitePermille = -1 }),
    ("harmony_permille", { $0.harmonyPermille = 1_001 }),
    ("migration_permille", { $0.migrationPermille = 501 }),
    ("eats", { $0.eats = [1] }),
    ("eats", { ($0.speciesClass, $0.plantedSeeds) = (.grazer, 0) }),
    ("eats", { ($0.speciesClass, $0.plantedSeeds, $0.eats) = (.grazer, 0, [7]) }),
    ("biomes", { $0.biomes = [] }),
    ("biomes", { $0.biomes = [.of(.meadow, 1), .of(.meadow, 2)] }),
    ("biomes", { $0.biomes = [.of(.unspecified, 1)] }),
    ("biomes", { $0.biomes = [.of(.UNRECOGNIZED(7), 1)] }),
    ("biomes", { $0.biomes = [.of(.meadow, 0)] }),
    ("yield_kind", { $0.yieldKind = Kind.drum }), ("yield_kind", { $0.yieldKind = 77 }),
    ("yield_quantity", { $0.yieldQuantity = 0 }), ("planted_seeds", { $0.plantedSeeds = 1_001 }),
    ("capacity", { ($0.speciesClass, $0.capacity) = (.wonder, 101) }),
  ]

  @Test(arguments: faults.indices)
  func `a species that cannot be is refused, and the field is named`(index: Int) throws {
    let (field, body) = Self.faults[index]
    let fixture = try livingWorld([.grass()])
    expectRejection(
      EcosystemRejection.invalidSpecies, field: "define_species.species.\(field)"
    ) {
      try fixture.runAsOperator(.defineSpecies(.grass(7, body)))
    }
  }

  @Test func `numbers and names are used once, and prey has to exist`() throws {
    let fixture = try livingWorld([.grass()])
    expectRejection(EcosystemRejection.speciesTaken, field: "define_species.species.species") {
      try fixture.runAsOperator(.defineSpecies(.grass { $0.name = "Other" }))
    }
    expectRejection(EcosystemRejection.speciesNameTaken, field: "define_species.species.name") {
      try fixture.runAsOperator(.defineSpecies(.grass(2) { $0.name = "GRASS 1" }))
    }
    expectRejection(EcosystemRejection.noSuchSpecies, field: "define_species.species.eats") {
      try fixture.runAsOperator(.defineSpecies(.hare(eating: [8])))
    }
    for number in 2...24 as ClosedRange<UInt32> {
      try fixture.runAsOperator(.defineSpecies(.grass(number)))
    }
    expectRejection(EcosystemRejection.tooManySpecies, field: "define_species.species.species") {
      try fixture.runAsOperator(.defineSpecies(.grass(25)))
    }
  }

  @Test func `a species that is retired is gone everywhere, and its number with it`() throws {
    let fixture = try livingWorld([.grass(), .hare(), .phoenix()])
    fixture.wait(3 * Self.day)
    #expect(!fixture.world.ecosystem.wonderRows(of: 3).isEmpty)
    for species in [1, 3] as [UInt32] { try fixture.runAsOperator(.retireSpecies(species)) }
    #expect(fixture.wonders.isEmpty)
    #expect(fixture.world.ecosystem.regions[2]?.populations.map(\.species) == [2])
    expectRejection(EcosystemRejection.noSuchSpecies, field: "retire_species.species") {
      try fixture.runAsOperator(.retireSpecies(1))
    }
    expectRejection(EcosystemRejection.speciesTaken) {
      try fixture.runAsOperator(.defineSpecies(.grass()))
    }
    try fixture.runAsOperator(.defineSpecies(.grass(4) { $0.name = "Grass 1" }))
    fixture.wait(80 * Self.day)
    #expect(fixture.population(of: 2, in: 1).living < 1_000, "the hares starved")
  }

  @Test func `a wonder appears once, may be named, and goes when its time is over`() throws {
    let fixture = try livingWorld([.phoenix()])
    fixture.wait(Self.day)
    let wonder = try #require(fixture.world.ecosystem.wonderRows(of: 3).first)
    #expect(fixture.wonders.count == 1, "one at a time in all the world")
    try fixture.runAsOperator(.nameWonder(wonder.wonder, "Ember"))
    #expect(fixture.wonders.map(\.name) == ["Ember"])
    #expect(fixture.world.regionState(of: RegionID(wonder.region)).life.wonders.count == 1)
    expectRejection(EcosystemRejection.invalidWonderName, field: "name_wonder.name") {
      try fixture.runAsOperator(.nameWonder(wonder.wonder, ""))
    }
    fixture.wait(6 * Self.day)
    let gone = try fixture.ecosystemEvents().compactMap { event in
      if case .wonderGone(let gone) = event { gone } else { nil }
    }
    #expect(gone.first?.wonder == wonder.wonder && gone.first?.name == "Ember")
    expectRejection(EcosystemRejection.noSuchWonder, field: "name_wonder.wonder") {
      try fixture.runAsOperator(.nameWonder(wonder.wonder, "Ash"))
    }
  }

  @Test func `a wonder leaves a region that lost its harmony, and none comes there`() throws {
    let fixture = try livingWorld([.phoenix { $0.grownDays = 1_000 }])
    fixture.wait(Self.day)
    try #require(fixture.wonders.count == 1)
    try fixture.runAsOperator(
      .setHarmonyRules { ($0.settlingPermille, $0.influencePermille) = (0, 0) })
    for region in 1...6 as ClosedRange<UInt32> {
      try fixture.runAsOperator(.setHarmony(region, 100_000, silence: 0))
    }
    fixture.wait(30 * Self.day)
    #expect(fixture.wonders.isEmpty)
  }

  @Test func `the rules are changed, or refused`() throws {
    let fixture = try livingWorld([.grass()])
    try fixture.runAsOperator(.setEcosystemRules { $0.stepHours = 1 })
    #expect(fixture.world.ecosystem.rules?.stepHours == 1)
    let faults: [(String, (inout EcosystemRules) -> Void)] = [
      ("step_hours", { $0.stepHours = 0 }), ("step_hours", { $0.stepHours = 25 }),
      ("grain_permille", { $0.grainPermille = 501 }),
      ("winter_permille", { $0.winterPermille = -1 }),
      ("dormant_permille", { $0.dormantPermille = .max }), ("harvest_max", { $0.harvestMax = 0 }),
    ]
    for (field, body) in faults {
      expectRejection(
        EcosystemRejection.invalidEcosystemRules, field: "set_ecosystem_rules.rules.\(field)"
      ) { try fixture.runAsOperator(.setEcosystemRules(body)) }
    }
  }

  @Test func `whoever asks is told what lives where, and why so much of it`() throws {
    let fixture = try livingWorld([.grass(), .hare(), .phoenix()])
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.setHarmony(2, 1_000_000, silence: 0))
    let life = try fixture.ask(.with { $0.ecosystem.region.region = 2 }, by: ann).ecosystem.region
    #expect(life.populations.map(\.cohorts.species) == [1, 2])
    #expect(life.populations.map(\.capacity) == [1_500_000, 60_000])
    #expect(life.populations.map(\.harmonyPermille) == [1_500, 1_000])
    #expect(life.populations.map(\.biomePermille) == [1_000, 1_000])
    #expect(
      life.populations.map(\.growthPermille) == [1_200, 733],
      "in spring, and with grass for three quarters of their hunger")
    #expect(life.biome == .meadow && life.harmony == 1_000_000)
    let whereabouts = try fixture.ask(
      .with { ($0.ecosystem.whereabouts.species, $0.ecosystem.whereabouts.from) = (2, 5) }, by: ann
    ).ecosystem.whereabouts
    #expect(whereabouts.places.map(\.region) == [5, 6] && whereabouts.species.name == "Hare 2")
    expectRejection(RegionsRejection.limitOutOfRange, field: "limit") {
      _ = try fixture.ask(.with { $0.ecosystem.whereabouts.limit = 1_001 }, by: ann)
    }
    let species = try fixture.ask(
      .with { $0.ecosystem.species = SpeciesListQuery() }, by: ann
    ).ecosystem.species
    #expect(species.species.map(\.species.species) == [1, 2, 3])
  }

  @Test func `a world file's species are checked, and each fault has its place`() throws {
    var file = WorldFile.small
    file.clock = .standard
    file.species = [.grass(), .hare()]
    _ = try Founding.entries(for: file, seed: 1)
    let faults: [(String, (inout WorldFile) -> Void)] = [
      ("species[1].eats", { $0.species[1].eats = [7] }),
      ("species[1].species", { $0.species[0].species = 2 }),
      ("species[1].name", { $0.species[1].name = "grass 1" }),
      ("species[0].yieldKind", { $0.species[0].yieldKind = 99 }),
      ("species[0].seedDays", { $0.species[0].seedDays = 0 }),
      ("species", { $0.species = (1...25).map { .grass($0) } }),
      ("species", { $0.clearClock() }),
      (
        "ecosystem",
        {
          ($0.species, $0.ecosystem) = ([], .standard)
          $0.clearClock()
        }
      ),
      ("ecosystem.stepHours", { $0.ecosystem = EcosystemRules() }),
      ("regions[2].biome", { $0.regions[2].biome = .UNRECOGNIZED(9) }),
    ]
    for (path, body) in faults {
      var broken = file
      body(&broken)
      let fault = #expect(throws: FoundingFault.self) {
        _ = try Founding.entries(for: broken, seed: 1)
      }
      #expect(fault?.path == path)
    }
  }
}
