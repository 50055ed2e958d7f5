import Accounts
import Gateway
import World

/// A desk at which everything proves enough, and is void when tokens are to be granted for it.
struct FickleDesk: FrontDesk {
  let refusal: AccountRefusal

  func prove(_ evidence: Evidence) async throws(AccountRefusal) -> Proof {
    Proof(
      bearer: .player(PlayerID(UInt64(1_000)), generation: 0), basis: .refreshToken("any"))
  }

  func grant(
    to player: PlayerID, generation: Int64?, for basis: GrantBasis
  ) async throws(AccountRefusal) -> Grant {
    throw refusal
  }

  func noteReceipt(of refreshToken: String) async {}

  func register(
    _ player: PlayerID, generation: Int64, name: String, password: String, mail: String
  ) async throws(AccountRefusal) {
    throw .noAccounts
  }

  func changePassword(
    of player: PlayerID, from old: String, to new: String, onChange: @Sendable (Int64) -> Void
  ) async throws(AccountRefusal) -> Grant {
    throw .noAccounts
  }

  func changeMail(
    of player: PlayerID, password: String, to mail: String
  ) async throws(AccountRefusal) {
    throw .noAccounts
  }

  func signOutEverywhere(
    _ player: PlayerID, onChange: @Sendable () -> Void
  ) async throws(AccountRefusal) {
    throw .noAccounts
  }

  func refresh(_ text: String, of player: PlayerID) async throws(AccountRefusal) -> Grant {
    throw .noAccounts
  }

  func watch(onRevocation: @escaping @Sendable ([Revocation]) -> Void) async {}
}
