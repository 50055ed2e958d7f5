import EventLog
import Projection
import Schema
import SwiftProtobuf

extension World {
  /// How many steps in which nothing was to be seen count together at most, so that what changes slowly is seen in the end.
  private static var quietStepsMax: Int64 { 16 }

  /// What lives in a region, and by which conditions.
  borrowing func community(of region: RegionID, at time: WorldTime) -> Community {
    var community = Community(
      growingConditions(of: region, at: time), by: ecosystem.rules ?? .standard)
    let settled = ecosystem.regions[region] ?? RegionLifeRow()
    for traits in ecosystem.traits {
      let index = settled.index(of: traits.species.number)
      community.add(traits, index.map { Population(settled.populations[$0]) })
    }
    return community
  }

  /// Lets life in a region go on by the steps that are due, or puts the job off to the step that follows.
  ///
  /// What wanders goes to one of the neighbours, whose turn it is by the hour. For the scheduler.
  ///
  /// - Throws: `no_clock`.
  borrowing func decideEcosystemStep(
    of region: RegionID, due: WorldTime, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let now = try requireTime(context)
    let period = (ecosystem.rules ?? .standard).period
    let filed = scheduler.filed(.ecosystemStep, region.rawValue) ?? due
    let quiet = min(Hourly.turns(from: filed, until: due, every: period) - 1, Self.quietStepsMax)
    let missed = Hourly.stride(of: Hourly.turns(from: due, until: now, every: period))
    let last = due.adding(period * (missed - 1))

    let change = change(of: region, at: due, last, steps: max(0, quiet) + missed)
    if change.isSeen { decision.ecosystem(.populationsChanged(change.event(next: period))) }
    decideWonders(in: region, at: last, steps: missed, context, &decision)
    guard decision.events.isEmpty else {
      // A wonder came or went and all else stands: the region is looked at when it is due again.
      if !change.isSeen {
        decision.ecosystem(.populationsChanged(change.event(next: period, isQuiet: true)))
      }
      return
    }
    decision.lookAgain(at: last.adding(period))
  }

  private borrowing func change(
    of region: RegionID, at due: WorldTime, _ last: WorldTime, steps: Int64
  ) -> LifeChange {
    let rules = ecosystem.rules ?? .standard
    let neighbours = regions.grid.neighbours(of: region)
    let turn = Int64(clamping: region.rawValue) &+ last.hours / rules.hours
    let neighbour =
      neighbours.isEmpty ? nil : neighbours[Int(turn % Int64(neighbours.count))]
    var change = LifeChange(
      region: region, neighbour: neighbour, grain: rules.grainPermille, at: last,
      here: community(of: region, at: due), there: neighbour.map { community(of: $0, at: due) })
    for _ in 0..<steps { change.step() }
    return change
  }

  /// Has wonders go that have been there for long enough or that the region suits no more, and perhaps one appear.
  private borrowing func decideWonders(
    in region: RegionID, at time: WorldTime, steps: Int64, _ context: DecisionContext,
    _ decision: inout Decision
  ) {
    let conditions = growingConditions(of: region, at: time)
    let hours = (ecosystem.rules ?? .standard).hours * steps
    let present = ecosystem.wonderRows(in: region)
    for wonder in present.prefix(Ecosystem.speciesMax) {
      guard let traits = ecosystem.traits(of: SpeciesID(wonder.species)) else { continue }
      let end = WorldTime(wonder.worldUs).adding(traits.grownDays * WorldTime.day)
      guard end <= time || traits.suitability(in: conditions) < SpeciesTraits.suitabilityLeast
      else { continue }
      decision.ecosystem(
        .wonderGone(
          .with {
            $0.wonder = wonder.wonder
            $0.species = wonder.species
            $0.region = region.number
            $0.name = wonder.name
          }))
    }
    // By region and hour and not by position, so that it does not matter how often a quiet region is looked at.
    var random = DeterministicRandom(
      seed: context.seed, stream: region.rawValue << 40 ^ UInt64(time.hours), purpose: .wonder)
    for traits in ecosystem.traits where traits.isWonder {
      let drawn = Int64(random.next(below: 1_000_000))
      let suitability = traits.suitability(in: conditions)
      let chance = (traits.breeding * hours).times(suitability, over: 24)
      guard drawn < chance, suitability >= SpeciesTraits.suitabilityLeast,
        ecosystem.wondersOf.count(of: traits.species) < traits.capacity,
        !present.contains(where: { $0.species == traits.species.number })
      else { continue }
      return decision.ecosystem(
        .wonderAppeared(
          .with {
            $0.wonder = context.position.rawValue
            $0.species = traits.species.number
            $0.region = region.number
            $0.worldUs = time.microseconds
          }))
    }
  }
}

extension SpeciesTraits {
  /// Below how much suitability a region suits a wonder no more.
  static let suitabilityLeast: Int64 = 250

  /// How well a region suits a wonder, in thousandths; 1,000 where the landscape does wholly and harmony is middling.
  func suitability(in conditions: GrowingConditions) -> Int64 {
    share(in: conditions.biome) * share(withHarmony: conditions.harmony) / 1_000
  }
}

/// What becomes of a region, and of a neighbour that some wander into, by some steps.
private struct LifeChange {
  let region: RegionID
  let neighbour: RegionID?
  let grain: Int64
  let time: WorldTime
  private let before: Community
  private let thereBefore: Community?
  private var here: Community
  private var there: Community?
  private var moved: [Int64]

  init(
    region: RegionID, neighbour: RegionID?, grain: Int64, at time: WorldTime,
    here: Community, there: Community?
  ) {
    self.region = region
    self.neighbour = neighbour
    self.grain = grain
    self.time = time
    before = here
    thereBefore = there
    self.here = here
    self.there = there
    moved = [Int64](repeating: 0, count: here.members.count)
  }

  mutating func step() {
    here.step()
    guard var target = there.take() else { return }
    for index in here.members.indices {
      moved[index] += here.wander(index, into: &target)
    }
    there = target
  }

  /// Whether anybody would see it, here or there.
  var isSeen: Bool {
    if Self.isSeen(here, before, grain) { return true }
    guard let there, let thereBefore else { return false }
    return Self.isSeen(there, thereBefore, grain, settling: false)
  }

  private static func isSeen(
    _ now: Community, _ before: Community, _ grain: Int64, settling: Bool = true
  ) -> Bool {
    zip(now.members, before.members).contains { now, before in
      settling && !now.hasSettled
        || now.population.isSeenToDiffer(from: before.population, grain: grain)
    }
  }

  /// The event.
  ///
  /// - Parameter isQuiet: Tells nothing but when the region is looked at next.
  func event(next period: Int64, isQuiet: Bool = false) -> PopulationsChanged {
    var event = PopulationsChanged()
    event.region = region.number
    event.vitality = isQuiet ? before.vitality : here.vitality
    event.worldUs = time.microseconds
    event.nextUs = time.adding(period).microseconds
    if isQuiet { return event }
    for (now, before) in zip(here.members, before.members)
    where now.population != before.population || !now.hasSettled {
      event.populations.append(now.population.cohorts(of: now.traits.species))
    }
    guard let neighbour, let there else { return event }
    for (index, member) in here.members.enumerated() where moved[index] > 0 {
      guard let target = there.index(of: member.traits.species) else { continue }
      event.migrations.append(
        .with {
          $0.moved = moved[index]
          $0.cohorts = there.members[target].population.cohorts(of: member.traits.species)
        })
    }
    if !event.migrations.isEmpty { event.neighbour = neighbour.number }
    return event
  }
}
