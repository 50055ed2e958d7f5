import EventLog
import Foundation
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What the species of the built-in world come to over years, by its rules: nothing explodes and nothing dies out, and the
/// table and the picture in docs/living-world.md are what comes out.
@Suite struct EcosystemYearsTests {
  private static let day = 24 * WorldFixture.second
  /// The regions of the built-in world that are taken: one of each landscape.
  private static let regions = [0, 2, 6, 12, 14, 18]
  /// A season has fourteen days.
  private static let seasons = 12

  /// How many of each species live, in all six regions, from the beginning on, day by day.
  private static let years: Result<(days: [[Int64]], steps: Int), any Error> = Result {
    let fixture = try world()
    var days = [species.map { living(of: $0, in: fixture) }]
    for _ in 0..<seasons * 14 {
      fixture.wait(day)
      days.append(species.map { living(of: $0, in: fixture) })
    }
    #expect(fixture.world.violations() == [])
    let steps = try fixture.ecosystemEvents().count { event in
      if case .populationsChanged = event { true } else { false }
    }
    return (days, steps)
  }

  private static var species: [Species] {
    WorldFile.standard.species.filter { $0.speciesClass != .wonder }
  }

  /// Six regions, one of each landscape, whose harmony goes to where it rests and stays there.
  private static func world() throws -> WorldFixture {
    var file = WorldFile.standard
    (file.columns, file.rows) = (3, 2)
    file.regions = regions.map { file.regions[$0] }
    file.echoes = []
    file.clock.speedPermille = 3_600_000
    file.clock.startUs = 0
    file.harmony.neglectHours = 10_000
    let fixture = try WorldFixture(file)
    fixture.isChecking = false
    return fixture
  }

  private static func living(of species: Species, in fixture: WorldFixture) -> Int64 {
    (1...6 as ClosedRange<UInt64>).reduce(0) {
      $0 + fixture.population(of: species.species, in: RegionID($1)).living
    }
  }

  @Test func `over three years nothing explodes and nothing dies out`() throws {
    let (days, _) = try Self.years.get()
    for (index, species) in Self.species.enumerated() {
      let biomes = Self.regions.map { WorldFile.standard.regions[$0].biome }
      let traits = SpeciesTraits(species)
      let room = biomes.reduce(Int64(0)) { $0 + traits.room(in: $1) }
      let counts = days.map { $0[index] }
      #expect(counts.allSatisfy { $0 > room / 20 }, "\(species.name) nearly died out")
      #expect(counts.allSatisfy { $0 < room * 13 / 10 }, "\(species.name) is everywhere")
      // The third year is as the second was: it neither grows nor dwindles from year to year.
      let (second, third) = (counts[56...111].reduce(0, +), counts[112...167].reduce(0, +))
      #expect(abs(third - second) < second / 4, "\(species.name): \(second), \(third)")
    }
  }

  @Test func `in years of a settled world every other step is written at most`() throws {
    let (days, steps) = try Self.years.get()
    #expect(steps < days.count * 4 * 6 / 2)
    #expect(steps > 500)
  }

  @Test func `hares that were hunted to the last come back within five seasons`() throws {
    let fixture = try Self.world()
    fixture.wait(28 * Self.day)
    let before = fixture.population(of: 7, in: 3).living
    var hunted = PopulationsChanged()
    hunted.region = 3
    hunted.populations = [Population(seeds: 500).cohorts(of: 7)]
    let time = try #require(fixture.worldTime)
    (hunted.worldUs, hunted.nextUs) = (time.microseconds, time.adding(WorldTime.hour).microseconds)
    fixture.commit(
      [.with { $0.ecosystem.populationsChanged = hunted }], actor: .scheduler, commandID: .none)
    fixture.wait(3 * Self.day)
    #expect(fixture.population(of: 7, in: 3).living < before / 4)
    fixture.wait(63 * Self.day)
    #expect(fixture.population(of: 7, in: 3).living > before / 2)
  }

  // MARK: The page

  private static var docs: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs").standardized
  }

  @Test func `the page shows what becomes of each species`() throws {
    let (days, _) = try Self.years.get()
    let text = try String(
      contentsOf: Self.docs.appendingPathComponent("living-world.md"), encoding: .utf8)
    let years = ["day 0", "day 14", "day 28", "day 56", "day 84", "day 112", "day 140", "day 168"]
    for (index, species) in Self.species.enumerated() {
      let cells = years.map { day in
        String(days[Int(day.dropFirst(4)) ?? 0][index] / 1_000)
      }
      let line = "| \(species.name) | \(cells.joined(separator: " | ")) |"
      #expect(text.contains(line), "\(line)")
    }
  }

  @Test func `the picture shows the same`() throws {
    let (days, _) = try Self.years.get()
    let picture = EcosystemPicture(days: days, names: Self.species.map(\.name)).svg
    let file = Self.docs.appendingPathComponent("pictures/ecosystem.svg")
    if ProcessInfo.processInfo.environment["UPDATE_PICTURES"] != nil {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(picture.utf8).write(to: file)
    }
    #expect(
      try String(contentsOf: file, encoding: .utf8) == picture,
      "UPDATE_PICTURES=1 in the environment of this test draws it anew")
  }
}
