package import Schema
import SwiftProtobuf

/// How many of a species there are in a region, by age: pure arithmetic in thousandths of one.
package struct Population: Hashable, Sendable {
  /// What waits in the ground, in eggs, or to be born.
  package internal(set) var seeds: Int64
  /// Those that do not breed yet.
  package internal(set) var young: Int64
  /// Those that breed.
  package internal(set) var grown: Int64
  /// Those that breed no more.
  package internal(set) var old: Int64

  /// The most there can be of any age.
  static let most: Int64 = 1_000_000_000_000
  /// By how much a count has to move at least for that to be seen: a tenth of one.
  private static let least: Int64 = 100

  /// A population; what is out of range is taken as the nearest that is not.
  package init(seeds: Int64 = 0, young: Int64 = 0, grown: Int64 = 0, old: Int64 = 0) {
    self.seeds = Self.clamp(seeds)
    self.young = Self.clamp(young)
    self.grown = Self.clamp(grown)
    self.old = Self.clamp(old)
  }

  /// A population as a message or a row has it.
  package init(_ cohorts: Cohorts) {
    self.init(
      seeds: cohorts.seeds, young: cohorts.young, grown: cohorts.grown, old: cohorts.old)
  }

  /// How many live: all but the seeds.
  package var living: Int64 { young + grown + old }

  /// How many whole ones can be harvested.
  package var harvestable: Int64 { (grown + old) / 1_000 }

  /// The population as messages and rows have it.
  package func cohorts(of species: SpeciesID) -> Cohorts {
    .with {
      $0.species = species.number
      $0.seeds = seeds
      $0.young = young
      $0.grown = grown
      $0.old = old
    }
  }

  /// Takes whole ones, the grown before the old.
  ///
  /// - Precondition: No more than ``harvestable``.
  mutating func harvest(_ amount: Int64) {
    let fromGrown = min(grown, amount * 1_000)
    grown -= fromGrown
    old = max(0, old - (amount * 1_000 - fromGrown))
  }

  /// Takes some of those that live, of each age in proportion.
  mutating func lose(_ amount: Int64) {
    let living = living
    let amount = min(amount, living)
    let lostYoung = young.times(amount, over: living)
    let lostGrown = grown.times(amount, over: living)
    let lostOld = min(old, amount - lostYoung - lostGrown)
    young -= lostYoung
    grown -= lostGrown
    old -= lostOld
  }

  /// Whether somebody who looks would see that it is no longer as it was.
  ///
  /// - Parameter grain: By how much a count has to have moved, in thousandths of what it was.
  func isSeenToDiffer(from former: Self, grain: Int64) -> Bool {
    let counts = [
      (seeds, former.seeds), (young, former.young), (grown, former.grown), (old, former.old),
    ]
    return counts.contains { now, before in
      let moved = abs(now - before)
      return moved >= Self.least && moved >= before.times(grain, over: 1_000)
    }
  }

  static func clamp(_ count: Int64) -> Int64 { min(max(0, count), most) }
}

extension Int64 {
  /// This × numerator ÷ denominator in whole numbers, at most ``Population/most``; nothing where any of them is not above 0.
  func times(_ numerator: Int64, over denominator: Int64) -> Int64 {
    guard self > 0, numerator > 0, denominator > 0 else { return 0 }
    let (product, overflow) = multipliedReportingOverflow(by: numerator)
    guard overflow else { return Population.clamp(product / denominator) }
    return Population.clamp(
      Int64(clamping: UInt64(self).scaled(by: UInt64(numerator), over: UInt64(denominator))))
  }
}
