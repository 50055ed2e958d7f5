import EventLog
import JWTKit
import World

/// Signs and checks the tokens that players and operators sign in with.
///
/// A token says which player its bearer is, until when, and nothing else about a person. Tokens of
/// another key, another algorithm or another world are no tokens. One without an end is good for as
/// long as its key is: an operator's.
struct Tokens: Sendable {
  /// The longest token that is looked at, in bytes.
  private static let byteCountMax = 2_048
  /// How far in the future a token may have been made, for clocks that were set back; in seconds.
  private static let leeway = 60.0

  private let collection: JWTKeyCollection
  private let signer: JWKIdentifier
  private let world: String
  /// The keys, oldest first; the last signs.
  let keys: [SigningKey]

  /// What a token says.
  private struct Claims: JWTPayload {
    var iss: String
    var sub: String
    /// When it was made, in seconds since 1970.
    var iat: Double
    /// When it ends, in seconds since 1970; absent for never.
    var exp: Double?
    /// The generation that it belongs to; absent for the first.
    var gen: Int64?
    /// `player` or `operator`.
    var role: String

    func verify(using algorithm: some JWTAlgorithm) {}
  }

  /// What a good token says.
  struct Contents: Equatable {
    let bearer: Bearer
    let expires: Timestamp?
  }

  /// Tokens of some keys.
  ///
  /// - Parameters:
  ///   - keys: One at least; the oldest first, the last signs.
  ///   - world: What names this world among others: its log's id.
  /// - Throws: ``AccountFault``
  init(keys: [SigningKey], world: String) async throws(AccountFault) {
    guard let last = keys.last else {
      throw AccountFault(.damaged, "there is no key to sign tokens with")
    }
    collection = JWTKeyCollection()
    for key in keys {
      guard let privateKey = try? EdDSA.PrivateKey(pem: key.pem) else {
        throw AccountFault(
          .damaged,
          "the key \(key.id) is no Ed25519 key in PEM. Restore it from a backup, or rotate keys.")
      }
      // The first is also the one for tokens that name no key: those of before there were several.
      await collection.add(eddsa: privateKey, kid: JWKIdentifier(string: key.id))
    }
    signer = JWKIdentifier(string: last.id)
    self.keys = keys
    self.world = world
  }

  /// A key that nobody else has.
  ///
  /// - Throws: ``AccountFault`` when there is no randomness to make it from.
  static func newKey() throws(AccountFault) -> SigningKey {
    guard let key = try? EdDSA.PrivateKey() else {
      throw AccountFault(.inputOutput, "no key can be made to sign tokens with")
    }
    return SigningKey(
      id: Secret.base64(Secret.randomBytes(9)), pem: key.pemRepresentation, retires: nil)
  }

  /// Signs a token.
  ///
  /// - Parameter expires: When it ends, in whole seconds; nil for never.
  /// - Throws: `unavailable` when it cannot be signed.
  func token(
    for bearer: Bearer, at now: Timestamp, expires: Timestamp?
  ) async throws(AccountRefusal) -> String {
    var claims = Claims(iss: world, sub: "2", iat: Self.seconds(now), role: "operator")
    claims.exp = expires.map(Self.seconds)
    if case .player(let player, let generation) = bearer {
      claims.sub = String(player.rawValue)
      claims.gen = generation
      claims.role = "player"
    }
    do {
      return try await collection.sign(claims, kid: signer)
    } catch {
      throw .unavailable
    }
  }

  private static func seconds(_ time: Timestamp) -> Double {
    Double(time.microseconds / 1_000_000)
  }

  /// What a token says; nil when it is no token of this world, or none that is good now.
  ///
  /// Whether its generation is still good is not looked at.
  func contents(of token: String, at now: Timestamp) async -> Contents? {
    guard token.utf8.count <= Self.byteCountMax,
      let claims = try? await collection.verify(token, as: Claims.self),
      claims.iss == world, let number = UInt64(claims.sub)
    else { return nil }
    let time = Double(now.microseconds) / 1_000_000
    guard claims.iat <= time + Self.leeway, claims.exp.map({ time < $0 }) ?? true else {
      return nil
    }
    let end = claims.exp.flatMap { Int64(exactly: ($0 * 1_000_000).rounded()) }
    let bearer: Bearer
    switch claims.role {
    case "player" where ActorID(number).isPlayer:
      bearer = .player(PlayerID(number), generation: claims.gen ?? 0)
    case "operator" where ActorID(number) == .operator:
      bearer = .operator
    default:
      return nil
    }
    return Contents(bearer: bearer, expires: end.map(Timestamp.init(microseconds:)))
  }
}
