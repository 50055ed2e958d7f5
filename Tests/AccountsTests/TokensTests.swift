import EventLog
import Foundation
import Glibc
import JWTKit
import Testing
import World

@testable import Accounts

/// The tokens, and the keys that sign them.
struct TokensTests {
  private static let now = Timestamp(microseconds: 1_700_000_000_000_000)
  private static let bearer = Bearer.player(DeskFixture.mira, generation: 3)

  /// Tokens of a key, by default one of their own.
  private static func tokens(
    _ key: SigningKey? = nil, world: String = "w"
  ) async throws -> Tokens {
    try await Tokens(keys: [try key ?? Tokens.newKey()], world: world)
  }

  @Test func `a token says who its bearer is, and until when`() async throws {
    let tokens = try await Self.tokens()
    let end = Self.now + 3_600_000_000
    let token = try await tokens.token(for: Self.bearer, at: Self.now, expires: end)
    let contents = await tokens.contents(of: token, at: Self.now)
    #expect(contents == Tokens.Contents(bearer: Self.bearer, expires: end))
    #expect(await tokens.contents(of: token, at: end - 1) != nil)
    #expect(await tokens.contents(of: token, at: end) == nil)
    // Set back by an hour, the clock says that the token is of the future.
    #expect(await tokens.contents(of: token, at: Self.now - 3_600_000_000) == nil)
  }

  @Test func `a token of another world or another key is none`() async throws {
    let key = try Tokens.newKey()
    let token = try await Self.tokens(key).token(for: .operator, at: Self.now, expires: nil)
    let (same, world) = (try await Self.tokens(key), try await Self.tokens(key, world: "v"))
    let foreign = try await Self.tokens()
    #expect(await same.contents(of: token, at: Self.now) != nil)
    #expect(await world.contents(of: token, at: Self.now) == nil)
    #expect(await foreign.contents(of: token, at: Self.now) == nil)
  }

  /// An operator's claims of the world `w`.
  private struct Forged: JWTPayload {
    var iss = "w"
    var sub = "2"
    var iat = 0
    var role = "operator"

    func verify(using algorithm: some JWTAlgorithm) {}
  }

  @Test func `a token of another algorithm is none, whatever it is signed with`() async throws {
    let key = try Tokens.newKey()
    let tokens = try await Self.tokens(key)
    let good = try await tokens.token(for: .operator, at: Self.now, expires: nil)
    let parts = good.split(separator: ".")
    // {"alg":"none"}
    for signature in ["", String(parts[2])] {
      let token = "eyJhbGciOiJub25lIn0.\(parts[1]).\(signature)"
      #expect(await tokens.contents(of: token, at: Self.now) == nil)
    }
    // The public key is no secret: as one it must be worth nothing.
    let publicKey = try EdDSA.PrivateKey(pem: key.pem).publicKey
    let secrets = [Array(publicKey.pemRepresentation.utf8), Array(publicKey.rawRepresentation)]
    for secret in secrets {
      let forger = await JWTKeyCollection().add(
        hmac: HMACKey(from: secret), digestAlgorithm: .sha256, kid: JWKIdentifier(string: key.id))
      let token = try await forger.sign(Forged(), kid: JWKIdentifier(string: key.id))
      #expect(await tokens.contents(of: token, at: Self.now) == nil)
    }
  }

  @Test func `a changed token is none`() async throws {
    let tokens = try await Self.tokens()
    let token = try await tokens.token(for: Self.bearer, at: Self.now, expires: nil)
    let parts = token.split(separator: ".")
    // {"iss":"w","sub":"2","iat":0,"role":"operator"}
    let claims = "eyJpc3MiOiJ3Iiwic3ViIjoiMiIsImlhdCI6MCwicm9sZSI6Im9wZXJhdG9yIn0"
    #expect(await tokens.contents(of: "\(parts[0]).\(claims).\(parts[2])", at: Self.now) == nil)
    for text in ["", "x", "a.b.c", String(repeating: "a", count: 5_000)] {
      #expect(await tokens.contents(of: text, at: Self.now) == nil)
    }
  }

