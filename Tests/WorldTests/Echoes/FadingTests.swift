import Foundation
import Testing

@testable import World

@Suite struct FadingTests {
  @Test func `the roots are those of a half`() {
    for (index, root) in Fading.roots.enumerated() {
      let exact = pow(0.5, pow(0.5, Double(index + 1))) * 4_294_967_296
      #expect(abs(Double(root) - exact) < 1)
    }
  }

  @Test(
    arguments: [(0, 1_000_000), (240, 500_000), (480, 250_000), (120, 707_107), (24, 933_033)]
      as [(Int64, Int64)])
  func `an amount goes by half`(hours: Int64, left: Int64) {
    #expect(Fading.left(of: 1_000_000, after: hours, halving: 240) == left)
  }

  @Test func `it makes no difference how often it was looked at in between`() {
    var amount: Int64 = 1_000_000
    for _ in 0..<500 { amount = Fading.left(of: amount, after: 1, halving: 240) }
    let atOnce = Fading.left(of: 1_000_000, after: 500, halving: 240)
    #expect(abs(amount - atOnce) < 100)
  }

  @Test func `nothing traps, whatever the numbers`() {
    for amount in [.min, -1, 0, 1, .max] as [Int64] {
      for hours in [.min, -1, 0, 1, 1_000_000_000, .max] as [Int64] {
        for half in [.min, 0, 1, .max] as [Int64] {
          let left = Fading.left(of: amount, after: hours, halving: half)
          #expect((0...Fading.amountMax).contains(left))
        }
      }
    }
  }
}
