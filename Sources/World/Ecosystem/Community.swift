import Schema

/// All that lives in a region together, and what becomes of it in a step: pure arithmetic in whole numbers.
///
/// A step is, for all species at once from how they stood before it: the hungry share what can be found; then each sets seeds,
/// sprouts, grows, ages and dies; and those die that were eaten, found nothing, or have no room.
struct Community {
  /// A species in the region.
  struct Member {
    let traits: SpeciesTraits
    /// How many there are.
    var population: Population
    /// Whether it was there before, and does not just settle.
    let hasSettled: Bool
    /// How many there is room for, in thousandths of one.
    let capacity: Int64
    /// How many seeds sleep in the ground, at least.
    fileprivate let sleeping: Int64
    /// How many can be found and eaten in the step.
    fileprivate var findable: Int64 = 0
    /// How many whoever eats it would like to.
    fileprivate var wanted: Int64 = 0
    /// How much of its hunger was stilled in the step before, in thousandths; 1,000 before the first.
    fileprivate(set) var fed: Int64 = 1_000
  }

  /// By species.
  private(set) var members: [Member] = []
  let conditions: GrowingConditions
  private let rules: EcosystemRules
  private let hours: Int64

  init(_ conditions: GrowingConditions, by rules: EcosystemRules) {
    self.conditions = conditions
    self.rules = rules
    hours = rules.hours
  }

  /// Adds a species after those of lower numbers; not one that the landscape has no room for at all.
  mutating func add(_ traits: SpeciesTraits, _ population: Population?) {
    guard !traits.isWonder, traits.share(in: conditions.biome) > 0 else { return }
    let capacity = traits.capacity(in: conditions)
    members.append(
      Member(
        traits: traits, population: population ?? traits.beginning(in: conditions.biome),
        hasSettled: population != nil, capacity: capacity,
        sleeping: capacity.times(rules.dormantPermille, over: 1_000)))
  }

  /// Where a species is in ``members``; nil if it cannot live there.
  func index(of species: SpeciesID) -> Int? {
    let index = members.partitioningIndex { $0.traits.species >= species }
    return index < members.count && members[index].traits.species == species ? index : nil
  }

  /// Puts another number of a species in the place of what there is.
  mutating func set(_ population: Population, at index: Int) {
    members[index].population = population
  }

  /// How full of life the region is; 0 to 1,000.
  ///
  /// The mean over all species that can live there of how much they fill of the room in middling harmony.
  var vitality: Int64 {
    guard !members.isEmpty else { return 0 }
    let sum = members.reduce(Int64(0)) { sum, member in
      let room = member.traits.room(in: conditions.biome)
      return sum + min(1_000, member.population.living.times(1_000, over: room))
    }
    return sum / Int64(members.count)
  }

  /// Lets a step pass.
  mutating func step() {
    let eaten = feed()
    for index in members.indices { live(at: index, eaten: eaten[index]) }
  }

  /// Shares what can be found among those that eat it.
  ///
  /// - Returns: How many of each are eaten.
  mutating func feed() -> [Int64] {
    for index in members.indices {
      let hidden = members[index].capacity.times(rules.refugePermille, over: 1_000)
      members[index].findable = max(0, members[index].population.living - hidden)
        .times(rules.findingPermille * hours, over: 24_000)
      members[index].wanted = 0
    }
    // What each would take of each, in the order of the eaters.
    var wishes: [(eater: Int, prey: Int, amount: Int64)] = []
    for eater in members.indices where !members[eater].traits.eats.isEmpty {
      let diet = members[eater].traits.eats.compactMap { index(of: $0) }
      let offered = diet.reduce(Int64(0)) { $0 + members[$1].findable }
      let hunger = members[eater].hunger(in: hours)
      for prey in diet {
        let amount = hunger.times(members[prey].findable, over: offered)
        wishes.append((eater, prey, amount))
        members[prey].wanted += amount
      }
    }
    var found = [Int64](repeating: 0, count: members.count)
    for (eater, prey, amount) in wishes {
      let member = members[prey]
      found[eater] += amount.times(min(member.wanted, member.findable), over: member.wanted)
    }
    for index in members.indices where !members[index].traits.eats.isEmpty {
      let hunger = members[index].hunger(in: hours)
      members[index].fed = hunger == 0 ? 1_000 : min(1_000, found[index].times(1_000, over: hunger))
    }
    return members.map { min($0.wanted, $0.findable) }
  }

