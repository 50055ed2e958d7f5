import EventLog
import Foundation
import GRDB
import Testing
import World

@testable import Accounts

/// The store itself: what is erased, damaged, lost, copied or cut.
struct StoreTests {
  @Test func `nothing of an erased person is left in any file`() async throws {
    try await DeskFixture.run { fixture in
      // Enough of them that rows move from page to page.
      let hash = try PasswordHash(of: Password(new: DeskFixture.password), cost: .cheap)
      for number in UInt64(1_000)..<1_400 {
        let name = try #require(AccountName("Person.\(number * 7_919 % 10_007)"))
        let mail = try #require(MailAddress("somebody\(number)@example.org"))
        _ = try fixture.store.register(
          PlayerID(number), generation: 0, name, hash, mail: mail, at: fixture.clock.now)
      }
      for number in [UInt64(1_000), 1_123, 1_399] {
        let player = PlayerID(number)
        let account = try #require(try fixture.store.account(of: player))
        let name = try #require(AccountName(account.name))
        _ = try fixture.store.makeResetCode(named: name, until: fixture.clock.now + 1)
        _ = try await fixture.guest(player)
        // Beside a running server, as an operator does.
        try fixture.identity.openStore().erase(player)
        let bytes = try fixture.bytes()
        #expect(bytes.range(of: Data((account.mail ?? "?").utf8)) == nil)
        #expect(try fixture.store.account(of: player) == nil)
        #expect(try fixture.store.knows(player))
      }
      #expect(try fixture.store.accounts().count == 397)
    }
  }

  @Test func `the bytes of a name and a mail address are gone, and the others' are not`()
    async throws
  {
    try await DeskFixture.run { fixture in
      try await fixture.account("Quixotic-Name", mail: "dulcinea@toboso.example")
      try await fixture.account("Sancho", DeskFixture.tomo, mail: "panza@mancha.example")
      #expect(try fixture.bytes().range(of: Data("dulcinea@toboso".utf8)) != nil)
      try fixture.identity.openStore().erase(DeskFixture.mira)
      let bytes = try fixture.bytes()
      for text in ["Quixotic-Name", "quixotic-name", "dulcinea", "toboso"] {
        #expect(bytes.range(of: Data(text.utf8)) == nil, "\(text)")
      }
      #expect(bytes.range(of: Data("panza@mancha".utf8)) != nil)
      // The name is free again.
      try await fixture.account("Quixotic-Name", PlayerID(UInt64(1_002)))
    }
  }

  @Test func `erasing says so while somebody reads, and is done by erasing again`() async throws {
    try await DeskFixture.run { fixture in
      try await fixture.account(mail: "dulcinea@toboso.example")
      let reader = try DatabaseQueue(path: fixture.identity.storeFile)
      let store = try fixture.identity.openStore()
      try store.database.inDatabase { try $0.execute(sql: "PRAGMA busy_timeout = 50") }
      try reader.inDatabase { database in
        try database.execute(sql: "BEGIN; SELECT count(*) FROM accounts")
        #expect(throws: AccountFault.self) { try store.erase(DeskFixture.mira) }
        try database.execute(sql: "COMMIT")
      }
      try store.erase(DeskFixture.mira)
      try reader.close()
      #expect(try fixture.bytes().range(of: Data("dulcinea".utf8)) == nil)
    }
  }

  @Test func `what is committed is synced, by whoever opens the store`() async throws {
    try await DeskFixture.run { fixture in
      for store in [fixture.store, try fixture.identity.openStore()] {
        let pragmas = try store.database.inDatabase { database in
          try ["journal_mode", "synchronous", "secure_delete"].map {
            try String.fetchOne(database, sql: "PRAGMA \($0)")
          }
        }
        // 2 is FULL: the write-ahead log is synced at each commit.
        #expect(pragmas == ["wal", "2", "1"])
      }
    }
  }

