import Testing

@testable import World

@Suite struct WearinessTests {
  @Test func `the first deed earns all, and after so many it is half`() {
    #expect(Weariness(0).earnings(20, halfAfter: 3) == 20)
    #expect(Weariness(3 * Weariness.ofOne).earnings(20, halfAfter: 3) == 10)
    #expect(Weariness(9 * Weariness.ofOne).earnings(20, halfAfter: 3) == 5)
    #expect(Weariness(9 * Weariness.ofOne).earnings(20, halfAfter: 0) == 20)
  }

  @Test func `weariness goes down by half in a span, and in a straight line within one`() {
    let weary = Weariness(8_000)
    let left = [0, 50, 100, 150, 200, 300, 4_000].map { weary.after($0, recovery: 100).value }
    #expect(left == [8_000, 6_000, 4_000, 3_000, 2_000, 1_000, 0])
  }

  @Test func `it never grows by waiting, and nothing overflows`() {
    var last = Weariness(.max)
    for elapsed in stride(from: 0, through: 5_000_000, by: 7_919) as StrideThrough<Int64> {
      let left = Weariness(.max).after(elapsed, recovery: 1_000_000)
      #expect(left.value <= last.value)
      last = left
    }
    #expect(Weariness(.min).after(.max, recovery: .min) == Weariness(0))
    #expect(Weariness(.max).after(.min, recovery: .max) == Weariness(.max))
    #expect(Weariness(.max).earnings(.max, halfAfter: 1_000_000) > 0)
    #expect(Weariness(5).earnings(.min, halfAfter: 5) == 0)
  }
}
