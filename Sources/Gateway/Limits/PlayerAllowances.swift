import NIOCore
import Synchronization
import World

/// How many requests a player may still make, on whatever connection.
///
/// Thread-safe, without a lock: a player's requests come on one connection at a time, but for the moment in
/// which another takes over.
final class PlayerAllowance: Sendable {
  private let restored = Atomic(RateUse().restored)
  private let rate: Rate

  /// A player who has rested.
  init(_ rate: Rate) {
    self.rate = rate
  }

  /// Takes the worth of so many requests.
  ///
  /// - Returns: nil; or, when there is not that much, how long to wait, in milliseconds.
  func take(_ weight: Int = 1, at now: NIODeadline) -> UInt32? {
    var known = restored.load(ordering: .relaxed)
    while true {
      var use = RateUse(restored: known)
      if let wait = use.take(rate, weight, at: now) { return retryAfterMilliseconds(wait) }
      let (isExchanged, current) = restored.weakCompareExchange(
        expected: known, desired: use.restored, ordering: .relaxed)
      if isExchanged { return nil }
      known = current
    }
  }

  /// Whether all is back.
  func isRestored(at now: NIODeadline) -> Bool {
    RateUse(restored: restored.load(ordering: .relaxed)).isRestored(at: now)
  }
}

/// The allowances of players who have made requests lately, so that a new connection brings none of its own.
///
/// Thread-safe.
final class PlayerAllowances: Sendable {
  /// How many there are before those that are restored are looked for, at least.
  private static let lookingMin = 1_024

  private struct State {
    var allowances: [PlayerID: PlayerAllowance] = [:]
    /// How many there may be before those that are restored are forgotten.
    var limit = PlayerAllowances.lookingMin
  }

  private let rate: Rate
  private let state = Mutex(State())

  /// Everybody has rested.
  init(_ rate: Rate) {
    self.rate = rate
  }

  /// The allowance of a player, for a new connection.
  ///
  /// - Complexity: O(1) amortized.
  func allowance(of player: PlayerID, at now: NIODeadline) -> PlayerAllowance {
    state.withLock { state in
      if let known = state.allowances[player] { return known }
      if state.allowances.count >= state.limit {
        // Whoever has rested is as good as new.
        state.allowances = state.allowances.filter { !$0.value.isRestored(at: now) }
        state.limit = max(Self.lookingMin, 2 * state.allowances.count)
      }
      let allowance = PlayerAllowance(rate)
      state.allowances[player] = allowance
      return allowance
    }
  }

  /// How many players are remembered.
  var count: Int { state.withLock { $0.allowances.count } }
}
