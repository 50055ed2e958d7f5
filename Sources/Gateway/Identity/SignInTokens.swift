package import Engine
package import EventLog
package import World

/// What sign-ins are proved by, and what clients are given to prove themselves with the next time.
package protocol SignInTokens: Sendable {
  /// Who the bearer of a token is; nil when it proves nothing.
  func credential(of token: String) async -> Credential?

  /// What somebody who signed in can sign in with again; not empty.
  ///
  /// - Throws: What making it throws.
  func token(for requester: Requester, at time: Timestamp) async throws -> String
}

extension Tokens: SignInTokens {}

/// As whom a recording is watched: nothing is proved, since whoever may watch it may see all of it.
///
/// A token is the number of a player, `operator`, or `guest`.
package struct ViewerTokens: SignInTokens {
  private static let guest = "guest"
  private static let everything = "operator"

  /// The only ones there are.
  package init() {}

  /// Whoever the token names.
  package func credential(of token: String) async -> Credential? {
    switch token {
    case Self.guest: return .newPlayer
    case Self.everything: return .operator
    default:
      guard let number = UInt64(token), ActorID(number).isPlayer else { return nil }
      return .player(PlayerID(number))
    }
  }

  /// The name of whoever watches.
  package func token(for requester: Requester, at time: Timestamp) async throws -> String {
    switch requester.role {
    case .operator: Self.everything
    case .player where requester.actor.isPlayer: requester.actor.description
    case .player, .server: Self.guest
    }
  }
}