  @Test func `numbers that no clock shows are no token's, and no trap`() async throws {
    struct Absurd: JWTPayload {
      var iss = "w"
      var sub = "1000"
      var iat: Double
      var exp: Double?
      var role = "player"

      func verify(using algorithm: some JWTAlgorithm) {}
    }
    let key = try Tokens.newKey()
    let tokens = try await Self.tokens(key)
    let id = JWKIdentifier(string: key.id)
    let signer = try await JWTKeyCollection().add(eddsa: EdDSA.PrivateKey(pem: key.pem), kid: id)
    let future = try await signer.sign(Absurd(iat: 1e300, exp: nil), kid: id)
    #expect(await tokens.contents(of: future, at: Self.now) == nil)
    let past = try await signer.sign(Absurd(iat: 0, exp: -1e300), kid: id)
    #expect(await tokens.contents(of: past, at: Self.now) == nil)
    let endless = try await signer.sign(Absurd(iat: 0, exp: 1e300), kid: id)
    #expect(await tokens.contents(of: endless, at: Self.now)?.expires == nil)
  }

  @Test func `a number that does not fit its role is no bearer`() async throws {
    let tokens = try await Self.tokens()
    for number in [UInt64(0), 1, 2] {
      let bearer = Bearer.player(PlayerID(number), generation: 0)
      let token = try await tokens.token(for: bearer, at: Self.now, expires: nil)
      #expect(await tokens.contents(of: token, at: Self.now) == nil)
    }
  }

  @Test func `the files are their owner's alone, and outlive a restart`() async throws {
    try await DeskFixture.run { fixture in
      let token = try await fixture.guest().token
      let before = try fixture.identity.operatorToken()
      let again = try await DeskFixture.open(fixture.directory, fixture.clock)
      #expect(
        try await again.prove(.token(token)).bearer == .player(DeskFixture.mira, generation: 0))
      #expect(try fixture.identity.operatorToken() == before)
      for name in try FileManager.default.contentsOfDirectory(atPath: fixture.directory) {
        #expect(Self.mode(of: fixture.directory + "/" + name) == 0o600, "\(name)")
      }
    }
    try await withTemporaryDirectory { directory in
      _ = try await DeskFixture.open(directory + "/identity", TestClock())
      #expect(Self.mode(of: directory + "/identity") == 0o700)
    }
  }

  /// Who may do what with a file.
  private static func mode(of path: String) -> mode_t {
    var status = stat()
    unsafe stat(path, &status)
    return status.st_mode & 0o777
  }

  @Test func `a key from before there was a store signs on, and its tokens are good`() async throws
  {
    struct Former: JWTPayload {
      var iss = "w"
      var sub = "1000"
      var iat = 1_600_000_000
      var role = "player"

      func verify(using algorithm: some JWTAlgorithm) {}
    }
    try await withTemporaryDirectory { directory in
      let key = try EdDSA.PrivateKey()
      try key.pemRepresentation.write(
        toFile: directory + "/token-key", atomically: true, encoding: .utf8)
      let token = try await JWTKeyCollection().add(eddsa: key).sign(Former())
      let clock = TestClock()
      let desk = try await DeskFixture.open(directory, clock)
      #expect(!FileManager.default.fileExists(atPath: directory + "/token-key"))
      let fixture = DeskFixture(directory: directory, clock: clock, desk: desk)
      let (player, grant) = try await fixture.signIn(.token(token))
      #expect(player == DeskFixture.mira)
      #expect(grant.refreshToken != nil)
      #expect(try await fixture.signIn(.token(grant.token)).player == DeskFixture.mira)
      // It ends with its key, as the operator's does.
      try await fixture.identity.rotateKey(at: clock.now, isAtOnce: true)
      let later = try await DeskFixture.open(directory, clock)
      #expect(await refusal { _ = try await later.prove(.token(token)) } == .badToken)
    }
  }

  @Test func `a key file that is no key is named`() async throws {
    try await withTemporaryDirectory { directory in
      try "rubbish".write(
        toFile: directory + "/token-key", atomically: true, encoding: .utf8)
      await #expect(throws: AccountFault.self) {
        try await DeskFixture.open(directory, TestClock())
      }
      // It is still there, for whoever can mend it.
      #expect(FileManager.default.fileExists(atPath: directory + "/token-key"))
    }
  }
}
