import EventLog
import World

/// How much goes wrong around the server.
package enum FaultLevel: String, CaseIterable, Sendable {
  /// Nothing.
  case none
  /// Something every few thousand commands.
  case some
  /// Something every few hundred commands, or every few batches.
  case many

  /// Something goes wrong with a batch once in so many; nil when never.
  ///
  /// - Parameter size: How many requests a batch has. Where they are few, a restart for each few batches would
  ///   leave no time for anything else.
  fileprivate func batches(of size: Int) -> Int? {
    switch self {
    case .none: nil
    case .some: max(60, 20_000 / size)
    case .many: max(6, 256 / size)
    }
  }
}

/// Thinks of the next step, from a seed.
///
/// Each seed has its own mood: how large batches are, which commands are sent often or not at all, which faults
/// happen. Runs that are each one-sided in their own way come to more corners than runs that are all alike.
struct Generator {
  private var draw: Draw
  private let faults: FaultLevel
  private let batchSize: Int
  private let commandWeights: Weights<CommandName>
  private let actionWeights: Weights<Action>
  private let fates: [CommitFate]
  /// Once in how many batches images are taken, when the last are written.
  private let batchesPerTaking: Int
  /// How many images are written after a batch, at most.
  private let imagesPerBatch: Int
  /// Whether something was said since the last batch.
  private var mayHaveTexts = false
  /// What is decided already; the next at the end.
  private var waiting: [Step] = []
  private var requests = 0
  private var commands = 0
  private var nextCompare = 500
  private var isFull = false
  /// When more clients than so many are away, they come all at once, as after a crash.
  private static let absentMax = 6

  /// What a connected client may do.
  private enum Action: Int, CaseIterable {
    case send
    case resend
    case ask
    case watch
    case unwatch
    case idle
    case leave
    case reconnect
    case lose
    case vanish

    /// How often, in relation to the others, when nothing is held back.
    func weight(_ faults: FaultLevel) -> Int {
      switch self {
      case .send: 2_000
      case .resend: 120
      case .ask: 90
      case .watch: 40
      case .unwatch: 8
      case .idle: 12
      case .leave, .reconnect: 3
      case .lose: faults == .none ? 0 : faults == .some ? 6 : 30
      case .vanish: faults == .none ? 0 : faults == .some ? 2 : 10
      }
    }
  }

  /// The steps of a seed.
  init(seed: UInt64, faults: FaultLevel) {
    var draw = Draw(seed: seed ^ 0x51D0_7A3B_90C4_E6F8)
    self.faults = faults
    batchSize = 1 << draw.below(9)
    commandWeights = Weights(CommandName.allCases) { name in
      let factors = [0, 1, 1, 1, 1, 1, 2, 6]
      return name.weight * factors[draw.below(factors.count)] + (name == .startMove ? 1 : 0)
    }
    actionWeights = Weights(Action.allCases) { action in
      let factors = action == .send ? [1] : [0, 1, 1, 2, 5]
      return action.weight(faults) * factors[draw.below(factors.count)]
    }
    let chosen = CommitFate.allCases.filter { $0 != .durable && !draw.once(in: 3) }
    fates = chosen.isEmpty ? [.crashBeforeDelivery] : chosen
    // The larger the batches, the fewer there are of them from one start of the server to the next.
    batchesPerTaking = batchSize > 16 ? 3 : 12
    imagesPerBatch = (draw.once(in: 3) ? 1 : 5) * (batchSize > 16 ? 3 : 1)
    self.draw = draw
  }

  /// The next step of a simulation.
  mutating func next(in simulation: borrowing Simulation) -> Step {
    if let step = waiting.popLast() { return step }
    if requests >= batchSize {
      requests = 0
      thinkOfBatch(simulation.views.clientsBehind)
      return waiting.popLast() ?? .work
    }
    requests += 1
    let client = draw.below(Client.numbers.count)
    guard simulation.clients[client].line != nil else {
      let absent = simulation.clients.filter { $0.line == nil }
      return absent.count > Self.absentMax && !draw.once(in: 4)
        ? arrival(of: absent, in: simulation)
        : arrival(of: [simulation.clients[client]], in: simulation)
    }
    return simulation.clients[client].isUnknown
      ? .read(client: client, count: 10) : action(of: client)
  }

