import EventLog
import Schema
import SwiftProtobuf
import World

extension Sight {
  /// What lives in a region and why so much of it, or how full of life all regions are.
  mutating func addEcosystem(
    in region: RegionID?, of world: borrowing World, at now: Timestamp
  ) throws {
    guard let time = world.worldClock.time(at: now) else {
      try add("ecosystem", [RegionLifeAnswer]())
      return add("This world has no clock, and nothing lives by itself", [])
    }
    if let region { return try addLife(in: region, of: world, at: time) }
    var rows: [RegionLifeAnswer] = []
    var cells: [[String]] = []
    for number in 1...UInt64(max(1, world.regions.grid.count)) {
      let life = world.life(in: RegionID(number), at: time)
      rows.append(life)
      cells.append([
        world.label(RegionID(number)), life.biome.name, "vitality", Figures.count(life.vitality),
        life.summary(naming: { world.ecosystem.name(of: $0) }),
      ])
    }
    try add("ecosystem", rows)
    add("Life, of 1,000", TextTable.lines(cells, leftAligned: [0, 1, 2, 4]))
  }

  private mutating func addLife(
    in region: RegionID, of world: borrowing World, at time: WorldTime
  ) throws {
    let life = world.life(in: region, at: time)
    try add("ecosystem", [life])
    var cells = [
      ["", "living", "of", "young", "grown", "old", "seeds", "land", "harmony", "growth"]
    ]
    for population in life.populations {
      let cohorts = population.cohorts
      cells.append([
        world.ecosystem.name(of: SpeciesID(cohorts.species)),
        Population(cohorts).living.asCount, population.capacity.asCount, cohorts.young.asCount,
        cohorts.grown.asCount, cohorts.old.asCount, cohorts.seeds.asCount,
        population.biomePermille.asShare, population.harmonyPermille.asShare,
        population.growthPermille.asShare,
      ])
    }
    add(
      "\(world.label(region)), \(life.biome.name), vitality \(Figures.count(life.vitality)) of 1,000",
      TextTable.lines(cells, leftAligned: [0]))
    add(
      Figures.count(life.wonders.count, "wonder", "wonders"),
      life.wonders.map { $0.text(naming: { world.ecosystem.name(of: $0) }) })
  }

  /// Where a species lives.
  mutating func addSpecies(
    _ species: SpeciesID, of world: borrowing World, at now: Timestamp
  ) throws {
    try add("species", world.ecosystem.row(of: species))
    guard let row = world.ecosystem.row(of: species), !row.retired,
      let time = world.worldClock.time(at: now)
    else {
      return add("\(world.ecosystem.name(of: species)) is not in the world any more", [])
    }
    var places: [SpeciesPlace] = []
    var cells: [[String]] = []
    for number in 1...UInt64(max(1, world.regions.grid.count)) {
      guard let place = world.place(of: species, in: RegionID(number), at: time) else { continue }
      places.append(place)
      cells.append([
        world.label(RegionID(number)), Population(place.cohorts).living.asCount, "of",
        place.capacity.asCount, "seeds", place.cohorts.seeds.asCount,
      ])
    }
    try add("places", places)
    let wonders = world.ecosystem.wonderRows(of: species)
    try add("wonders", wonders)
    add(
      "\(row.species.name) (species \(species)): \(row.species.description_p)",
      TextTable.lines(cells, leftAligned: [0, 2, 4])
        + wonders.map {
          "\(world.label(RegionID($0.region))): \($0.text(naming: { world.ecosystem.name(of: $0) }))"
        })
  }
}

extension World {
  /// The species of a number, or of a name in any case.
  borrowing func species(called text: String, at position: Position) throws(Failure) -> SpeciesID {
    let wanted = text.lowercased()
    for row in ecosystem.speciesRows()
    where text == String(row.species.species) || row.species.name.lowercased() == wanted {
      return SpeciesID(row.species.species)
    }
    throw Failure(
      .noData,
      """
      there is no species '\(text)' at position \(position). \
      'finalverse replay --kind SpeciesDefined' lists them.
      """)
  }
}

extension RegionLifeAnswer {
  /// The three species of which there are most, for people.
  fileprivate func summary(naming name: (SpeciesID) -> String) -> String {
    let most = populations.map(\.cohorts)
      .sorted { Population($0).living > Population($1).living }
      .prefix(3)
    return most.map { "\(Population($0).living.asCount) \(name(SpeciesID($0.species)))" }
      .joined(separator: ", ")
  }
}

extension WonderRow {
  fileprivate func text(naming species: (SpeciesID) -> String) -> String {
    "wonder \(wonder), \(species(SpeciesID(self.species)))"
      + (name.isEmpty ? "" : " “\(name)”") + ", since \(WorldTime(worldUs).text)"
  }
}

extension Biome {
  /// For people.
  var name: String {
    switch self {
    case .shore: "shore"
    case .wetland: "wetland"
    case .meadow: "meadow"
    case .forest: "forest"
    case .highland: "highland"
    case .peak: "peak"
    case .unspecified, .UNRECOGNIZED: "open land"
    }
  }
}

extension Int64 {
  /// Thousandths of one living thing, for people: whole ones.
  var asCount: String { Figures.count(self / 1_000) }

  /// Thousandths, for people: `60 %`.
  fileprivate var asShare: String { "\(Figures.count(self / 10)) %" }
}
