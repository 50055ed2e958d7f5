import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct PopulationTests {
  @Test func `a harvest takes the grown before the old, and leaves the young`() {
    var population = Population(seeds: 5, young: 9_000, grown: 2_500, old: 3_500)
    #expect(population.harvestable == 6)
    population.harvest(4)
    #expect(population == Population(seeds: 5, young: 9_000, grown: 0, old: 2_000))
  }

  @Test func `a loss falls on all ages in proportion, and never on more than there are`() {
    var population = Population(seeds: 7, young: 1_000, grown: 2_000, old: 1_000)
    population.lose(1_000)
    #expect(population == Population(seeds: 7, young: 750, grown: 1_500, old: 750))
    population.lose(.max)
    #expect(population == Population(seeds: 7))
  }

  @Test func `only what moved by a tenth of one and by the grain is seen`() {
    let before = Population(seeds: 0, grown: 100_000)
    func isSeen(_ grown: Int64, seeds: Int64 = 0) -> Bool {
      Population(seeds: seeds, grown: grown).isSeenToDiffer(from: before, grain: 20)
    }
    #expect(!isSeen(101_999) && isSeen(102_000) && isSeen(98_000) && !isSeen(98_001))
    #expect(!isSeen(100_000, seeds: 99) && isSeen(100_000, seeds: 100))
  }

  @Test func `a share is exact, however large the numbers are`() {
    #expect(Int64(999_999_999_999).times(999_999_999_999, over: 999_999_999_999) == 999_999_999_999)
    #expect(Int64(7).times(2, over: 3) == 4)
    #expect(Int64.max.times(.max, over: 1) == Population.most)
    for (one, other, third) in [(-1, 2, 3), (1, -2, 3), (1, 2, 0), (.min, .min, .min)]
      as [(Int64, Int64, Int64)]
    {
      #expect(one.times(other, over: third) == 0)
    }
  }

  @Test func `what is out of range is taken as the nearest that is not`() {
    #expect(
      Population(seeds: .max, young: .min, grown: -1, old: 5)
        == Population(seeds: Population.most, young: 0, grown: 0, old: 5))
  }
}
