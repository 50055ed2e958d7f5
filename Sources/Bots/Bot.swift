import Client
import Schema

/// One player of a swarm.
struct Bot: Sendable {
  /// How a bot's life ended.
  enum End: Sendable {
    /// It never got into the world.
    case unconnected(String)
    /// It got in, and was thrown out or could not come back.
    case lost(String)
    /// It played until it was time.
    case done
  }

  let number: Int
  let options: BotSwarm.Options
  let meter: Meter
  let memory: BotMemory

  /// Plays until the deadline.
  func live(until deadline: ContinuousClock.Instant) async -> End {
    var clientOptions = ClientOptions()
    clientOptions.program = "finalverse-bot/1"
    clientOptions.authorities = options.authorities
    clientOptions.compresses = options.compresses
    clientOptions.observer = { [memory] in memory.observe($0) }
    let client: FinalverseClient
    do {
      client = try await patiently {
        try await FinalverseClient.connect(to: options.url, options: clientOptions)
      }
    } catch is CancellationError {
      return .done
    } catch {
      return .unconnected("\(error)")
    }
    async let _: Void = watch(client)
    defer { client.close() }
    do {
      var mind = try await settleIn(client)
      while ContinuousClock.now < deadline {
        let pause = mind.pause(in: options.pause)
        try await Task.sleep(until: min(deadline, .now + pause), clock: .continuous)
        try await act(client, &mind)
      }
      try await lastLook(client)
      await client.farewell()
      return .done
    } catch is CancellationError {
      return .done
    } catch {
      return .lost("\(error)")
    }
  }

  /// Keeps the count of those who are connected, and notes which connections were lost.
  private func watch(_ client: FinalverseClient) async {
    var isConnected = true
    meter.note(connected: 1)
    for await notice in client.notices {
      switch notice {
      case .disconnected where isConnected:
        memory.loseConnection()
        meter.note(connected: -1)
        isConnected = false
      case .reconnected where !isConnected:
        meter.note(connected: 1)
        isConnected = true
      default: break
      }
    }
    if isConnected { meter.note(connected: -1) }
  }

  /// Enters the world, and watches it.
  private func settleIn(_ client: FinalverseClient) async throws -> BotMind {
    let world = try await patiently { try await client.world() }.value
    let meeting = Meeting(world, count: options.count, seed: options.seed)
    let mind = BotMind(meeting: meeting, seed: options.seed, bot: number)
    try await patiently { try await client.subscribe([.own()]) }
    try await patiently {
      try await client.createProfile(
        name: "Bot \(client.player)", look: "polished brass, number \(number)",
        homeRegion: mind.home)
    }
    try await patiently { try await client.subscribe([.surroundings()]) }
    return mind
  }

  /// Does one thing; as a cutter now and then with the connection cut under it.
  private func act(_ client: FinalverseClient, _ mind: inout BotMind) async throws {
    let wish = mind.next(memory.view())
    let isCut = number % 10 < options.cuttersInTen && mind.chance(options.cutShare)
    do {
      switch wish {
      case .command(let command):
        async let position = client.submit(command)
        if isCut { client.severConnection() }
        _ = try await position
      case .lookWho:
        mind.neighbours = try await client.who().value.players
      case .lookPiles:
        mind.piles = try await client.piles().value.piles
      case .checkInventory:
        _ = try await client.inventory()
      case .checkTrades:
        _ = try await client.openTrades()
      case .lookBoards:
        mind.boards = try await client.boards().value.map(\.board)
      case .lookTop(let board):
        _ = try await client.top(of: board, limit: 20)
      case .lookMelodies:
        mind.repertoire = try await client.melodies().value
      case .lookPerformances:
        mind.performances = try await client.performances().value
      case .lookRank(let board):
        _ = try await client.rank(on: board, neighbours: 3)
      case .lookAtSky:
        _ = try await client.weather()
      case .lookForEchoes:
        mind.echoes = try await client.echoes().value.map(\.echo)
      }
    } catch is CommandRejected {
      return
    } catch let failure as RequestFailed {
      try await Task.sleep(for: failure.retryAfter ?? .milliseconds(100))
    }
  }

  /// Compares once more, so that no contradiction of the last seconds goes unnoticed.
  private func lastLook(_ client: FinalverseClient) async throws {
    _ = try await patiently { try await client.inventory() }
    _ = try await patiently { try await client.openTrades() }
  }

  /// Asks again when the server asks for patience.
  @discardableResult
  private func patiently<Reply: Sendable>(
    _ request: () async throws -> Reply
  ) async throws -> Reply {
    for _ in 0..<20 {
      do {
        return try await request()
      } catch let failure as RequestFailed {
        guard let pause = failure.retryAfter else { throw failure }
        try await Task.sleep(for: pause)
      }
    }
    return try await request()
  }
}
