import Histogram
import Schema
import Synchronization

/// Counts what a swarm does and how long it takes.
final class Meter: Sendable {
  /// The requests of one kind.
  struct Tally: Sendable {
    var succeeded = 0
    var rejected = 0
    var failed = 0
    /// From sending to reply, in microseconds; up to a minute, to three digits.
    var latency = Histogram<UInt32>(
      highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three)

    var replied: Int { succeeded + rejected + failed }
  }

  /// The sums that a progress line shows.
  struct Totals: Equatable, Sendable {
    var connected = 0
    var commands = 0
    var replies = 0
    var pushes = 0
    var rejections = 0
    var failures = 0
    var contradictions = 0
  }

  /// Everything counted.
  struct State: Sendable {
    var totals = Totals()
    var tallies: [RequestKind: Tally] = [:]
    var rejectionCodes: [String: Int] = [:]
    var failureCodes: [String: Int] = [:]
  }

  private let state = Mutex(State())

  var totals: Totals { state.withLock { $0.totals } }

  /// Everything counted so far.
  func read() -> State { state.withLock { $0 } }

  func note(_ reply: ServerMessage, to kind: RequestKind, after latency: Duration) {
    state.withLock { $0.note(reply, to: kind, after: latency) }
  }

  func note(pushes count: Int) {
    state.withLock { $0.totals.pushes += count }
  }

  func note(contradictions count: Int) {
    if count > 0 { state.withLock { $0.totals.contradictions += count } }
  }

  func note(connected change: Int) {
    state.withLock { $0.totals.connected += change }
  }
}

extension Meter.State {
  fileprivate mutating func note(
    _ reply: ServerMessage, to kind: RequestKind, after latency: Duration
  ) {
    totals.replies += 1
    if kind.isCommand { totals.commands += 1 }
    var tally = tallies.removeValue(forKey: kind) ?? Meter.Tally()
    switch reply.message {
    case .rejected(let rejected):
      tally.rejected += 1
      totals.rejections += 1
      rejectionCodes[rejected.code, default: 0] += 1
    case .failed(let failed):
      tally.failed += 1
      totals.failures += 1
      failureCodes[failed.code, default: 0] += 1
    default:
      tally.succeeded += 1
    }
    let microseconds = latency / Duration.microseconds(1)
    tally.latency.record(UInt64(min(max(0, microseconds), 60_000_000)))
    tallies[kind] = tally
  }
}
