import EventLog
import World

/// Where a server lets people in, and changes accounts at their wish.
///
/// It does its work on a thread of its own, beside the connections and the engine, and hashes
/// passwords on another, with a bound on how many wait. One connection asks for one thing at a time.
///
/// The log comes first: a player is there, and durable, before anything is kept that proves to be
/// that player. A crash between the two leaves a player whom nobody was told of. Registration,
/// passwords and erasure change the store alone, in one transaction each.
package actor AccountDesk {
  private nonisolated let executor = StoreExecutor()
  nonisolated let store: AccountStore
  let hasher: PasswordHasher
  let configuration: AccountsConfiguration
  let world: String
  var tokens: Tokens
  /// What unknown names are checked against, so that they take as long as known ones.
  private let nobody: PasswordHash

  // Grants that wait for the next transaction.
  var requested: [GrantRequest] = []

  // Changes.
  private var revisionSeen: Int64
  private var outsideSeen: Int64
  private var cleaned: Timestamp
  private var onRevocation: @Sendable ([Revocation]) -> Void = { _ in }

  /// How long one waits for those who read the store, to remove a former mail address; in seconds.
  static let removalPatience = 0.1
  /// How often what has expired is deleted, in microseconds.
  private static let cleaningInterval: Int64 = 600 * 1_000_000

  /// The thread that the desk works on.
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  init(
    _ store: AccountStore, _ tokens: Tokens, world: String, _ configuration: AccountsConfiguration
  ) throws(AccountFault) {
    self.store = store
    self.tokens = tokens
    self.world = world
    self.configuration = configuration
    hasher = PasswordHasher(waitingMax: configuration.passwordsWaitingMax)
    outsideSeen = try store.outsideVersion()
    revisionSeen = try store.revision()
    cleaned = configuration.now()
    do {
      nobody = try PasswordHash(of: Password(new: "not a password"), cost: configuration.cost)
    } catch {
      throw AccountFault(.inputOutput, "there is no memory for hashing passwords")
    }
    try store.deleteExpired(at: cleaned)
  }

  /// Does something with the store; what goes wrong is told to the operator, and to the peer only
  /// that it did.
  func attempt<Value>(
    _ body: () throws(AccountFault) -> Value
  ) throws(AccountRefusal) -> Value {
    do {
      return try body()
    } catch {
      configuration.onFault(error)
      throw .unavailable
    }
  }

  /// Checks a password in the same time whether the account exists or not.
  ///
  /// - Returns: What was matched, and its hash at today's cost when it was made at another.
  func check(
    _ record: PasswordRecord?, _ password: Password
  ) async throws(AccountRefusal) -> PasswordRecord {
    let (hash, cost) = (record?.hash ?? nobody, configuration.cost)
    let isKnown = record != nil
    let (matches, renewed) = try await hasher.run {
      () throws(AccountRefusal) -> (Bool, PasswordHash?) in
      guard try hash.matches(password), isKnown else { return (false, nil) }
      return (true, hash.cost == cost ? nil : try PasswordHash(of: password, cost: cost))
    }
    guard matches, let record else { throw .badCredentials }
    guard let renewed else { return record }
    try attempt { () throws(AccountFault) in try store.rehash(record, as: renewed) }
    return PasswordRecord(
      player: record.player, name: record.name, hash: renewed, generation: record.generation)
  }

  // MARK: Watching

  /// Watches for changes until the task is cancelled: keys that were rotated, and players who were
  /// signed out, by this process or another.
  ///
  /// - Parameter onRevocation: Called on the desk's thread, in order.
  package func watch(onRevocation: @escaping @Sendable ([Revocation]) -> Void) async {
    self.onRevocation = onRevocation
    while !Task.isCancelled {
      await lookOutside()
      try? await Task.sleep(for: configuration.watchInterval)
    }
    self.onRevocation = { _ in }
  }

  /// Tells who was signed out since the last time.
  func tellRevocations() {
    do {
      let (revocations, revision) = try store.revocations(after: revisionSeen)
      revisionSeen = revision
      if !revocations.isEmpty { onRevocation(revocations) }
    } catch {
      configuration.onFault(error)
    }
  }

  private func lookOutside() async {
    let now = configuration.now()
    do {
      let version = try store.outsideVersion()
      let isRetiring = tokens.keys.contains { $0.retires.map { $0 <= now } ?? false }
      if isRetiring { try store.deleteRetiredKeys(at: now) }
      if version != outsideSeen || isRetiring {
        let keys = try store.keys()
        if keys != tokens.keys { tokens = try await Tokens(keys: keys, world: world) }
        outsideSeen = version
        tellRevocations()
      }
      if now - cleaned >= Self.cleaningInterval {
        cleaned = now
        try store.deleteExpired(at: now)
      }
    } catch {
      configuration.onFault(error)
    }
  }
}
