import NIOCore

/// How much of a rate each of many keys has used up; bounded, and forgetful by age.
///
/// It remembers in two generations. What was not touched while one passed is forgotten: by age it would be
/// restored by then. When there are more keys than there is room for, generations pass sooner, and keys
/// that are tried over and over are remembered longest.
struct RateTable<Key: Hashable & Sendable>: Sendable {
  private let rate: Rate
  private let capacity: Int
  private var young: [Key: RateUse] = [:]
  private var old: [Key: RateUse] = [:]
  private var turned: NIODeadline?

  /// An empty table.
  ///
  /// - Parameter capacity: How many keys are remembered at most; 2 and up.
  init(_ rate: Rate, capacity: Int) {
    self.rate = rate
    self.capacity = max(2, capacity)
  }

  /// How many keys are remembered; one of both generations counts twice.
  var count: Int { young.count + old.count }

  /// Uses one of a key's.
  ///
  /// - Returns: nil; or, when there is none, how long until there will be, in nanoseconds.
  mutating func take(_ key: Key, at now: NIODeadline) -> Int64? {
    turn(at: now)
    var use = young[key] ?? old[key] ?? RateUse()
    let wait = use.take(rate, at: now)
    young[key] = use
    return wait
  }

  /// Gives one back to a key, unless it is forgotten.
  mutating func giveBack(_ key: Key) {
    guard var use = young[key] ?? old[key] else { return }
    use.giveBack(rate)
    young[key] = use
  }

  private mutating func turn(at now: NIODeadline) {
    let began = turned ?? now
    turned = began
    guard
      young.count >= capacity / 2 || (now - began).nanoseconds >= rate.restNanoseconds
    else { return }
    old = young
    young = [:]
    turned = now
  }
}
