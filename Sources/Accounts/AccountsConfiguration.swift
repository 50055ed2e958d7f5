package import EventLog

/// How accounts are dealt with.
package struct AccountsConfiguration: Sendable {
  /// How long a token is good, in microseconds.
  package var tokenLife: Int64 = 3_600 * 1_000_000
  /// How long a refresh token is good, in microseconds; each one that is used brings one as long.
  package var refreshLife: Int64 = 30 * 86_400 * 1_000_000
  /// How many devices of a player can refresh their tokens; the one that did so longest ago goes first.
  package var devicesMax = 8
  /// What a new password's hash costs.
  package var cost = PasswordCost.standard
  /// How many passwords may wait to be looked at.
  package var passwordsWaitingMax = 32
  /// How often to look whether another process has changed the store.
  package var watchInterval = Duration.milliseconds(500)
  /// Reads the clock.
  package var now: @Sendable () -> Timestamp
  /// Called with what goes wrong with the store while it is used.
  package var onFault: @Sendable (AccountFault) -> Void = { _ in }

  /// The defaults.
  package init(now: @escaping @Sendable () -> Timestamp) {
    self.now = now
  }
}