  /// Lets a species set seeds, sprout, grow, age and die.
  private mutating func live(at index: Int, eaten: Int64) {
    let member = members[index]
    let traits = member.traits
    let before = member.population
    let capacity = member.capacity
    let vigour = vigour(of: member)
    let free = max(0, capacity - before.living).times(1_000, over: capacity)

    let born = before.grown.times(traits.breeding * hours, over: 24_000).times(vigour, over: 1_000)
    let sprouted = passing(before.seeds, traits.seedDays).times(vigour * free, over: 1_000_000)
    let rotten = passing(before.seeds, traits.seedDays * 4)
    let grew = passing(before.young, traits.youngDays).times(min(vigour, 1_000), over: 1_000)
    let aged = passing(before.grown, traits.grownDays)
    let died = passing(before.old, traits.oldDays)

    let spent = min(sprouted + rotten, max(0, before.seeds - member.sleeping))
    let setSeeds = min(born, max(0, Self.seedsMost(capacity) - before.seeds))
    var after = Population(
      seeds: before.seeds - spent + setSeeds,
      young: before.young + sprouted - grew, grown: before.grown + grew - aged,
      old: before.old + aged - died)
    let living = after.living
    let starved = living.times((1_000 - member.fed) * rules.starvationPermille, over: 1_000_000)
      .times(hours, over: 24)
    let crowdedOut = max(0, living - capacity).times(rules.crowdingPermille * hours, over: 24_000)
    after.lose(eaten + starved + crowdedOut)
    members[index].population = after
  }

  /// How well a species grows, in thousandths: plants by what the region offers, animals by what they found to eat.
  func vigour(of member: Member) -> Int64 {
    member.traits.speciesClass == .plant ? conditions.growth : member.fed
  }

  /// How many seeds there can be.
  static func seedsMost(_ capacity: Int64) -> Int64 { 4 * capacity }

  /// How many of an age leave it in a step, if it lasts so many days on average.
  private func passing(_ count: Int64, _ days: Int64) -> Int64 {
    count.times(min(hours, 24 * days), over: 24 * days)
  }
}

extension Community.Member {
  /// How many it would eat in so many hours; the young need half as much.
  fileprivate func hunger(in hours: Int64) -> Int64 {
    (population.young / 2 + population.grown + population.old)
      .times(traits.appetite * hours, over: 24_000)
  }
}

extension Community {
  /// Has some of a species wander into a neighbouring region, if there is more room there.
  ///
  /// What leaves here arrives there: no one is lost or doubled.
  ///
  /// - Returns: How many.
  mutating func wander(_ index: Int, into neighbour: inout Community) -> Int64 {
    let member = members[index]
    guard member.traits.migration > 0, let there = neighbour.index(of: member.traits.species) else {
      return 0
    }
    let target = neighbour.members[there]
    let rate = member.traits.migration * hours
    let moved: Int64
    if member.traits.speciesClass == .plant {
      guard member.population.seeds.isDenser(target.population.seeds, member, target) else {
        return 0
      }
      let free = Self.seedsMost(target.capacity) - target.population.seeds
      moved = min(
        max(0, member.population.seeds - member.sleeping).times(rate, over: 24_000), max(0, free))
      members[index].population.seeds -= moved
      neighbour.members[there].population.seeds += moved
    } else {
      guard member.population.living.isDenser(target.population.living, member, target) else {
        return 0
      }
      let room = Population.most - target.population.grown
      moved = min(member.population.grown.times(rate, over: 24_000), room)
      members[index].population.grown -= moved
      neighbour.members[there].population.grown += moved
    }
    return moved
  }
}

extension Int64 {
  /// Whether there are more here than there, by the room for them; nowhere is room where there is none.
  fileprivate func isDenser(
    _ other: Int64, _ here: Community.Member, _ there: Community.Member
  ) -> Bool {
    guard there.capacity > 0 else { return false }
    return times(1_000, over: Swift.max(1, here.capacity))
      > other.times(1_000, over: there.capacity)
  }
}
