/// A bot's own random numbers: the same seed and number give the same wishes.
///
/// SplitMix64, after Steele, Lea and Flood, "Fast splittable pseudorandom number generators"
/// (2014).
struct BotRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64, bot: Int) {
    state = seed &+ UInt64(bitPattern: Int64(bot)) &* 0xd1b5_4a32_d192_ed03
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Whether something that happens this often happens now.
  mutating func chance(_ share: Double) -> Bool {
    Double.random(in: 0..<1, using: &self) < share
  }
}