  @Test func `an operator changes a mail address, and erases the former, also at a second try`()
    async throws
  {
    try await DeskFixture.run { fixture in
      try await fixture.account(mail: "dulcinea@toboso.example")
      let mail = MailAddress("panza@mancha.example")
      let store = try fixture.identity.openStore()
      #expect(try !store.changeMail(of: DeskFixture.tomo, to: mail))
      let reader = try DatabaseQueue(path: fixture.identity.storeFile)
      try store.database.inDatabase { try $0.execute(sql: "PRAGMA busy_timeout = 50") }
      try reader.inDatabase { database in
        try database.execute(sql: "BEGIN; SELECT count(*) FROM accounts")
        #expect(throws: AccountFault.self) {
          try store.changeMail(of: DeskFixture.mira, to: mail)
        }
        try database.execute(sql: "COMMIT")
      }
      try reader.close()
      #expect(try store.changeMail(of: DeskFixture.mira, to: mail))
      #expect(try store.account(of: DeskFixture.mira)?.mail == "panza@mancha.example")
      #expect(try fixture.bytes().range(of: Data("dulcinea".utf8)) == nil)
    }
  }

  @Test func `a store of another world, of a newer program or of rubbish is refused`() async throws
  {
    try await DeskFixture.run { fixture in
      let file = fixture.identity.storeFile
      #expect(throws: AccountFault.self) {
        try AccountStore(path: file, world: "another", isMade: true)
      }
      try fixture.store.change { try $0.execute(sql: "PRAGMA user_version = 99") }
      let newer = #expect(throws: AccountFault.self) {
        try AccountStore(path: file, world: "w", isMade: true)
      }
      #expect(newer?.message.contains("newer") == true)
    }
    try await withTemporaryDirectory { directory in
      try String(repeating: "rubbish ", count: 1_000).write(
        toFile: directory + "/accounts.sqlite", atomically: true, encoding: .utf8)
      let fault = await #expect(throws: AccountFault.self) {
        try await DeskFixture.open(directory, TestClock())
      }
      #expect(fault?.code == .damaged)
      #expect(fault?.message.contains("Restore it from a backup") == true)
    }
  }

  @Test func `a lost store is not made anew in silence`() async throws {
    try await withTemporaryDirectory { directory in
      let clock = TestClock()
      do {
        _ = try await DeskFixture.open(directory, clock)
      }
      for name in try FileManager.default.contentsOfDirectory(atPath: directory)
      where name.hasPrefix("accounts.sqlite") {
        try FileManager.default.removeItem(atPath: directory + "/" + name)
      }
      let fault = await #expect(throws: AccountFault.self) {
        try await DeskFixture.open(directory, clock)
      }
      #expect(fault?.code == .missing)
      // Whoever means it removes the operator's token too.
      try FileManager.default.removeItem(atPath: directory + "/operator.token")
      _ = try await DeskFixture.open(directory, clock)
    }
  }

  @Test func `without a store there is nothing for an operator to open`() async throws {
    try await withTemporaryDirectory { directory in
      let fault = #expect(throws: AccountFault.self) {
        try IdentityDirectory(path: directory).openStore()
      }
      #expect(fault?.code == .missing)
      let left = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(left.isEmpty)
    }
  }

  @Test func `players whom a restored log does not know are forgotten, and their numbers are new`()
    async throws
  {
    try await DeskFixture.run { fixture in
      try await fixture.account("Mira")
      let tomo = try await fixture.account("Tomo", DeskFixture.tomo)
      let guest = try await fixture.guest(PlayerID(UInt64(1_002)))
      let later = try await DeskFixture.open(
        fixture.directory, fixture.clock, next: DeskFixture.tomo)
      let restored = DeskFixture(directory: fixture.directory, clock: fixture.clock, desk: later)
      #expect(try restored.store.accounts().map(\.name) == ["Mira"])
      for grant in [tomo, guest] {
        let refreshToken = try #require(grant.refreshToken)
        for evidence in [Evidence.token(grant.token), .refreshToken(refreshToken)] {
          #expect(await refusal { _ = try await restored.signIn(evidence) } == .badToken)
        }
      }
      // Somebody new has the number now.
      let new = try await restored.guest(DeskFixture.tomo)
      #expect(try await restored.signIn(.token(new.token)).player == DeskFixture.tomo)
      try await restored.account("Tomo", PlayerID(UInt64(1_002)))
    }
  }

  @Test func `a copy is whole while others write, and has nothing that was erased before`()
    async throws
  {
    try await DeskFixture.run { fixture in
      try await fixture.account("Mira", mail: "dulcinea@toboso.example")
      try await fixture.account("Tomo", DeskFixture.tomo)
      try await withTemporaryDirectory { directory in
        let copy = IdentityDirectory(path: directory)
        try fixture.identity.openStore().backUp(to: copy.storeFile)
        #expect(try copy.openStore().accounts().map(\.name) == ["Mira", "Tomo"])
        try fixture.store.erase(DeskFixture.mira)
        try fixture.identity.openStore().backUp(to: copy.storeFile)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        #expect(names == ["accounts.sqlite"])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: copy.storeFile))
        #expect(bytes.range(of: Data("dulcinea".utf8)) == nil)
        #expect(try copy.openStore().accounts().map(\.name) == ["Tomo"])
      }
    }
  }
}
