import EventLog
import FoundationEssentials
import Gateway
import Glibc
import Testing
import World

@testable import Engine

/// The files that prove identities.
struct TokensTests {
  private static let now = Timestamp(microseconds: 1_700_000_000_000_000)
  private static let player = Requester(actor: ActorID(1_234), role: .player)

  @Test func `the key outlives a restart, and only its owner may read it`() async throws {
    try await withTemporaryDirectory { directory in
      let identity = IdentityDirectory(path: directory + "/identity")
      let first = try await identity.open(issuer: "w", now: Self.now)
      let token = try await first.token(for: Self.player, at: Self.now)
      let before = try String(contentsOfFile: identity.operatorTokenFile, encoding: .utf8)
      let second = try await identity.open(issuer: "w", now: Self.now)
      guard case .player(PlayerID(UInt64(1_234)))? = await second.credential(of: token) else {
        Issue.record("the token is not known after a restart")
        return
      }
      #expect(try String(contentsOfFile: identity.operatorTokenFile, encoding: .utf8) == before)
      for name in ["token-key", "operator.token"] {
        #expect(mode(of: directory + "/identity/" + name) == 0o600)
      }
      #expect(mode(of: directory + "/identity") == 0o700)
    }
  }

  /// Who may do what with a file.
  private func mode(of path: String) -> mode_t {
    var status = stat()
    unsafe stat(path, &status)
    return status.st_mode & 0o777
  }

  @Test func `a token of another world is none`() async throws {
    try await withTemporaryDirectory { directory in
      let identity = IdentityDirectory(path: directory)
      let one = try await identity.open(issuer: "one", now: Self.now)
      let token = try await one.token(for: Self.player, at: Self.now)
      let other = try await identity.open(issuer: "other", now: Self.now)
      #expect(await other.credential(of: token) == nil)
      // The operator's token was one of the first world, and has been made anew.
      let text = try String(contentsOfFile: identity.operatorTokenFile, encoding: .utf8)
      #expect(await other.credential(of: text.filter { !$0.isWhitespace }) != nil)
    }
  }

  @Test func `a changed token is none`() async throws {
    try await withTemporaryDirectory { directory in
      let tokens = try await IdentityDirectory(path: directory).open(issuer: "w", now: Self.now)
      let token = try await tokens.token(for: Self.player, at: Self.now)
      let parts = token.split(separator: ".")
      // {"iss":"w","sub":"2","iat":0,"role":"operator"}
      let claims = "eyJpc3MiOiJ3Iiwic3ViIjoiMiIsImlhdCI6MCwicm9sZSI6Im9wZXJhdG9yIn0"
      #expect(await tokens.credential(of: "\(parts[0]).\(claims).\(parts[2])") == nil)
      #expect(await tokens.credential(of: token) != nil)
    }
  }

  @Test func `a role and a number that do not fit are no credential`() async throws {
    try await withTemporaryDirectory { directory in
      let tokens = try await IdentityDirectory(path: directory).open(issuer: "w", now: Self.now)
      for requester in [
        Requester(actor: .operator, role: .player), Requester(actor: .scheduler, role: .player),
        Requester(actor: ActorID(1_234), role: .operator),
      ] {
        let token = try await tokens.token(for: requester, at: Self.now)
        #expect(await tokens.credential(of: token) == nil)
      }
    }
  }

  @Test func `a key file that is no key is named`() async throws {
    try await withTemporaryDirectory { directory in
      let file = directory + "/token-key"
      try "rubbish".write(toFile: file, atomically: true, encoding: .utf8)
      let fault = await #expect(throws: IdentityFault.self) {
        try await IdentityDirectory(path: directory).open(issuer: "w", now: Self.now)
      }
      #expect(fault?.message.contains(file) == true)
    }
  }
}
