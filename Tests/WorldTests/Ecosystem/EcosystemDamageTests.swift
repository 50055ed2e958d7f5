import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What a damaged log may bring: events of the ecosystem that no decision would have made.
///
/// Folding them, deciding on what comes of it, answering and checking may find fault, but never trap.
@Suite struct EcosystemDamageTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `no event is too absurd to be folded`(seed: UInt64) throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.startClock())
    fixture.isChecking = false
    var damage = EcosystemDamage(draw: Draw(seed: seed))
    for step in 0..<2_000 {
      fixture.commit([damage.event()], actor: .operator, commandID: .none)
      if step % 5 == 0 { poke(fixture, ann, &damage) }
    }
    _ = fixture.world.violations()
    let original = try fixture.world.rows()
    var loaded = try fixture.world.loadedAnew()
    #expect(try loaded.rows() == original)
  }

  /// Decides and asks all there is, whatever comes of it.
  private func poke(_ fixture: WorldFixture, _ ann: PlayerID, _ damage: inout EcosystemDamage) {
    fixture.sleep(damage.draw.number(0...100_000_000))
    let species = damage.species()
    var decision = Decision()
    if let job = fixture.world.scheduler.next(dueBy: fixture.now) {
      try? fixture.world.decide(.fire(job), fixture.context(.scheduler), &decision)
    }
    for region in 1...6 as ClosedRange<UInt64> {
      let job = JobRow.with {
        ($0.kind, $0.subject, $0.worldDueUs) = (.ecosystemStep, region, damage.amount())
      }
      decision.clear()
      try? fixture.world.decide(.fire(job), fixture.context(.scheduler), &decision)
    }
    for command in [Command.harvest(species, 1), .plant(species, 2), .harvest(species, 50)] {
      decision.clear()
      let requester = Requester(actor: ann.actor, role: .player)
      try? fixture.world.decide(command, fixture.context(requester), &decision)
    }
    _ = try? fixture.ask(.with { $0.ecosystem.region.region = 2 }, by: ann)
    _ = try? fixture.ask(.with { $0.ecosystem.whereabouts.species = species }, by: ann)
    _ = fixture.world.regionState(of: 3)
    _ = fixture.world.ecosystem.vitality(of: 4)
  }
}

/// Draws events without sense.
private struct EcosystemDamage {
  var draw: Draw

  mutating func event() -> Event {
    .with { $0.ecosystem.event = ecosystem() }
  }

  mutating func species() -> UInt32 { UInt32(draw.number(0...12)) }

  mutating func amount() -> Int64 {
    draw.once(in: 2) ? draw.absurdity() : draw.number(0...2_000_000)
  }

  private mutating func region() -> UInt32 {
    draw.once(in: 10) ? UInt32(truncatingIfNeeded: draw.absurdity()) : UInt32(draw.number(1...6))
  }

  private mutating func cohorts() -> Cohorts {
    .with {
      $0.species = species()
      ($0.seeds, $0.young, $0.grown, $0.old) = (amount(), amount(), amount(), amount())
    }
  }

  private mutating func anySpecies() -> Species {
    .with {
      $0.species = species()
      $0.name = "Name \(species())"
      $0.speciesClass = SpeciesClass(rawValue: Int(draw.number(0...6))) ?? .plant
      ($0.capacity, $0.seedDays, $0.youngDays) = (amount(), amount(), amount())
      ($0.grownDays, $0.oldDays, $0.breedingPermille) = (amount(), amount(), amount())
      ($0.appetitePermille, $0.harmonyPermille) = (amount(), amount())
      ($0.migrationPermille, $0.yieldQuantity, $0.plantedSeeds) = (amount(), amount(), amount())
      $0.yieldKind = draw.once(in: 2) ? Kind.reed : region()
      $0.eats = [species(), species(), species()]
      $0.biomes = [.of(.meadow, amount()), .of(Biome(rawValue: Int(species())) ?? .peak, amount())]
    }
  }

  private mutating func ecosystem() -> EcosystemEvent.OneOf_Event {
    switch draw.number(0...9) {
    case 0:
      return .ecosystemRulesSet(
        .with {
          ($0.rules.stepHours, $0.rules.grainPermille) = (amount(), amount())
          ($0.rules.springPermille, $0.rules.dormantPermille) = (amount(), amount())
          ($0.rules.refugePermille, $0.rules.findingPermille) = (amount(), amount())
          ($0.rules.starvationPermille, $0.rules.crowdingPermille) = (amount(), amount())
          $0.rules.harvestMax = amount()
          ($0.regions, $0.worldUs) = (UInt32(species()), amount())
        })
    case 1...2: return .speciesDefined(.with { $0.species = anySpecies() })
    case 3: return .speciesRetired(.with { $0.species = species() })
    case 4: return .speciesHarvested(.with { ($0.region, $0.cohorts) = (region(), cohorts()) })
    case 5: return .speciesPlanted(.with { ($0.region, $0.cohorts) = (region(), cohorts()) })
    case 6: return .wonderNamed(.with { $0.wonder = UInt64(species()) })
    case 7: return .wonderGone(.with { $0.wonder = UInt64(species()) })
    case 8:
      return .wonderAppeared(
        .with {
          $0.wonder = UInt64(draw.number(0...200))
          ($0.species, $0.region, $0.worldUs) = (species(), region(), amount())
        })
    default:
      return .populationsChanged(
        .with {
          ($0.region, $0.neighbour) = (region(), region())
          $0.populations = [cohorts(), cohorts()]
          $0.migrations = [.with { ($0.moved, $0.cohorts) = (amount(), cohorts()) }]
          ($0.vitality, $0.worldUs, $0.nextUs) = (amount(), amount(), amount())
        })
    }
  }
}
