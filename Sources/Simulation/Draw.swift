/// Numbers that follow from a seed: the same on every machine and in every version.
///
/// Sebastiano Vigna's SplitMix64. Small, since every step of a simulation begins one of its own.
struct Draw: Sendable {
  private var state: UInt64

  /// The numbers of a seed.
  init(seed: UInt64) {
    state = seed
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number from 0 up to but not including `bound`, which is at least 1.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }

  /// A number of the range.
  mutating func number(in range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound + 1)))
  }

  /// Whether something happens that happens once in so many times.
  mutating func once(in times: Int) -> Bool { below(times) == 0 }

  /// One of the elements; nil when there is none.
  mutating func element<Element>(of elements: some RandomAccessCollection<Element>) -> Element? {
    guard !elements.isEmpty else { return nil }
    return elements[elements.index(elements.startIndex, offsetBy: below(elements.count))]
  }

  /// A number that nobody should send.
  mutating func absurdity() -> Int64 {
    let absurdities: [Int64] = [
      .min, .min + 1, -1_000_000_000_000, -1, 0, 1_000_000_000_001, 1_000_000_000_000_000_001,
      .max - 1, .max,
    ]
    return absurdities[below(absurdities.count)]
  }
}
