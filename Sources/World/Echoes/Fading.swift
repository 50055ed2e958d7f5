/// How an amount goes by half in every so many hours: pure arithmetic, in whole numbers.
///
/// It goes by the full hours, so that a look in between changes nothing: what is left of what was left after some hours is what is left
/// after all of them, but for what rounding does.
enum Fading {
  /// 2 to the power of −1/2, −1/4, −1/8 and so on, each times 2³².
  static let roots: [UInt64] = [
    3_037_000_500, 3_611_622_603, 3_938_502_376, 4_112_874_773, 4_202_935_003, 4_248_701_965,
    4_271_771_996, 4_283_353_945, 4_289_156_690, 4_292_061_010, 4_293_513_907, 4_294_240_540,
    4_294_603_903, 4_294_785_595, 4_294_876_445, 4_294_921_870, 4_294_944_583, 4_294_955_939,
    4_294_961_618, 4_294_964_457, 4_294_965_876, 4_294_966_586, 4_294_966_941, 4_294_967_119,
  ]
  /// The largest amount that is reckoned with; a larger one is taken as this.
  static let amountMax: Int64 = 1_000_000_000_000
  /// How many bits more an amount has while it is reckoned with.
  private static let places: Int64 = 16

  /// What is left of an amount after some hours, to the nearest whole number.
  ///
  /// - Parameter half: In how many hours it goes by half; what is not 1 to 1,000,000 is taken as the nearest that is.
  static func left(of amount: Int64, after hours: Int64, halving half: Int64) -> Int64 {
    let amount = min(max(0, amount), amountMax)
    guard hours > 0 else { return amount }
    let half = min(max(1, half), 1_000_000)
    let (halvings, rest) = hours.quotientAndRemainder(dividingBy: half)
    guard halvings <= 56 else { return 0 }
    let fraction = (rest << Int64(roots.count)) / half
    var left = UInt64(amount << places)
    for (index, root) in roots.enumerated()
    where fraction >> Int64(roots.count - 1 - index) & 1 == 1 {
      left = left.scaled(by: root, over: 1 << 32)
    }
    left >>= UInt64(halvings)
    return (Int64(left) + 1 << (places - 1)) >> places
  }
}
