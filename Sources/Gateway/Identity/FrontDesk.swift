package import Accounts
import EventLog
package import World

/// Where connections prove who they are, get what the next sign-in is made with, and change accounts.
///
/// What each requirement means, and what it throws, is said at ``Accounts/AccountDesk``. All of them are
/// asked away from the event loops.
package protocol FrontDesk: Sendable {
  /// Looks who somebody is.
  func prove(_ evidence: Evidence) async throws(AccountRefusal) -> Proof

  /// Gives a player what the next sign-in is made with.
  func grant(
    to player: PlayerID, generation: Int64?, for basis: GrantBasis
  ) async throws(AccountRefusal) -> Grant

  /// Notes that a refresh token has arrived.
  func noteReceipt(of refreshToken: String) async

  /// Turns a guest into an account.
  func register(
    _ player: PlayerID, generation: Int64, name: String, password: String, mail: String
  ) async throws(AccountRefusal)

  /// Changes a password.
  func changePassword(
    of player: PlayerID, from old: String, to new: String, onChange: @Sendable (Int64) -> Void
  ) async throws(AccountRefusal) -> Grant

  /// Changes the mail address of an account.
  func changeMail(
    of player: PlayerID, password: String, to mail: String
  ) async throws(AccountRefusal)

  /// Makes everything void that proved who a player is.
  func signOutEverywhere(
    _ player: PlayerID, onChange: @Sendable () -> Void
  ) async throws(AccountRefusal)

  /// Gives new tokens for a refresh token of the player's.
  func refresh(_ text: String, of player: PlayerID) async throws(AccountRefusal) -> Grant

  /// Watches for players who were signed out, until the task is cancelled.
  func watch(onRevocation: @escaping @Sendable ([Revocation]) -> Void) async
}

extension AccountDesk: FrontDesk {}
