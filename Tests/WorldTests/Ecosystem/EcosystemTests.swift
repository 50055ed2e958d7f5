import EventLog
import Projection
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct EcosystemTests {
  private static let second = WorldFixture.second
  private static let day = 24 * WorldFixture.second

  /// A small world of meadows whose clock runs an hour a second, with grass and hares, and harmony and growth that stand still.
  private func livingWorld(_ species: [Species] = [.grass(), .hare()]) throws -> WorldFixture {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock { $0.seasonDays = 1_000 })
    try fixture.runAsOperator(
      .setHarmonyRules { ($0.neglectHours, $0.influencePermille, $0.rest) = (10_000, 0, 500_000) })
    try fixture.runAsOperator(.setEcosystemRules { $0.weather = [] })
    for species in species { try fixture.runAsOperator(.defineSpecies(species)) }
    return fixture
  }

  @Test func `a species settles everywhere that suits it, and finds its measure`() throws {
    let fixture = try livingWorld()
    #expect(fixture.population(of: 1, in: 1) == SpeciesTraits(.grass()).beginning(in: .meadow))
    fixture.wait(Self.day)
    for region in 1...6 as ClosedRange<UInt64> {
      let settled = fixture.world.ecosystem.regions[RegionID(region)]?.populations.map(\.species)
      #expect(settled == [1, 2])
    }
    fixture.wait(40 * Self.day)
    #expect((650_000...1_000_000).contains(fixture.population(of: 1, in: 4).living))
    #expect((30_000...66_000).contains(fixture.population(of: 2, in: 4).living))
    #expect(fixture.world.ecosystem.vitality(of: 4) > 700)
  }

  @Test
  func
    `where nothing changes that can be seen nothing is written, and it is looked at all the same`()
    throws
  {
    let fixture = try livingWorld()
    fixture.wait(120 * Self.day)
    let before = try fixture.ecosystemEvents().count
    fixture.wait(20 * Self.day)
    #expect(try fixture.ecosystemEvents().count == before)
    #expect(fixture.nextDue != nil)

    try fixture.runAsOperator(.setHarmony(1, 0, silence: 0))
    fixture.wait(Self.day)
    let grass = fixture.population(of: 1, in: 1).living
    #expect(
      (450_000...600_000).contains(grass),
      "there is half as much room, and the quiet days are made up for by how things stand now")
  }

  @Test func `what changes slowly is written in the end`() throws {
    let fixture = try livingWorld([
      .grass {
        ($0.breedingPermille, $0.migrationPermille, $0.seedDays) = (0, 0, 10_000)
        ($0.youngDays, $0.grownDays, $0.oldDays) = (10_000, 100, 10_000)
      }
    ])
    fixture.wait(Self.day)
    let before = fixture.population(of: 1, in: 1)
    fixture.wait(60 * Self.day)
    let after = fixture.population(of: 1, in: 1)
    #expect(after.grown < before.grown * 70 / 100, "a quarter of a percent a step adds up")
  }

  @Test func `a step is one entry, six hours apart, and each region has its own minute`() throws {
    let fixture = try livingWorld()
    fixture.wait(Self.day)
    var steps: [UInt32: [Int64]] = [:]
    for event in try fixture.ecosystemEvents() {
      guard case .populationsChanged(let changed) = event else { continue }
      steps[changed.region, default: []].append(changed.worldUs / 60_000_000)
    }
    #expect(steps.count == 6 && Set(steps.values.compactMap(\.first)).count == 6)
    for minutes in steps.values {
      #expect(zip(minutes, minutes.dropFirst()).allSatisfy { ($1 - $0) % 360 == 0 && $1 > $0 })
    }
  }

  @Test func `what wanders is in both regions' counts by the same entry`() throws {
    let fixture = try livingWorld()
    fixture.wait(2 * Self.day)
    var counts: [UInt32: [UInt32: Cohorts]] = [:]
    var wandered = 0
    for event in try fixture.ecosystemEvents() {
      guard case .populationsChanged(let changed) = event else { continue }
      for migration in changed.migrations {
        let before = counts[changed.neighbour]?[migration.cohorts.species]
        guard let before else { continue }
        let now = migration.cohorts
        #expect(now.seeds + now.grown - before.seeds - before.grown == migration.moved)
        #expect(now.young == before.young && now.old == before.old)
        wandered += 1
      }
      for cohorts in changed.populations {
        counts[changed.region, default: [:]][cohorts.species] = cohorts
      }
      for migration in changed.migrations {
        counts[changed.neighbour, default: [:]][migration.cohorts.species] = migration.cohorts
      }
    }
    #expect(wandered > 10)
  }

  @Test func `what passed while the server was down is made up for in longer strides`() throws {
    let running = try livingWorld()
    let stopped = try livingWorld()
    running.wait(60 * Self.day)
    stopped.sleep(60 * Self.day)
    let before = stopped.entries.count
    stopped.catchUp()
    #expect(stopped.entries.count - before < 6 * 100)
    for region in 1...6 as ClosedRange<UInt64> {
      for species in [1, 2] as [UInt32] {
        let one = running.population(of: species, in: RegionID(region)).living
        let other = stopped.population(of: species, in: RegionID(region)).living
        #expect(
          abs(one - other) < one / 8, "step by step or in strides, it comes to nearly the same")
      }
    }
  }

  @Test func `a world that is loaded anew goes on to the same`() throws {
    let fixture = try livingWorld()
    fixture.wait(Self.day * 20)
    let before = try fixture.world.rows()
    fixture.world = try fixture.world.loadedAnew()
    #expect(try fixture.world.rows() == before)
    fixture.catchUp()
    fixture.wait(Self.day * 20)
    #expect(fixture.population(of: 1, in: 3).living > 500_000)
  }

  @Test func `an empty region is settled from its neighbours`() throws {
    let fixture = try livingWorld()
    fixture.wait(40 * Self.day)
    var emptied = PopulationsChanged()
    emptied.region = 2
    emptied.populations = [Population().cohorts(of: 1), Population().cohorts(of: 2)]
    let time = try #require(fixture.worldTime)
    (emptied.worldUs, emptied.nextUs) = (
      time.microseconds, time.adding(WorldTime.hour).microseconds
    )
    fixture.commit(
      [.with { $0.ecosystem.populationsChanged = emptied }], actor: .scheduler, commandID: .none)
    #expect(fixture.population(of: 1, in: 2) == Population())
    fixture.wait(150 * Self.day)
    #expect(fixture.population(of: 1, in: 2).living > 700_000)
    #expect(fixture.population(of: 2, in: 2).living > 20_000)
  }
}
