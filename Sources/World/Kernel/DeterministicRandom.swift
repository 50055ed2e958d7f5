/// What numbers are drawn for.
///
/// Each purpose has a stream of its own, so that one more draw here changes nothing there.
package enum RandomPurpose: UInt64, Sendable {
  /// Where in the home region a new player appears.
  case birthplace = 1
  /// Which weather comes next, and how much of it.
  case weather = 11
  /// Whether a wonder appears.
  case wonder = 12
}

/// A small generator whose numbers are the same on every machine and in every version.
///
/// xoshiro256** seeded by SplitMix64, after Blackman and Vigna (https://prng.di.unimi.it). Its own
/// bounded draw and shuffle, since those of the standard library may change between versions.
package struct DeterministicRandom: Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The stream of one purpose at one place.
  package init(seed: UInt64, stream: UInt64, purpose: RandomPurpose) {
    var mixer = SplitMix64(state: seed)
    mixer.state ^= stream &* 0xD1B5_4A32_D192_ED03
    mixer.state = mixer.next() ^ purpose.rawValue &* 0x8CB9_2BA7_2F3D_8DD7
    state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    let result = (state.1 &* 5).rotatedLeft(7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3.rotatedLeft(45)
    return result
  }

  /// A number from 0 up to but not including `bound`, each equally likely (Lemire,
  /// https://arxiv.org/abs/1805.10941).
  package mutating func next(below bound: UInt64) -> UInt64 {
    precondition(bound > 0, "a draw needs at least one outcome")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold {
        product = next().multipliedFullWidth(by: bound)
      }
    }
    return product.high
  }

  /// A number of the range, each equally likely.
  package mutating func next(in range: Range<Int64>) -> Int64 {
    let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
    return range.lowerBound &+ Int64(bitPattern: next(below: width))
  }

  /// Puts the elements into an order, each order equally likely (Fisher and Yates).
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, Int(next(below: UInt64(last + 1))))
    }
  }

  /// The index of a weight, each as likely as its share of the sum; nil when all are 0.
  ///
  /// - Precondition: the sum fits 64 bits.
  package mutating func pick(weights: [UInt64]) -> Int? {
    let sum = weights.reduce(0, +)
    guard sum > 0 else { return nil }
    var rest = next(below: sum)
    for (index, weight) in weights.enumerated() {
      if rest < weight { return index }
      rest -= weight
    }
    return nil
  }
}

/// Sebastiano Vigna's SplitMix64: spreads a seed over as many words as are wanted.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension UInt64 {
  fileprivate func rotatedLeft(_ count: UInt64) -> UInt64 {
    self << count | self >> (64 - count)
  }
}
