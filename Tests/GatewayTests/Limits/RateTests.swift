import NIOCore
import Testing
import World

@testable import Gateway

/// Rates by a clock that the tests set.
@Suite struct RateTests {
  private static func at(_ milliseconds: Int64) -> NIODeadline {
    .uptimeNanoseconds(5_000_000_000) + .milliseconds(milliseconds)
  }

  @Test func `a burst, then one each interval, and the wait is exact`() {
    let rate = Rate(burst: 3, interval: .milliseconds(100))
    var use = RateUse()
    for _ in 0..<3 { #expect(use.take(rate, at: Self.at(0)) == nil) }
    #expect(use.take(rate, at: Self.at(0)) == 100_000_000)
    #expect(use.take(rate, at: Self.at(40)) == 60_000_000)
    #expect(use.take(rate, at: Self.at(100)) == nil)
    #expect(use.take(rate, at: Self.at(100)) == 100_000_000)
    #expect(!use.isRestored(at: Self.at(399)))
    #expect(use.isRestored(at: Self.at(400)))
    for _ in 0..<3 { #expect(use.take(rate, at: Self.at(9_000)) == nil) }
    #expect(use.take(rate, at: Self.at(9_000)) != nil)
  }

  @Test func `what is given back may be used again, and no more than that`() {
    let rate = Rate(burst: 2, interval: .seconds(1))
    var use = RateUse()
    use.giveBack(rate)
    for _ in 0..<2 { #expect(use.take(rate, at: Self.at(0)) == nil) }
    use.giveBack(rate)
    #expect(use.take(rate, at: Self.at(0)) == nil)
    #expect(use.take(rate, at: Self.at(0)) != nil)
  }

  @Test func `numbers at the edges are rates too`() {
    for rate in [
      Rate.counting(0, in: .hours(1)), Rate(burst: .max, interval: .hours(1)),
      Rate(burst: 0, interval: .nanoseconds(0)), .perSecond(.max, burst: .max),
      .perSecond(-5, burst: -5),
    ] {
      var use = RateUse()
      #expect(use.take(rate, at: Self.at(0)) == nil)
      _ = use.take(rate, at: Self.at(0))
      use.giveBack(rate)
    }
    #expect(retryAfterMilliseconds(1) == 1)
    #expect(retryAfterMilliseconds(1_000_000) == 1)
    #expect(retryAfterMilliseconds(1_000_001) == 2)
    #expect(retryAfterMilliseconds(.max) == .max)
  }

  @Test func `a table is bounded, forgets by age, and remembers longest who is tried most`() {
    var table = RateTable<Int>(Rate(burst: 2, interval: .seconds(1)), capacity: 100)
    for _ in 0..<2 { #expect(table.take(-1, at: Self.at(0)) == nil) }
    for key in 0..<10_000 {
      _ = table.take(key, at: Self.at(0))
      #expect(table.take(-1, at: Self.at(0)) != nil)
      #expect(table.count <= 101)
    }
    #expect(table.take(-1, at: Self.at(2_000)) == nil)
    #expect(table.take(-1, at: Self.at(4_100)) == nil)
    #expect(table.count <= 2)
  }

  @Test func `a player's allowance is the same on every connection, and is forgotten at rest`() {
    let players = PlayerAllowances(.perSecond(10, burst: 5))
    let first = players.allowance(of: PlayerID(UInt64(1)), at: Self.at(0))
    for _ in 0..<5 { #expect(first.take(at: Self.at(0)) == nil) }
    let second = players.allowance(of: PlayerID(UInt64(1)), at: Self.at(0))
    #expect(second.take(at: Self.at(0)) == 100)
    #expect(second.take(at: Self.at(100)) == nil)
    for number in UInt64(2)..<10_000 {
      _ = players.allowance(of: PlayerID(number), at: Self.at(10_000))
      #expect(players.count <= 1_024)
    }
  }
}
