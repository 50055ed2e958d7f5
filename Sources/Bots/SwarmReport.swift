import Histogram

/// What became of a swarm.
///
/// Encodes to JSON for programs; ``text`` is for people.
package struct SwarmReport: Codable, Sendable {
  /// The requests of one kind.
  package struct Kind: Codable, Sendable {
    /// Which.
    package let kind: RequestKind
    /// Acknowledged, answered or otherwise done.
    package let succeeded: Int
    /// Refused by the world.
    package let rejected: Int
    /// Not dealt with.
    package let failed: Int
    /// From sending to reply, rejections included.
    package let latency: Latency
  }

  /// Percentiles, in milliseconds.
  ///
  /// A request sent again counts from when it was sent last.
  package struct Latency: Codable, Sendable {
    /// Half took no longer.
    package let p50: Double
    /// Nine in ten took no longer.
    package let p90: Double
    /// Ninety-nine in a hundred took no longer.
    package let p99: Double
    /// The longest.
    package let max: Double
  }

  /// A code and how often it came.
  package struct CodeCount: Codable, Sendable {
    /// The code.
    package let code: String
    /// How often.
    package let count: Int
  }

  /// The server's address.
  package let url: String
  /// How many bots were asked for.
  package let bots: Int
  /// How many of them never got into the world.
  package let unconnected: Int
  /// How many of them were thrown out, or could not come back after their connection was lost.
  package let lost: Int
  /// Why the first of those who did not connect, or were lost, was not there; nil when all were.
  package let firstLoss: String?
  /// How often a bot came back after its connection was lost.
  package let reconnections: Int
  /// How often the server gave a fresh state instead of what was missed.
  package let restarts: Int
  /// How long it all took, in seconds.
  package let seconds: Double
  /// Commands with a reply, accepted or not.
  package let commands: Int
  /// Commands with a reply per second.
  package let commandsPerSecond: Double
  /// Entries pushed to bots.
  package let pushedEntries: Int
  /// Entries pushed to bots per second.
  package let pushedEntriesPerSecond: Double
  /// Gifts and trades that both sides were told of, alike.
  package let handoversAgreed: Int
  /// By kind of request, in the order of a bot's life.
  package let kinds: [Kind]
  /// The codes of rejections, the most frequent first.
  package let rejections: [CodeCount]
  /// The codes of failures, the most frequent first.
  package let failures: [CodeCount]
  /// How many contradictions there were.
  package let contradictions: Int
  /// By kind of contradiction, the most frequent first.
  package let contradictionKinds: [CodeCount]
  /// The first contradictions; at most 20.
  package let firstContradictions: [Contradiction]
}

extension SwarmReport {
  init(
    options: BotSwarm.Options, ends: [Bot.End], elapsed: Duration, meter: Meter.State,
    witnesses: [Witness], ledger: HandoverLedger
  ) {
    let found = witnesses.flatMap(\.contradictions) + ledger.contradictions
    let unconnected = ends.compactMap(\.unconnectedReason)
    let lost = ends.compactMap(\.lostReason)
    url = options.url
    bots = options.count
    self.unconnected = unconnected.count
    self.lost = lost.count
    firstLoss = unconnected.first ?? lost.first
    reconnections = witnesses.reduce(0) { $0 + max(0, $1.connections - 1) }
    restarts = witnesses.reduce(0) { $0 + $1.restarts }
    seconds = elapsed / .seconds(1)
    commands = meter.totals.commands
    commandsPerSecond = Double(meter.totals.commands) / max(0.001, elapsed / .seconds(1))
    pushedEntries = meter.totals.pushes
    pushedEntriesPerSecond = Double(meter.totals.pushes) / max(0.001, elapsed / .seconds(1))
    handoversAgreed = ledger.agreed
    kinds = RequestKind.allCases.compactMap { kind in
      meter.tallies[kind].map { Kind(kind, $0) }
    }
    rejections = Self.sorted(meter.rejectionCodes)
    failures = Self.sorted(meter.failureCodes)
    contradictions = found.count
    contradictionKinds = Self.sorted(
      found.reduce(into: [:]) { $0[$1.kind.rawValue, default: 0] += 1 })
    firstContradictions = Array(found.prefix(20))
  }

  private static func sorted(_ counts: [String: Int]) -> [CodeCount] {
    counts.map { CodeCount(code: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.code) < ($0.count, $1.code) }
  }
}

extension SwarmReport.Kind {
  fileprivate init(_ kind: RequestKind, _ tally: Meter.Tally) {
    func milliseconds(_ microseconds: UInt64) -> Double { Double(microseconds) / 1_000 }
    self.kind = kind
    succeeded = tally.succeeded
    rejected = tally.rejected
    failed = tally.failed
    latency = SwarmReport.Latency(
      p50: milliseconds(tally.latency.valueAtPercentile(50)),
      p90: milliseconds(tally.latency.valueAtPercentile(90)),
      p99: milliseconds(tally.latency.valueAtPercentile(99)),
      max: milliseconds(tally.latency.max))
  }
}

extension Bot.End {
  fileprivate var unconnectedReason: String? {
    if case .unconnected(let reason) = self { return reason }
    return nil
  }

  fileprivate var lostReason: String? {
    if case .lost(let reason) = self { return reason }
    return nil
  }
}
