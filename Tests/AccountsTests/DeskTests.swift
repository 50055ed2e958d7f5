import EventLog
import Foundation
import GRDB
import Synchronization
import Testing
import World

@testable import Accounts

/// Accounts as their owners deal with them.
struct DeskTests {
  @Test func `a guest becomes an account, and is the same player`() async throws {
    try await DeskFixture.run { fixture in
      let guest = try await fixture.account("Mira")
      let (player, _) = try await fixture.signIn(fixture.password(DeskFixture.password, "mIRA"))
      #expect(player == DeskFixture.mira)
      // What the guest had is still good.
      #expect(try await fixture.signIn(.token(guest.token)).player == DeskFixture.mira)
    }
  }

  @Test func `registering again is done already with the same password, and refused with another`()
    async throws
  {
    try await DeskFixture.run { fixture in
      try await fixture.account("Mira")
      let desk = fixture.desk
      func again(_ name: String, _ password: String) async -> AccountRefusal? {
        await refusal {
          try await desk.register(
            DeskFixture.mira, generation: 0, name: name, password: password, mail: "")
        }
      }
      #expect(await again("mira", DeskFixture.password) == nil)
      #expect(await again("mira", "another one") == .alreadyRegistered)
      #expect(await again("mira2", DeskFixture.password) == .alreadyRegistered)
      #expect(try fixture.store.accounts().count == 1)
    }
  }