  /// Some clients come; the rest of how they do waits.
  private mutating func arrival(
    of clients: [Client], in simulation: borrowing Simulation
  ) -> Step {
    for client in clients { waiting.append(.connect(client: client.number)) }
    waiting += [.work, .commit(.durable)]
    for client in clients {
      waiting.append(.read(client: client.number, count: 10))
      // Who is new wants to take part, and who was refused tries again.
      let isActive =
        if let player = client.player {
          simulation.shadow.world.players.standing(of: player) == .active
        } else {
          false
        }
      if !isActive {
        waiting.append(.send(client: client.number, .createProfile, seed: draw.next()))
      }
      waiting.append(.watch(client: client.number, seed: draw.next()))
    }
    waiting.reverse()
    return waiting.removeLast()
  }

  private mutating func action(of client: Int) -> Step {
    switch actionWeights.draw(&draw) {
    case .send:
      commands += 1
      let command = command(by: client)
      mayHaveTexts = mayHaveTexts || command == .say || command == .sendMessage
      return .send(client: client, command, seed: draw.next())
    case .resend:
      commands += 1
      return .resend(client: client, seed: draw.next())
    case .ask: return .ask(client: client, seed: draw.next())
    case .watch: return .watch(client: client, seed: draw.next())
    case .unwatch: return .unwatch(client: client, seed: draw.next())
    case .idle: return .idle(client: client, draw.once(in: 2))
    case .leave: return .leave(client: client)
    case .reconnect: return .connect(client: client)
    case .lose: return .lose(client: client)
    case .vanish: return .vanish(client: client)
    }
  }

  private mutating func command(by client: Int) -> CommandName {
    // Whoever may do what operators do does mostly that; a player tries it now and then.
    let isOperator = Client.operators.contains(client)
    for _ in 0..<8 {
      let name = commandWeights.draw(&draw)
      if name.isForOperators == isOperator || draw.once(in: 8) { return name }
    }
    return .startMove
  }

  /// Time passes, what has gathered is committed, and some clients read.
  ///
  /// - Parameter behind: The clients that are behind; a few of them are sent something.
  private mutating func thinkOfBatch(_ behind: [Int]) {
    waiting.append(time())
    waiting.append(.work)
    waiting.append(.commit(fate()))
    for client in behind where !draw.once(in: 3) {
      waiting.append(.catchUp(client: client, pieces: 1 + draw.below(4)))
    }
    for client in Client.numbers where draw.once(in: 3) {
      waiting.append(.read(client: client, count: draw.once(in: 8) ? draw.below(30) : .max))
    }
    if draw.once(in: batchesPerTaking) { waiting.append(.takeImages) }
    for _ in 0..<imagesPerBatch where draw.once(in: 2) { waiting.append(.writeImage) }
    if let batches = faults.batches(of: batchSize), draw.once(in: batches) {
      waiting.append(disaster())
    }
    if commands >= nextCompare {
      nextCompare = commands + min(40_000, nextCompare)
      waiting.append(.compare)
    }
    // The next is at the end.
    waiting.reverse()
  }

  private mutating func time() -> Step {
    if draw.once(in: 400) { return .pass(microseconds: draw.number(in: 0...7_200_000_000)) }
    return .pass(microseconds: draw.number(in: 0...20_000) * Int64(min(batchSize, 64)))
  }

  private mutating func fate() -> CommitFate {
    let isWithTexts = mayHaveTexts
    mayHaveTexts = false
    guard let batches = faults.batches(of: batchSize), draw.once(in: batches) else {
      return .durable
    }
    // Nothing can happen to texts where there are none, so where there are some it does more often.
    if isWithTexts, draw.once(in: 2) { return draw.once(in: 2) ? .textsRefused : .textsUnknown }
    return draw.element(of: fates) ?? .durable
  }

  private mutating func disaster() -> Step {
    switch draw.below(5) {
    case 0: return .crash
    case 1: return .restart
    case 2...3: return .jump(microseconds: draw.number(in: -600_000_000...600_000_000))
    default:
      isFull.toggle()
      return .fill(isFull)
    }
  }
}

/// How often each of some choices is made, in relation to the others.
private struct Weights<Choice> {
  private let choices: [(choice: Choice, weight: Int)]
  private let sum: Int

  /// The choices, of which one has a weight that is not 0.
  init(_ choices: [Choice], _ weight: (Choice) -> Int) {
    self.choices = choices.map { ($0, weight($0)) }
    sum = self.choices.reduce(0) { $0 + $1.weight }
  }

  /// One of them, each as likely as its share of the sum.
  func draw(_ draw: inout Draw) -> Choice {
    var rest = draw.below(sum)
    for (choice, weight) in choices {
      if rest < weight { return choice }
      rest -= weight
    }
    return choices[0].choice
  }
}
