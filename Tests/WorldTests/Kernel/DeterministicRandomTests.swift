import Testing

@testable import World

/// Golden numbers, worked out by another program from the published algorithms.
///
/// They must never change: draws of the past are not repeated, but a draw's place in the law of the
/// world is.
@Suite struct DeterministicRandomTests {
  @Test(arguments: [
    (
      UInt64(0), UInt64(0),
      [
        0x3811_0607_E1A9_949D, 0xD215_2125_CAB4_AEFD, 0x5F77_8789_BE9F_A2C6,
        0x5005_BC2C_F5B4_AFEA,
      ] as [UInt64]
    ),
    (
      42, 7,
      [
        0xEEAA_7435_7512_E781, 0x76FE_FAF5_0CFC_8632, 0x201A_4E31_3B32_2C15,
        0xEB21_B348_35A5_F9A0,
      ]
    ),
    (
      .max, .max,
      [
        0x9139_FF6B_1013_5CAD, 0xDB79_D3E4_3DDD_AB21, 0x6E73_CE5C_E135_2FB2,
        0x3BB3_EE6E_A27F_49D3,
      ]
    ),
  ])
  func `draws are those of the algorithm`(seed: UInt64, stream: UInt64, expected: [UInt64]) {
    var random = DeterministicRandom(seed: seed, stream: stream, purpose: .birthplace)
    #expect((0..<4).map { _ in random.next() } == expected)
  }

  @Test func `bounded draws are those of the algorithm`() {
    var dice = Self.random
    #expect((0..<12).map { _ in dice.next(below: 6) } == [5, 2, 0, 5, 0, 5, 4, 1, 5, 2, 5, 5])
    var wide = Self.random
    #expect(
      (0..<3).map { _ in wide.next(below: 1 << 63 + 1) } == [
        1_156_623_665_980_839_434, 8_471_510_197_931_801_808, 2_749_690_830_813_047_171,
      ])
    var signed = Self.random
    #expect(
      (0..<8).map { _ in signed.next(in: -100..<100) } == [86, -8, -75, 83, -91, 75, 49, -41])
  }

  @Test func `a shuffle and a weighted pick are those of the algorithm`() {
    var shuffler = Self.random
    var elements = Array(0..<8)
    shuffler.shuffle(&elements)
    #expect(elements == [6, 1, 2, 5, 4, 0, 3, 7])
    var picker = Self.random
    #expect(
      (0..<12).map { _ in picker.pick(weights: [1, 0, 3, 6]) } == [
        3, 3, 2, 3, 0, 3, 3, 2, 3, 3, 3, 3,
      ])
  }

  @Test func `nothing is picked where nothing has weight`() {
    var random = Self.random
    #expect(random.pick(weights: []) == nil)
    #expect(random.pick(weights: [0, 0]) == nil)
  }

  @Test func `every outcome of a bounded draw is about as likely`() {
    var random = Self.random
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<100_000 { counts[Int(random.next(below: 10))] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
  }

  private static var random: DeterministicRandom {
    DeterministicRandom(seed: 42, stream: 7, purpose: .birthplace)
  }
}
