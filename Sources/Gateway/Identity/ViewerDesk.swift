package import Accounts
import EventLog
package import World

/// As whom a recording is watched: nothing is proved, since whoever may watch it may see all of it.
///
/// A token is the number of a player, `operator`, or `guest`: nobody in particular, player 0. There are no
/// accounts.
package struct ViewerDesk: FrontDesk {
  private static let guest = "guest"
  private static let everything = "operator"

  /// The only one there is.
  package init() {}

  /// Whoever the token names.
  package func prove(_ evidence: Evidence) async throws(AccountRefusal) -> Proof {
    guard case .token(let token) = evidence, let bearer = Self.bearer(of: token) else {
      throw .badToken
    }
    return Proof(bearer: bearer, basis: .token(token, expires: nil))
  }

  private static func bearer(of token: String) -> Bearer? {
    if token == everything { return .operator }
    if token == guest { return .player(PlayerID(UInt64(0)), generation: 0) }
    guard let number = UInt64(token), ActorID(number).isPlayer else { return nil }
    return .player(PlayerID(number), generation: 0)
  }

  /// The name of whoever watches.
  package func grant(
    to player: PlayerID, generation: Int64?, for basis: GrantBasis
  ) async throws(AccountRefusal) -> Grant {
    Grant(
      token: player.actor.isPlayer ? player.description : Self.guest, expires: nil,
      refreshToken: nil, generation: 0)
  }

  /// Nothing: there are no refresh tokens.
  package func noteReceipt(of refreshToken: String) async {}

  /// Nobody registers here.
  package func register(
    _ player: PlayerID, generation: Int64, name: String, password: String, mail: String
  ) async throws(AccountRefusal) {
    throw .noAccounts
  }

  /// There is no password here.
  package func changePassword(
    of player: PlayerID, from old: String, to new: String, onChange: @Sendable (Int64) -> Void
  ) async throws(AccountRefusal) -> Grant {
    throw .noAccounts
  }

  /// There is no mail address here.
  package func changeMail(
    of player: PlayerID, password: String, to mail: String
  ) async throws(AccountRefusal) {
    throw .noAccounts
  }

  /// Nobody is signed in for good here.
  package func signOutEverywhere(
    _ player: PlayerID, onChange: @Sendable () -> Void
  ) async throws(AccountRefusal) {
    throw .noAccounts
  }

  /// There are no refresh tokens here.
  package func refresh(
    _ text: String, of player: PlayerID
  ) async throws(AccountRefusal) -> Grant {
    throw .noAccounts
  }

  /// Returns at once: nobody is ever signed out.
  package func watch(onRevocation: @escaping @Sendable ([Revocation]) -> Void) async {}
}
