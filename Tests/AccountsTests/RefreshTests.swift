import EventLog
import Testing
import World

@testable import Accounts

/// Refresh tokens: each good once, and a family void when one is in two hands.
struct RefreshTests {
  @Test func `each brings the next, and is not good again once that has arrived`() async throws {
    try await DeskFixture.run { fixture in
      let first = try #require(try await fixture.guest().refreshToken)
      let second = try #require(
        try await fixture.signIn(.refreshToken(first)).grant.refreshToken)
      #expect(second != first)
      await fixture.desk.noteReceipt(of: second)
      // It is in two hands now, so nothing of its family is good any more.
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(first)) } == .badToken)
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(second)) } == .badToken)
    }
  }

  @Test
  func `whoever is looked at before the next has arrived, and granted to after, ends the family`()
    async throws
  {
    try await DeskFixture.run { fixture in
      let first = try #require(try await fixture.guest().refreshToken)
      let second = try #require(
        try await fixture.signIn(.refreshToken(first)).grant.refreshToken)
      let proof = try await fixture.desk.prove(.refreshToken(first))
      await fixture.desk.noteReceipt(of: second)
      let found = await refusal {
        _ = try await fixture.desk.grant(to: DeskFixture.mira, generation: 0, for: proof.basis)
      }
      #expect(found == .signedOut)
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(second)) } == .badToken)
    }
  }

  @Test func `whoever lost the answer is let in by the same token, and the lost one is void`()
    async throws
  {
    try await DeskFixture.run { fixture in
      let first = try #require(try await fixture.guest().refreshToken)
      let lost = try #require(try await fixture.signIn(.refreshToken(first)).grant.refreshToken)
      // A day in a tunnel does not matter.
      fixture.clock.advance(seconds: 86_400)
      let third = try #require(
        try await fixture.signIn(.refreshToken(first)).grant.refreshToken)
      let fourth = try #require(
        try await fixture.signIn(.refreshToken(third)).grant.refreshToken)
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(lost)) } == .badToken)
      // The lost one turned up: somebody else has it.
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(fourth)) } == .badToken)
    }
  }

  @Test func `using a token shows that it arrived`() async throws {
    try await DeskFixture.run { fixture in
      let first = try #require(try await fixture.guest().refreshToken)
      let second = try #require(
        try await fixture.signIn(.refreshToken(first)).grant.refreshToken)
      _ = try await fixture.signIn(.refreshToken(second))
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(first)) } == .badToken)
    }
  }

  @Test func `another family of the same player is not touched by a theft`() async throws {
    try await DeskFixture.run { fixture in
      try await fixture.account()
      let phone = try await fixture.signIn(fixture.password(DeskFixture.password)).grant
      let desktop = try await fixture.signIn(fixture.password(DeskFixture.password)).grant
      let stolen = try #require(phone.refreshToken)
      let next = try #require(
        try await fixture.signIn(.refreshToken(stolen)).grant.refreshToken)
      await fixture.desk.noteReceipt(of: next)
      _ = await refusal { _ = try await fixture.signIn(.refreshToken(stolen)) }
      let other = try #require(desktop.refreshToken)
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(other)) } == nil)
    }
  }

  @Test func `tokens end, and each refresh begins the time anew`() async throws {
    try await DeskFixture.run { fixture in
      let first = try await fixture.guest()
      fixture.clock.advance(seconds: 3_600)
      #expect(await refusal { _ = try await fixture.signIn(.token(first.token)) } == .badToken)
      fixture.clock.advance(seconds: 29 * 86_400)
      let refreshToken = try #require(first.refreshToken)
      let second = try await fixture.signIn(.refreshToken(refreshToken)).grant
      #expect(second.expires.map { $0 - fixture.clock.now } == 3_600_000_000)
      fixture.clock.advance(seconds: 29 * 86_400)
      let next = try #require(second.refreshToken)
      let third = try await fixture.signIn(.refreshToken(next)).grant
      fixture.clock.advance(seconds: 30 * 86_400)
      let last = try #require(third.refreshToken)
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(last)) } == .badToken)
    }
  }

  @Test func `a sign-in with a token does not make it live longer`() async throws {
    try await DeskFixture.run { fixture in
      let first = try await fixture.guest()
      fixture.clock.advance(seconds: 1_800)
      let again = try await fixture.signIn(.token(first.token)).grant
      #expect(again.token == first.token)
      #expect(again.expires == first.expires)
      #expect(again.refreshToken == nil)
    }
  }

  @Test func `a player has so many devices, and the oldest goes first`() async throws {
    try await DeskFixture.run(.adjusting { $0.devicesMax = 2 }) { fixture in
      var tokens: [String] = []
      for _ in 0..<3 {
        tokens.append(try #require(try await fixture.guest().refreshToken))
        fixture.clock.advance(seconds: 1)
      }
      let (oldest, newest) = (tokens[0], tokens[2])
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(oldest)) } == .badToken)
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(newest)) } == nil)
    }
  }

  @Test(arguments: [
    "", "x", String(repeating: "A", count: 54), String(repeating: "é", count: 9_000),
  ])
  func `what is no refresh token is none`(_ text: String) async throws {
    try await DeskFixture.run { fixture in
      #expect(await refusal { _ = try await fixture.signIn(.refreshToken(text)) } == .badToken)
    }
  }

  @Test func `many guests at once share transactions and get a token each`() async throws {
    try await DeskFixture.run { fixture in
      let desk = fixture.desk
      let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
        for number in UInt64(1_000)..<1_200 {
          group.addTask {
            try await desk.grant(to: PlayerID(number), generation: nil, for: .newFamily)
              .refreshToken
          }
        }
        return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
      }
      #expect(tokens.count == 200)
      #expect(!tokens.contains(nil))
    }
  }

  @Test func `a refresh is of one's own token alone`() async throws {
    try await DeskFixture.run { fixture in
      let mira = try #require(try await fixture.guest().refreshToken)
      #expect(
        await refusal { _ = try await fixture.desk.refresh(mira, of: DeskFixture.tomo) }
          == .badToken)
      #expect(try await fixture.desk.refresh(mira, of: DeskFixture.mira).refreshToken != mira)
    }
  }
}
