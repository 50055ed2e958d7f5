import Schema

/// What repetition takes from a deed: pure arithmetic.
///
/// A deed makes weary of its kind by 1,000, a thousandth of which is what is counted; weariness halves in every span that the
/// rules name, so that who does a little of everything every day earns nearly all of it.
struct Weariness: Hashable {
  /// How weary; 0 and up.
  let value: Int64

  /// What one deed adds.
  static let ofOne: Int64 = 1_000
  /// The most there is: a thousand deeds at once.
  private static let most = 1_000 * ofOne

  init(_ value: Int64) {
    self.value = min(max(0, value), Self.most)
  }

  /// What is left of it some microseconds later.
  ///
  /// Within a span it goes down in a straight line, from each halving to the next.
  func after(_ elapsed: Int64, recovery: Int64) -> Self {
    let recovery = max(1, recovery)
    let halvings = max(0, elapsed) / recovery
    guard halvings < 40 else { return Self(0) }
    let halved = value >> halvings
    let into = Int64(
      clamping: UInt64(max(0, elapsed) % recovery).scaled(by: 1_000, over: UInt64(recovery)))
    return Self(halved - halved / 2 * into / 1_000)
  }

  /// With one deed more.
  var withOneMore: Self { Self(value + Self.ofOne) }

  /// What a deed earns that earns `full` when one is not weary, and half of it after `halfAfter` others; as whole resonance.
  func earnings(_ full: Int64, halfAfter: Int64) -> Int64 {
    guard halfAfter > 0 else { return max(0, full) }
    let half = UInt64(halfAfter) * UInt64(Self.ofOne)
    return Int64(clamping: UInt64(clamping: full).scaled(by: half, over: half + UInt64(value)))
  }
}
