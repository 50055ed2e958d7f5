package import Client

/// Many players at once, over real connections, who check whatever they are told.
///
///     let options = BotSwarm.Options(url: "ws://127.0.0.1:7777/ws", count: 200)
///     let report = try await BotSwarm(options).run()
///
/// Bots walk, drop, pick up, give, trade and ask, at random. Each keeps its own account of what it
/// was told and counts what contradicts it; see ``Contradiction/Kind`` for what can. Rejections are
/// part of the game. Some bots cut their connections in the midst of a command, and come back.
package struct BotSwarm: Sendable {
  /// How a swarm plays.
  package struct Options: Sendable {
    /// The server's address.
    package var url: String
    /// Whom the bots trust at a `wss://` address; nil: whom this machine trusts.
    package var authorities: TrustedAuthorities?
    /// Whether the bots offer compression.
    package var compresses: Bool
    /// How many bots; 1 and up.
    package var count: Int
    /// For how long they play, from the start of the first.
    package var duration: Duration
    /// Makes the bots' wishes repeatable.
    ///
    /// What becomes of them depends on the server too.
    package var seed: UInt64
    /// How long a bot waits between two wishes, at least and at most.
    package var pause: ClosedRange<Duration> = .milliseconds(300)...(.milliseconds(1_200))
    /// How many bots in ten cut their connections now and then.
    package var cuttersInTen = 1
    /// How often such a bot does, of its wishes.
    package var cutShare = 0.1
    /// How long after the end replies are waited for.
    package var patience: Duration = .seconds(10)

    /// Takes what a command line says.
    package init(
      url: String, authorities: TrustedAuthorities? = nil, compresses: Bool = false,
      count: Int = 200, duration: Duration = .seconds(60), seed: UInt64 = 1
    ) {
      self.url = url
      self.authorities = authorities
      self.compresses = compresses
      self.count = count
      self.duration = duration
      self.seed = seed
    }
  }

  /// Where progress is shown.
  package enum Progress: Sendable {
    /// On standard error: a line that renews itself on a terminal, a line every five seconds
    /// elsewhere.
    case standardError
    /// Nowhere.
    case none
  }

  private let options: Options

  /// Prepares a swarm; nothing happens yet.
  package init(_ options: Options) {
    self.options = options
  }

  /// Plays until the time is over, or the task is cancelled.
  ///
  /// - Returns: What happened, contradictions included.
  /// - Throws: `ClientFault` when not one bot could connect.
  package func run(progress: Progress = .standardError) async throws -> SwarmReport {
    let start = ContinuousClock.now
    let meter = Meter()
    let ledger = HandoverLedger()
    let bots = (0..<max(1, options.count)).map {
      Bot(
        number: $0, options: options, meter: meter,
        memory: BotMemory(meter: meter, ledger: ledger))
    }
    let line = Task {
      if case .standardError = progress {
        await ProgressLine(meter: meter, count: bots.count, start: start).show()
      }
    }
    let ends = await play(bots, from: start)
    let elapsed = ContinuousClock.now - start
    line.cancel()
    await line.value
    try Self.requireOne(ends, of: options)
    return finish(bots, ends, elapsed, meter, ledger)
  }

  /// Lets every bot live, and ends those that wait for a reply for too long.
  private func play(_ bots: [Bot], from start: ContinuousClock.Instant) async -> [Bot.End] {
    let deadline = start + options.duration
    // Spread over the first tenth of the time, at most 5 ms apart.
    let gap = min(.milliseconds(5), options.duration / (10 * bots.count))
    return await withTaskGroup(of: Bot.End?.self) { group in
      for bot in bots {
        group.addTask {
          try? await Task.sleep(until: start + gap * bot.number, clock: .continuous)
          return await bot.live(until: deadline)
        }
      }
      group.addTask { [patience = options.patience] in
        try? await Task.sleep(until: deadline + patience, clock: .continuous)
        return nil
      }
      var ends: [Bot.End] = []
      while ends.count < bots.count, let end = await group.next() {
        if let end { ends.append(end) } else { group.cancelAll() }
      }
      group.cancelAll()
      return ends
    }
  }

  private static func requireOne(_ ends: [Bot.End], of options: Options) throws(ClientFault) {
    let reasons = ends.compactMap {
      if case .unconnected(let reason) = $0 { return reason }
      return nil
    }
    guard reasons.count == ends.count, let reason = reasons.first else { return }
    let nobody = ends.count == 1 ? "The bot could not" : "None of \(ends.count) bots could"
    let sentence = "\(nobody) connect to \(options.url): \(reason)"
    throw ClientFault(.unreachable, sentence)
  }

  private func finish(
    _ bots: [Bot], _ ends: [Bot.End], _ elapsed: Duration, _ meter: Meter, _ ledger: HandoverLedger
  ) -> SwarmReport {
    var seen: [UInt64: UInt64] = [:]
    for bot in bots {
      bot.memory.finish(patience: options.patience / 2)
      let witness = bot.memory.witness
      // Whoever was given a fresh state was not told of what came before it.
      if witness.restarts == 0 { seen[witness.player] = witness.position }
    }
    ledger.finish(seen)
    let witnesses = bots.map(\.memory.witness)
    return SwarmReport(
      options: options, ends: ends, elapsed: elapsed, meter: meter.read(), witnesses: witnesses,
      ledger: ledger)
  }
}
