import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct StandingTests {
  private let rules = HarmonyRules.standard

  @Test func `a region where people sing comes to rest where the rules say`() {
    var standing = Standing(harmony: 100_000, silence: 300_000)
    for _ in 0..<1_000 {
      standing = standing.drifted(by: rules, neighbours: nil, isNeglected: false)
    }
    #expect(abs(standing.harmony - rules.rest) < 200)
    #expect(standing.silence < 200)
  }

  @Test func `silence takes a neglected region in three weeks, and harmony with it`() {
    var standing = Standing.beginning
    for _ in 0..<21 * 24 {
      standing = standing.drifted(by: rules, neighbours: nil, isNeglected: true)
    }
    #expect(standing.silence == Standing.full)
    #expect(standing.harmony < 100_000)
  }

  @Test func `regions pull one another along`() {
    let still = HarmonyRules.with { $0.influencePermille = 100 }
    let low = Standing(harmony: 0, silence: 1_000_000)
    let high = Standing(harmony: 1_000_000, silence: 0)
    #expect(
      low.drifted(by: still, neighbours: high, isNeglected: false)
        == Standing(harmony: 100_000, silence: 900_000))
    #expect(low.drifted(by: still, neighbours: nil, isNeglected: false) == low)
  }

  @Test
  func
    `a song brings a share of what is missing, and one that hurts takes a share of what is there`()
  {
    let standing = Standing(harmony: 500_000, silence: 500_000)
    #expect(
      standing.hearing(quality: 1_000, weight: 1_000, by: rules)
        == Standing(harmony: 540_000, silence: 440_000))
    #expect(
      standing.hearing(quality: 1_000, weight: 500, by: rules)
        == Standing(harmony: 520_000, silence: 470_000))
    #expect(
      standing.hearing(quality: -1_000, weight: 1_000, by: rules)
        == Standing(harmony: 460_000, silence: 500_000))
    #expect(standing.hearing(quality: 0, weight: 1_000, by: rules) == standing)
  }

  @Test func `nothing leaves its range, whatever the rules say`() {
    let absurd = HarmonyRules.with {
      ($0.rest, $0.settlingPermille, $0.creep) = (.max, .max, .max)
      ($0.influencePermille, $0.songPermille, $0.reliefPermille) = (.min, .max, .min)
    }
    for start in [Standing(harmony: .min, silence: .max), Standing(harmony: .max, silence: .min)] {
      let drifted = start.drifted(by: absurd, neighbours: .beginning, isNeglected: true)
      let heard = drifted.hearing(quality: .max, weight: .max, by: absurd)
      for standing in [start, drifted, heard] {
        #expect((0...Standing.full).contains(standing.harmony))
        #expect((0...Standing.full).contains(standing.silence))
      }
    }
  }
}
