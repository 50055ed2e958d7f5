@testable import World

/// Draws for seeded random tests.
struct Draw {
  private var random: DeterministicRandom

  init(seed: UInt64) {
    random = DeterministicRandom(seed: seed, stream: 0, purpose: .birthplace)
  }

  /// A number of the range.
  mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    random.next(in: range.lowerBound..<range.upperBound + 1)
  }

  /// True once in so many times, on average.
  mutating func once(in times: UInt64) -> Bool {
    random.next(below: times) == 0
  }

  /// One of the elements; nil when there are none.
  mutating func element<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[Int(random.next(below: UInt64(elements.count)))]
  }

  /// An amount that no rule of the game allows, or one at the edge.
  mutating func absurdity() -> Int64 {
    element(of: [.min, .min + 1, -1, 0, 1, .max - 1, .max, 1_000_000_000_001]) ?? 0
  }
}
