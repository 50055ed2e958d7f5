import EventLog
import Foundation
import Testing

@testable import Accounts

/// Keys that take the place of others, while a server runs.
struct RotationTests {
  private func operatorToken(_ fixture: DeskFixture) throws -> String {
    try String(contentsOfFile: fixture.identity.operatorTokenFile, encoding: .utf8)
      .filter { !$0.isWhitespace }
  }

  @Test func `a running desk signs with the new key, and takes the old until its tokens end`()
    async throws
  {
    try await DeskFixture.run { fixture in
      let (desk, clock) = (fixture.desk, fixture.clock)
      let watching = Task { await desk.watch { _ in } }
      defer { watching.cancel() }
      let old = try await fixture.guest()
      let oldOperator = try operatorToken(fixture)
      try await fixture.identity.rotateKey(at: clock.now, isAtOnce: false)
      #expect(await eventually { await desk.tokens.keys.count == 2 })
      let new = try await fixture.guest(DeskFixture.tomo)
      #expect(old.token.split(separator: ".")[0] != new.token.split(separator: ".")[0])
      for token in [old.token, new.token, oldOperator, try operatorToken(fixture)] {
        #expect(await refusal { _ = try await desk.prove(.token(token)) } == nil)
      }
      #expect(try operatorToken(fixture) != oldOperator)

      clock.advance(seconds: 3_600)
      #expect(await eventually { await desk.tokens.keys.count == 1 })
      #expect(await refusal { _ = try await desk.prove(.token(oldOperator)) } == .badToken)
      let current = try operatorToken(fixture)
      #expect(try await desk.prove(.token(current)).bearer == .operator)
      let refreshToken = try #require(old.refreshToken)
      #expect(try await fixture.signIn(.refreshToken(refreshToken)).player == DeskFixture.mira)
      #expect(try fixture.store.keys().count == 1)
    }
  }

  @Test func `a stolen key is worth nothing at once, and clients come back by refresh tokens`()
    async throws
  {
    try await DeskFixture.run { fixture in
      let desk = fixture.desk
      let watching = Task { await desk.watch { _ in } }
      defer { watching.cancel() }
      let old = try await fixture.guest()
      let oldOperator = try operatorToken(fixture)
      let kept = await desk.tokens.keys
      try await fixture.identity.rotateKey(at: fixture.clock.now, isAtOnce: true)
      #expect(await eventually { await desk.tokens.keys != kept })
      for token in [old.token, oldOperator] {
        #expect(await refusal { _ = try await desk.prove(.token(token)) } == .badToken)
      }
      let refreshToken = try #require(old.refreshToken)
      #expect(try await fixture.signIn(.refreshToken(refreshToken)).player == DeskFixture.mira)
      // What signed is not in the files any more.
      let secret = try #require(kept.first?.pem.split(separator: "\n").dropFirst().first)
      try fixture.store.removeBytes(of: []) { "somebody reads" }
      #expect(try fixture.bytes().range(of: Data(secret.utf8)) == nil)
    }
  }
}