  @Test func `a name is one account's, in any case`() async throws {
    try await DeskFixture.run { fixture in
      try await fixture.account("Mira")
      #expect(
        await refusal { try await fixture.account("MIRA", DeskFixture.tomo) } == .nameTaken)
    }
  }

  @Test func `of many who register a name at once, one has it`() async throws {
    try await DeskFixture.run(.adjusting { $0.passwordsWaitingMax = 64 }) { fixture in
      let desk = fixture.desk
      let refusals = await withTaskGroup(of: AccountRefusal?.self) { group in
        for number in UInt64(1_000)..<1_020 {
          group.addTask {
            await refusal {
              try await desk.register(
                PlayerID(number), generation: 0, name: "mira", password: "correct horse", mail: "")
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(refusals.count { $0 == nil } == 1)
      #expect(refusals.count { $0 == .nameTaken } == 19)
    }
  }

  @Test(
    arguments: [
      ("x", "correct horse", "", AccountRefusal.invalidName),
      ("mira", "short", "", .weakPassword), ("mira", "correct horse", "nowhere", .invalidMail),
    ] as [(String, String, String, AccountRefusal)])
  func `a registration that cannot be is refused`(
    _ name: String, _ password: String, _ mail: String, _ expected: AccountRefusal
  ) async throws {
    try await DeskFixture.run { fixture in
      let found = await refusal {
        try await fixture.desk.register(
          DeskFixture.mira, generation: 0, name: name, password: password, mail: mail)
      }
      #expect(found == expected)
      let accounts = try fixture.store.accounts()
      #expect(accounts.isEmpty)
    }
  }

  @Test(arguments: ["mira", "nobody", "", "no name at all", String(repeating: "x", count: 9_000)])
  func `a wrong password and an unknown name get the same answer`(_ name: String) async throws {
    try await DeskFixture.run { fixture in
      try await fixture.account()
      #expect(
        await refusal { _ = try await fixture.signIn(fixture.password("wrong horse", name)) }
          == .badCredentials)
    }
  }

  @Test func `an unknown name takes as long as a known one`() async throws {
    try await DeskFixture.run(
      .adjusting {
        $0.cost = PasswordCost(logRounds: 12, blockSize: 8, parallelism: 1) ?? .cheap
      }
    ) {
      fixture in
      try await fixture.account()
      var (known, unknown) = (Duration.seconds(1_000), Duration.seconds(1_000))
      // The quickest of several is what it costs, however busy the machine is.
      for _ in 0..<6 {
        for name in ["mira", "nobody"] {
          let time = await ContinuousClock().measure {
            _ = await refusal {
              _ = try await fixture.signIn(fixture.password("wrong horse", name))
            }
          }
          if name == "mira" { known = min(known, time) } else { unknown = min(unknown, time) }
        }
      }
      // Without hashing, it would be a hundredth.
      #expect(unknown > known / 4)
    }
  }

  @Test func `a hash of another cost is made anew at sign-in`() async throws {
    try await DeskFixture.run { fixture in
      try await fixture.account()
      let dearer = try #require(PasswordCost(logRounds: 6, blockSize: 8, parallelism: 1))
      let later = try await DeskFixture.open(
        fixture.directory, fixture.clock, .adjusting { $0.cost = dearer })
      let raised = DeskFixture(directory: fixture.directory, clock: fixture.clock, desk: later)
      for _ in 0..<2 {
        #expect(
          try await raised.signIn(raised.password(DeskFixture.password)).player == DeskFixture.mira)
        #expect(try fixture.store.password(of: DeskFixture.mira)?.hash.cost == dearer)
      }
    }
  }

  @Test func `a changed password makes all that came before void, but for who changed it`()
    async throws
  {
    try await DeskFixture.run { fixture in
      let desk = fixture.desk
      let before = try await fixture.account()
      let order = Mutex<[String]>([])
      let watching = Task {
        await desk.watch { revocations in
          order.withLock { $0 += revocations.map { "told of \($0.generation)" } }
        }
      }
      defer { watching.cancel() }
      #expect(
        await refusal {
          _ = try await desk.changePassword(
            of: DeskFixture.mira, from: "wrong horse", to: "battery staple"
          ) { _ in }
        } == .badCredentials)
      let grant = try await desk.changePassword(
        of: DeskFixture.mira, from: DeskFixture.password, to: "battery staple"
      ) { generation in
        order.withLock { $0.append("now \(generation)") }
      }
      #expect(await eventually { order.withLock { $0.count } == 2 })
      #expect(order.withLock { $0 } == ["now 1", "told of 1"])
      #expect(grant.generation == 1)
      #expect(await refusal { _ = try await fixture.signIn(.token(before.token)) } == .badToken)
      let refreshToken = try #require(before.refreshToken)
      #expect(
        await refusal { _ = try await fixture.signIn(.refreshToken(refreshToken)) } == .badToken)
      #expect(
        await refusal { _ = try await fixture.signIn(fixture.password(DeskFixture.password)) }
          == .badCredentials)
      #expect(try await fixture.signIn(.token(grant.token)).player == DeskFixture.mira)
      #expect(
        try await fixture.signIn(fixture.password("battery staple")).player == DeskFixture.mira)
    }
  }

  @Test func `a password that is changed while it waits to be hashed lets nobody in`() async throws
  {
    try await DeskFixture.run { fixture in
      try await fixture.account()
      let name = try #require(AccountName("mira"))
      let record = try #require(try fixture.store.password(named: name))
      _ = try await fixture.desk.changePassword(
        of: DeskFixture.mira, from: DeskFixture.password, to: "battery staple"
      ) { _ in }
      let proof = try await fixture.desk.prove(record, Password(given: DeskFixture.password))
      #expect(proof.bearer == .player(DeskFixture.mira, generation: 0))
      #expect(
        await refusal {
          _ = try await fixture.desk.grant(
            to: DeskFixture.mira, generation: 0, for: proof.basis)
        } == .signedOut)
    }
  }

  @Test func `a mail address is changed with the password, and the former is nowhere any more`()
    async throws
  {
    try await DeskFixture.run { fixture in
      let desk = fixture.desk
      let grant = try await fixture.account(mail: "dulcinea@toboso.example")
      func change(_ mail: String, _ password: String = DeskFixture.password) async
        -> AccountRefusal?
      {
        await refusal {
          try await desk.changeMail(of: DeskFixture.mira, password: password, to: mail)
        }
      }
      func mail() throws -> String? { try fixture.store.account(of: DeskFixture.mira)?.mail }
      #expect(await change("panza@mancha.example", "wrong horse") == .badCredentials)
      for address in ["nowhere", "two words@example.org", "a@b\u{9B}31m", "a@b\u{202E}c"] {
        #expect(await change(address) == .invalidMail, "\(address)")
      }
      #expect(
        await refusal {
          try await desk.changeMail(of: DeskFixture.tomo, password: "correct horse", to: "")
        } == .notRegistered)
      #expect(try mail() == "dulcinea@toboso.example")
      #expect(await change("panza@mancha.example") == nil)
      #expect(try mail() == "panza@mancha.example")
      #expect(try fixture.bytes().range(of: Data("dulcinea".utf8)) == nil)
      #expect(await change("") == nil)
      #expect(try mail() == nil)
      #expect(try fixture.bytes().range(of: Data("panza".utf8)) == nil)
      // Nobody is signed out by it.
      #expect(try await fixture.signIn(.token(grant.token)).player == DeskFixture.mira)
    }
  }

  @Test func `a code sets a password once, in time, and for its account alone`() async throws {
    try await DeskFixture.run { fixture in
      let before = try await fixture.account()
      try await fixture.account("tomo", DeskFixture.tomo)
      let name = try #require(AccountName("mira"))
      func code(_ seconds: Int64 = 60) throws -> String {
        try #require(
          try fixture.store.makeResetCode(
            named: name, until: fixture.clock.now + seconds * 1_000_000)
        ).description
      }
      func reset(_ code: String, _ name: String = "mira", _ password: String = "battery staple")
        async -> AccountRefusal?
      {
        await refusal {
          _ = try await fixture.signIn(.resetCode(name: name, code: code, password: password))
        }
      }
      let first = try code()
      let second = try code()
      #expect(await reset(first) == .badResetCode)
      #expect(await reset(second, "tomo") == .badResetCode)
      #expect(await reset(second, "nobody") == .badResetCode)
      #expect(await reset("") == .badResetCode)
      #expect(await reset(second, "mira", "short") == .weakPassword)
      #expect(await reset(second.lowercased().replacing("-", with: " ")) == nil)
      #expect(await reset(second) == .badResetCode)
      #expect(await refusal { _ = try await fixture.signIn(.token(before.token)) } == .badToken)
      #expect(
        await refusal { _ = try await fixture.signIn(fixture.password("battery staple")) } == nil)
      let late = try code()
      fixture.clock.advance(seconds: 60)
      #expect(await reset(late) == .badResetCode)
    }
  }

  @Test func `passwords that wait have a bound, and nothing else waits for them`() async throws {
    let dear = PasswordCost(logRounds: 14, blockSize: 8, parallelism: 1) ?? .cheap
    try await DeskFixture.run(
      .adjusting {
        $0.cost = dear
        $0.passwordsWaitingMax = 3
      }
    ) { fixture in
      let desk = fixture.desk
      let flood = Task {
        await withTaskGroup(of: AccountRefusal?.self) { group in
          for _ in 0..<40 {
            group.addTask {
              await refusal {
                _ = try await desk.prove(.password(name: "nobody", password: "wrong horse"))
              }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
      }
      let token = try await fixture.guest().token
      let clock = ContinuousClock()
      let start = clock.now
      #expect(await refusal { _ = try await fixture.signIn(.token(token)) } == nil)
      let time = clock.now - start
      let refusals = await flood.value
      #expect(refusals.count { $0 == .busy } >= 30)
      #expect(refusals.count { $0 == .badCredentials } + refusals.count { $0 == .busy } == 40)
      // Four passwords were looked at, one after the other; the token was behind none of them.
      #expect(time < (clock.now - start) / 2)
    }
  }

  @Test func `another process's changes are noticed: who was signed out, and erased`() async throws
  {
    try await DeskFixture.run { fixture in
      let desk = fixture.desk
      let told = Mutex<[Revocation]>([])
      let watching = Task {
        await desk.watch { revocations in told.withLock { $0 += revocations } }
      }
      defer { watching.cancel() }
      let mira = try await fixture.account()
      let tomo = try await fixture.guest(DeskFixture.tomo)
      let other = try fixture.identity.openStore()
      try other.signOut(DeskFixture.tomo)
      #expect(
        await eventually {
          told.withLock { $0 } == [Revocation(player: DeskFixture.tomo, generation: 1)]
        })
      try other.erase(DeskFixture.mira)
      #expect(await eventually { told.withLock { $0.count } == 2 })
      for grant in [mira, tomo] {
        let refreshToken = try #require(grant.refreshToken)
        for evidence in [Evidence.token(grant.token), .refreshToken(refreshToken)] {
          #expect(await refusal { _ = try await fixture.signIn(evidence) } == .badToken)
        }
      }
      #expect(
        await refusal { _ = try await fixture.signIn(fixture.password(DeskFixture.password)) }
          == .badCredentials)
      // Also not with what was proven just before.
      #expect(
        await refusal {
          _ = try await desk.grant(to: DeskFixture.mira, generation: 0, for: .newFamily)
        } == .signedOut)
      #expect(
        await refusal {
          try await desk.register(
            DeskFixture.mira, generation: 0, name: "mira", password: "correct horse", mail: "")
        } == .signedOut)
    }
  }

  @Test func `a store that cannot be written is told to the operator, and refused to the peer`()
    async throws
  {
    let faults = Mutex(0)
    try await DeskFixture.run(.adjusting { $0.onFault = { _ in faults.withLock { $0 += 1 } } }) {
      fixture in
      try fixture.store.change { try $0.execute(sql: "DROP TABLE families") }
      #expect(await refusal { _ = try await fixture.guest() } == .unavailable)
      #expect(faults.withLock { $0 } == 1)
    }
  }
}
