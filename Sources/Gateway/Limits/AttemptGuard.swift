import Metrics
import NIOCore
import Synchronization
import World

/// A try to prove who somebody is, or to become somebody.
struct Attempt: Hashable, Sendable {
  /// From where; nil where that does not count.
  var network: Network?
  /// Whose password or code is tried; nil where none is.
  var subject: Subject?

  /// Whose.
  enum Subject: Hashable, Sendable {
    /// An account's, by what tells names apart, whether or not there is one.
    case name(String)
    /// A player's who is signed in.
    case player(PlayerID)

    /// The account of a name, or of what somebody says is one.
    init(name: String) {
      // A name has 32 bytes at most; of what is longer it is enough to tell much of it apart.
      self = .name(String(decoding: name.lowercased().utf8.prefix(64), as: UTF8.self))
    }
  }
}

/// Keeps passwords from being guessed, and guests from being made without end: counts attempts by address
/// and by name, over all connections.
///
/// Thread-safe. What is limited is decided by what is tried alone, never by whether there is such an account.
final class AttemptGuard: Sendable {
  private struct State {
    var networks: RateTable<Network>
    var subjects: RateTable<Attempt.Subject>
  }

  private let limits: AttemptLimits
  private let state: Mutex<State>
  /// Attempts that were refused for their address; counted under the lock.
  private let refusedByAddress = Counter()
  /// Attempts that were refused for their name; counted under the lock.
  private let refusedByName = Counter()

  /// A guard to whom everybody is new.
  init(_ limits: AttemptLimits) {
    self.limits = limits
    state = Mutex(
      State(
        networks: RateTable(limits.perAddress, capacity: limits.rememberedMax),
        subjects: RateTable(limits.perName, capacity: limits.rememberedMax)))
  }

  /// An attempt from an address.
  func attempt(from address: SocketAddress?, for subject: Attempt.Subject? = nil) -> Attempt {
    let isExempt = address?.isOfThisMachine == true && !limits.countsThisMachine
    return Attempt(network: isExempt ? nil : address.flatMap(Network.init), subject: subject)
  }

  /// Takes note of an attempt.
  ///
  /// - Returns: nil when it may be made; else how long to wait, in milliseconds. Nothing is noted then.
  func admit(_ attempt: Attempt, at now: NIODeadline) -> UInt32? {
    state.withLock { state in
      if let network = attempt.network, let wait = state.networks.take(network, at: now) {
        refusedByAddress.add()
        return retryAfterMilliseconds(wait)
      }
      guard let subject = attempt.subject, let wait = state.subjects.take(subject, at: now) else {
        return nil
      }
      if let network = attempt.network { state.networks.giveBack(network) }
      refusedByName.add()
      return retryAfterMilliseconds(wait)
    }
  }

  /// The attempt succeeded, or was not looked at: it does not count.
  func forget(_ attempt: Attempt) {
    state.withLock { state in
      if let network = attempt.network { state.networks.giveBack(network) }
      if let subject = attempt.subject { state.subjects.giveBack(subject) }
    }
  }

  /// Writes what it counts.
  func addMetrics(to text: inout MetricsText) {
    let (networks, subjects) = state.withLock { ($0.networks.count, $0.subjects.count) }
    text.family(
      "finalverse_attempts_refused_total", .counter,
      "Sign-ins, registrations and the like that were refused since there were too many, by what.",
      [
        .init(refusedByAddress.value, ("by", "address")),
        .init(refusedByName.value, ("by", "name")),
      ])
    text.family(
      "finalverse_attempts_remembered", .gauge,
      "Addresses and names whose attempts are remembered.",
      [.init(UInt64(networks), ("by", "address")), .init(UInt64(subjects), ("by", "name"))])
  }
}
