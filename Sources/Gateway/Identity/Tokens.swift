package import Engine
package import EventLog
import FoundationEssentials
import Glibc
import JWTKit
package import World

/// Signs and checks the tokens that players and operators sign in with.
///
/// A token says which player its bearer is, and nothing else about a person. It is good as long as
/// the key is: whoever loses the key's file loses all tokens, and whoever takes it can be anybody.
/// Tokens of another key, another algorithm or another world are no tokens.
package struct Tokens: Sendable {
  /// The longest token that is looked at, in bytes.
  private static let byteCountMax = 2_048

  private let keys: JWTKeyCollection
  private let issuer: String

  /// What a token says.
  private struct Claims: JWTPayload {
    var iss: IssuerClaim
    var sub: SubjectClaim
    var iat: IssuedAtClaim
    /// `player` or `operator`.
    var role: String

    func verify(using algorithm: some JWTAlgorithm) {}
  }

  /// Tokens of one key.
  ///
  /// - Parameters:
  ///   - key: The Ed25519 key, as PEM.
  ///   - issuer: What names this world among others: its log's id.
  /// - Throws: What the key's decoder throws.
  package init(key: String, issuer: String) async throws {
    keys = await JWTKeyCollection().add(eddsa: try EdDSA.PrivateKey(pem: key))
    self.issuer = issuer
  }

  /// Signs a token.
  ///
  /// - Throws: What the signer throws.
  package func token(for requester: Requester, at time: Timestamp) async throws -> String {
    let seconds = Double(time.microseconds / 1_000_000)
    let isOperator = requester.role == .operator
    return try await keys.sign(
      Claims(
        iss: IssuerClaim(value: issuer),
        sub: SubjectClaim(value: String(requester.actor.rawValue)),
        iat: IssuedAtClaim(value: Date(timeIntervalSince1970: seconds)),
        role: isOperator ? "operator" : "player"))
  }

  /// Who the bearer of a token is; nil when it is no token of this world.
  package func credential(of token: String) async -> Credential? {
    guard token.utf8.count <= Self.byteCountMax,
      let claims = try? await keys.verify(token, as: Claims.self),
      claims.iss.value == issuer, let number = UInt64(claims.sub.value)
    else { return nil }
    switch claims.role {
    case "player" where ActorID(number).isPlayer: return .player(PlayerID(number))
    case "operator" where ActorID(number) == .operator: return .operator
    default: return nil
    }
  }
}
