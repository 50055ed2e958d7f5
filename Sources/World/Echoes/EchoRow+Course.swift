package import Schema
import SwiftProtobuf

extension EchoRow {
  /// How many memories of each kind are kept.
  static var memoriesOfKind: Int { 6 }

  /// The vigour at a time.
  ///
  /// - Parameter kind: That of the echo.
  package func vigour(at time: WorldTime, of kind: EchoKind) -> Int64 {
    course(of: kind).vigour(after: time.hours - WorldTime(sinceUs).hours)
  }

  /// What all bonds with it come to at a time, in thousandths of a bond of 1,000.
  func company(at time: WorldTime, by rules: EchoRules) -> Int64 {
    Fading.left(
      of: company, after: time.hours - WorldTime(companyUs).hours, halving: rules.bondHalfHours)
  }

  /// The row as of a later time.
  func brought(to time: WorldTime, by rules: EchoRules) -> Self {
    var row = self
    row.company = company(at: time, by: rules)
    row.companyUs = max(companyUs, time.microseconds)
    guard let kind = rules.kind(kind) else { return row }
    row.vigour = vigour(at: time, of: kind)
    row.sinceUs = max(sinceUs, time.microseconds)
    return row
  }

  /// What has become of it by a time; nil where nobody would see a difference.
  func change(
    at time: WorldTime, in surroundings: EchoSurroundings, by rules: EchoRules
  ) -> EchoChange? {
    guard let kind = rules.kind(kind) else { return nil }
    let sum = sum(at: time, in: surroundings, by: rules)
    let wanted = min(max(0, sum), Standing.full)
    let now = vigour(at: time, of: kind)
    let next = kind.stage(after: stage, at: now)
    let memories = memories(ofComingTo: next, at: time, in: surroundings)
    let isSeen =
      abs(wanted - heading) >= max(1, rules.grain)
      || kind.decides(next, between: wanted, and: heading) || !memories.isEmpty
    guard isSeen else { return nil }
    return .with {
      $0.echo = echo
      $0.stage = next
      $0.vigour = now
      $0.heading = wanted
      $0.memories = memories
    }
  }

  /// What everything around gives it at a time.
  func sum(at time: WorldTime, in surroundings: EchoSurroundings, by rules: EchoRules) -> Int64 {
    let company = rules.share(ofCompany: company(at: time, by: rules))
    return rules.kind(kind)?.favours.sum(in: surroundings, company: company) ?? 0
  }

  /// Takes in what became of it.
  mutating func apply(_ change: EchoChange, at worldUs: Int64) {
    stage = EchoStage.known.contains(change.stage) ? change.stage : .dormant
    vigour = min(max(0, change.vigour), Standing.full)
    heading = min(max(0, change.heading), Standing.full)
    sinceUs = max(sinceUs, worldUs)
    for memory in change.memories { remember(memory) }
  }

  /// Remembers something, and forgets the oldest of that kind when there are too many.
  mutating func remember(_ memory: EchoMemory) {
    if memories.count(where: { $0.kind == memory.kind }) >= Self.memoriesOfKind,
      let oldest = memories.firstIndex(where: { $0.kind == memory.kind })
    {
      memories.remove(at: oldest)
    }
    memories.append(memory)
  }

  /// How its vigour goes on from where it was.
  func course(of kind: EchoKind) -> EchoCourse {
    EchoCourse(vigour: vigour, heading: heading, kind: kind)
  }

  private func memories(
    ofComingTo next: EchoStage, at time: WorldTime, in surroundings: EchoSurroundings
  ) -> [EchoMemory] {
    var found: [EchoMemory] = []
    if next != stage { found.append(memory(.stage, next, at: time)) }
    guard stage != .dormant else { return found }
    let storm = surroundings.weatherSince
    if surroundings.weather == .dissonance, last(.storm).map({ $0 < storm }) ?? true {
      found.append(memory(.storm, stage, at: storm))
    }
    if let song = surroundings.song, time < song.adding(WorldTime.day),
      last(.song).map({ $0.adding(7 * WorldTime.day) <= song }) ?? true
    {
      found.append(memory(.song, stage, at: song))
    }
    return found
  }

  private func last(_ kind: EchoMemoryKind) -> WorldTime? {
    memories.last { $0.kind == kind }.map { WorldTime($0.worldUs) }
  }

  private func memory(
    _ kind: EchoMemoryKind, _ stage: EchoStage, at time: WorldTime
  ) -> EchoMemory {
    .with {
      $0.kind = kind
      $0.stage = stage
      $0.worldUs = time.microseconds
    }
  }
}

/// Where an echo's vigour is, for what it is heading, and how it goes there: pure arithmetic.
struct EchoCourse: Hashable {
  private let heading: Int64
  private let distance: Int64
  private let half: Int64

  init(vigour: Int64, heading: Int64, kind: EchoKind) {
    self.heading = min(max(0, heading), Standing.full)
    distance = min(max(0, vigour), Standing.full) - self.heading
    half = min(max(1, distance < 0 ? kind.riseHours : kind.fallHours), 10_000)
  }

  /// Vigour some hours later.
  func vigour(after hours: Int64) -> Int64 {
    let left = Fading.left(of: abs(distance), after: hours, halving: half)
    return heading + (distance < 0 ? -left : left)
  }

  /// In how many hours it is first so; nil if it never is.
  ///
  /// - Parameter isReached: Stays true of all vigours further on, once it is.
  /// - Complexity: O(log hours).
  func hours(until isReached: (Int64) -> Bool) -> Int64? {
    // After so many halvings there is nothing left of the distance.
    var most = half * 24
    guard isReached(vigour(after: most)) else { return nil }
    var least: Int64 = 0
    while least < most {
      let middle = (least + most) / 2
      if isReached(vigour(after: middle)) { most = middle } else { least = middle + 1 }
    }
    return least
  }
}

extension EchoRules {
  /// How much of all the company that an echo can have it has; 0 to 1,000,000.
  ///
  /// - Parameter company: What all bonds with it come to, in thousandths of a bond of 1,000.
  func share(ofCompany company: Int64) -> Int64 {
    min(max(0, company) / min(max(1, companyFull), 10_000), Standing.full)
  }

  /// What attending to an echo adds to a bond.
  ///
  /// - Parameters:
  ///   - bond: What there is of it.
  ///   - attends: How often the player did so on that day already.
  ///   - insight: How much more it is than for others, in thousandths.
  func gain(on bond: Int64, after attends: UInt32, insight: Int64) -> Int64 {
    let lacking = Standing.full - min(max(0, bond), Standing.full)
    let share = min(max(0, attendPermille), 1_000) * (1_000 + min(max(0, insight), 1_000))
    return min(lacking, (lacking * share / 1_000_000) >> Int64(min(attends, 20)))
  }
}

extension BondRow {
  /// The bond at a time, as far as it has faded.
  func bond(at time: WorldTime, by rules: EchoRules) -> Int64 {
    Fading.left(
      of: bond, after: time.hours - WorldTime(attendedUs).hours, halving: rules.bondHalfHours)
  }

  /// How often the player attended to the echo on the day of a time.
  func attends(onDayOf time: WorldTime) -> UInt32 {
    WorldTime(attendedUs).day == time.day ? attends : 0
  }
}
