import Projection
import Schema

extension Ecosystem {
  /// Adds what is wrong with what lives.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    if rules != nil, world.worldClock.row == nil { claims.append("there is life without a clock") }
    addSpeciesClaims(to: &claims, in: world)
    regions.forEachInOrder { region, row in
      if RegionID(row.region) != region {
        claims.append("region \(region) says it is \(row.region)")
      }
      if !world.regions.grid.contains(region) {
        claims.append("region \(region) is outside the grid")
      }
      if !(0...1_000).contains(row.vitality) {
        claims.append("region \(region) has a vitality of \(row.vitality)")
      }
      let numbers = row.populations.map(\.species)
      if zip(numbers, numbers.dropFirst()).contains(where: >=) {
        claims.append("the species of region \(region) are out of order")
      }
      for cohorts in row.populations {
        let number = SpeciesID(cohorts.species)
        if traits(of: number)?.isWonder ?? true {
          claims.append("species \(number) lives in region \(region), and is not counted")
        }
        if Population(cohorts).cohorts(of: number) != cohorts {
          claims.append("species \(number) in region \(region) is out of range")
        }
      }
    }
    addWonderClaims(to: &claims, in: world)
    found += claims.map { Violation(system: Self.name, $0) }
  }

  private borrowing func addSpeciesClaims(
    to claims: inout [String], in world: borrowing World
  ) {
    var speciesOfName: [String: SpeciesID] = [:]
    var count = 0
    species.forEachInOrder { number, row in
      if SpeciesID(row.species.species) != number {
        claims.append("species \(number) says it is \(row.species.species)")
      }
      guard !row.retired else { return }
      count += 1
      if let other = speciesOfName.updateValue(number, forKey: row.species.name.lowercased()) {
        claims.append("species \(other) and \(number) have the same name")
      }
      let kind = ItemKindID(row.species.yieldKind)
      if kind.rawValue != 0, world.inventories.kind(kind) == nil {
        claims.append("species \(number) yields item kind \(kind), which is not defined")
      }
    }
    if count > Self.speciesMax { claims.append("there are \(count) species") }
    if count != traits.count {
      claims.append("\(traits.count) species count, and there are \(count)")
    }
  }

  private borrowing func addWonderClaims(
    to claims: inout [String], in world: borrowing World
  ) {
    var count = 0
    wonders.forEachInOrder { wonder, row in
      count += 1
      if WonderID(row.wonder) != wonder {
        claims.append("wonder \(wonder) says it is \(row.wonder)")
      }
      let species = SpeciesID(row.species)
      if traits(of: species)?.isWonder != true {
        claims.append("wonder \(wonder) is of species \(species), which is none of wonders")
      }
      if !world.regions.grid.contains(RegionID(row.region)) {
        claims.append("wonder \(wonder) is in region \(row.region), which is outside the grid")
      }
      if !wondersIn.members(of: RegionID(row.region)).contains(wonder)
        || !wondersOf.members(of: species).contains(wonder)
      {
        claims.append("wonder \(wonder) is not among those of its region and species")
      }
    }
    if wondersIn.count != count || wondersOf.count != count {
      claims.append("there are \(count) wonders, and others are listed")
    }
  }
}
