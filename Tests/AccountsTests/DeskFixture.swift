import EventLog
import Foundation
import Synchronization
import World

@testable import Accounts

/// A clock that stands until it is moved.
final class TestClock: Sendable {
  private let time = Mutex(Timestamp(microseconds: 1_700_000_000_000_000))

  var now: Timestamp { time.withLock { $0 } }

  func advance(seconds: Int64) {
    time.withLock { $0 = $0 + seconds * 1_000_000 }
  }
}

/// What a test wants otherwise than the defaults.
struct Adjustment {
  let change: (inout AccountsConfiguration) -> Void

  static var none: Self { Self { _ in } }

  static func adjusting(_ change: @escaping (inout AccountsConfiguration) -> Void) -> Self {
    Self(change: change)
  }
}

/// A desk over a directory of its own, with cheap passwords.
struct DeskFixture {
  let directory: String
  let clock: TestClock
  let desk: AccountDesk

  var identity: IdentityDirectory { IdentityDirectory(path: directory) }
  var store: AccountStore { desk.store }

  static let mira = PlayerID(UInt64(1_000))
  static let tomo = PlayerID(UInt64(1_001))
  static let next = PlayerID(UInt64(2_000))
  static let password = "correct horse"

  static func run(
    _ adjustment: Adjustment = .none,
    _ body: (DeskFixture) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let clock = TestClock()
      let desk = try await open(directory, clock, adjustment)
      try await body(DeskFixture(directory: directory, clock: clock, desk: desk))
    }
  }

  static func open(
    _ directory: String, _ clock: TestClock, world: String = "w", next: PlayerID = next,
    _ adjustment: Adjustment = .none
  ) async throws -> AccountDesk {
    var configuration = AccountsConfiguration { clock.now }
    configuration.cost = .cheap
    configuration.watchInterval = .milliseconds(5)
    adjustment.change(&configuration)
    return try await IdentityDirectory(path: directory)
      .open(world: world, nextPlayer: next, configuration: configuration)
  }

  /// The tokens of a new guest.
  func guest(_ player: PlayerID = mira) async throws -> Grant {
    try await desk.grant(to: player, generation: nil, for: .newFamily)
  }

  /// A new account, and the tokens it had as a guest.
  @discardableResult
  func account(
    _ name: String = "Mira", _ player: PlayerID = mira, mail: String = ""
  ) async throws -> Grant {
    let grant = try await guest(player)
    try await desk.register(
      player, generation: grant.generation, name: name, password: Self.password, mail: mail)
    return grant
  }

  /// Signs in as a gateway does.
  func signIn(_ evidence: Evidence) async throws -> (player: PlayerID, grant: Grant) {
    let proof = try await desk.prove(evidence)
    guard case .player(let player, let generation) = proof.bearer else {
      throw AccountRefusal.badToken
    }
    return (
      player, try await desk.grant(to: player, generation: generation, for: proof.basis)
    )
  }

  func password(_ password: String, _ name: String = "mira") -> Evidence {
    .password(name: name, password: password)
  }

  /// Everything that is in the directory's files.
  func bytes() throws -> Data {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted().reduce(Data()) {
      $0 + (try Data(contentsOf: URL(fileURLWithPath: directory + "/" + $1)))
    }
  }
}

/// What somebody was refused with; nil when nothing was refused.
func refusal(_ body: () async throws -> Void) async -> AccountRefusal? {
  do {
    try await body()
    return nil
  } catch {
    return error as? AccountRefusal
  }
}

/// Waits until something is so; false after ten seconds.
func eventually(_ isSo: () async -> Bool) async -> Bool {
  for _ in 0..<2_000 {
    if await isSo() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return await isSo()
}

/// Lends a directory that is gone afterwards.
func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("accounts-\(UInt64.random(in: 0 ... .max))").path
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  try await body(directory)
}
