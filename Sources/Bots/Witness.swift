import Client
import Schema

/// A bot's memory of what it was told, which notices when two things cannot both be.
///
/// It takes in every message of a bot's client, in the order of the wire, and keeps what follows
/// from it: which requests are open, what the player owns, which trades are open. It trusts the
/// server's last word, and counts what contradicts an earlier one.
struct Witness: Sendable {
  /// A request that has no reply yet.
  struct Open: Sendable {
    let kind: RequestKind
    let commandID: UInt64
    /// When it was last sent.
    var sent: ContinuousClock.Instant
    /// Whether the connection that it was sent on is still there to reply.
    var isOwed = true
    /// The highest position acknowledged when it was first sent.
    let acknowledged: UInt64
  }

  /// How many own entries and acknowledgements are remembered at least: many times what can be
  /// under way at once.
  private static let memory = 512
  /// How many changes of the player's possession are remembered at least: an answer is not older.
  private static let historyMemory = 64

  private(set) var player: UInt64 = 0
  private(set) var contradictions: [Contradiction] = []
  private(set) var open: [UInt64: Open] = [:]
  private(set) var possession = Possession()
  /// Everything up to here has been told, by pushes or as a state.
  private(set) var position: UInt64 = 0
  /// How often the server sent a state although it was asked for what followed a position.
  private(set) var restarts = 0
  private(set) var connections = 0

  private var highestID: UInt64 = 0
  private var acknowledged: UInt64 = 0
  private var lastTimeUs: Int64 = 0
  /// The position of the latest state of the own topic; nil before the first.
  private var basis: UInt64?
  private var resumes: Set<UInt64> = []
  /// What was acknowledged while a resume was under way: its entry may be among what was missed.
  private var unconfirmed: [(position: UInt64, kind: RequestKind)] = []
  private var ownEntries: [UInt64] = []
  /// Up to here, moves of the player may have been left out, since later ones superseded them.
  private var sparedThrough: UInt64 = 0
  private var commandsByPosition: [UInt64: UInt64] = [:]
  private var acknowledgements: [UInt64] = []
  private var history: [(position: UInt64, possession: Possession)] = []
  private var bonds = BondMemory()

  /// Takes in a message that the client sends.
  mutating func send(_ message: ClientMessage, at now: ContinuousClock.Instant) {
    if open[message.id] != nil {
      open[message.id]?.sent = now
      open[message.id]?.isOwed = true
      return
    }
    highestID = max(highestID, message.id)
    open[message.id] = Open(
      kind: RequestKind(message), commandID: message.command.commandID, sent: now,
      acknowledged: acknowledged)
    if case .subscribe(let subscribe)? = message.request, subscribe.afterPosition > 0 {
      resumes.insert(message.id)
    }
  }

  /// Takes in a message from the server.
  ///
  /// - Returns: The request that it replies to.
  mutating func receive(_ message: ServerMessage) -> Open? {
    switch message.message {
    case .push(let push):
      for entry in push.entries { receive(entry) }
      if push.superseded > 0 { sparedThrough = position }
      return nil
    case .moved(let moved):
      position = max(position, moved.position)
      return nil
    case .goodbye where message.id == 0:
      return nil
    default:
      return settle(message)
    }
  }

  /// The connection is gone: what was sent on it has no reply before it is sent again.
  mutating func loseConnection() {
    for id in open.keys { open[id]?.isOwed = false }
  }

  /// The bot is done, and waits for no reply any longer.
  ///
  /// A sign-in is not looked at: its connection may have been lost before anybody knew that there was one, and
  /// the client gives it up by itself.
  mutating func finish(at now: ContinuousClock.Instant, patience: Duration) {
    for (id, request) in open.sorted(by: { $0.key < $1.key })
    where request.kind != .other && request.kind != .signIn {
      if request.isOwed, now - request.sent > patience {
        note(.replyMissing, "\(request.kind.rawValue) with id \(id) has no reply")
      }
    }
  }

  private mutating func note(_ kind: Contradiction.Kind, _ detail: String, at: UInt64 = 0) {
    contradictions.append(
      Contradiction(kind: kind, player: player, position: at, detail: detail))
  }
}

// MARK: Entries

extension Witness {
  private mutating func receive(_ entry: PushedEntry) {
    guard entry.position > position else {
      let told = "entry \(entry.position) was pushed after \(position)"
      return note(.positionNotIncreasing, told, at: entry.position)
    }
    position = entry.position
    if entry.timeUs < lastTimeUs {
      let told = "its time is \(entry.timeUs), after \(lastTimeUs)"
      note(.timeDecreased, told, at: entry.position)
    }
    lastTimeUs = max(lastTimeUs, entry.timeUs)
    if let flaw = BotTalk.flaw(in: entry) { note(.textDiffers, flaw, at: entry.position) }
    fold(entry)
    if entry.actor == player {
      ownEntries.append(entry.position)
      if ownEntries.count > 2 * Self.memory { ownEntries.removeFirst(Self.memory) }
    }
  }

  private mutating func fold(_ entry: PushedEntry) {
    var flaws: [Belongings.Flaw]?
    for event in entry.payload.events {
      if let flaw = bonds.fold(event, of: player) { note(.bondDiffers, flaw, at: entry.position) }
      guard let found = possession.fold(event, of: player, atUs: entry.timeUs) else { continue }
      flaws = (flaws ?? []) + found
    }
    guard let flaws else { return }
    for flaw in flaws + possession.belongings.deficits {
      note(flaw.kind, flaw.detail, at: entry.position)
    }
    remember(entry.position)
  }

  private mutating func remember(_ position: UInt64) {
    history.append((position, possession))
    if history.count > 2 * Self.historyMemory { history.removeFirst(Self.historyMemory) }
  }

  /// What the player had after a position; nil when that is too long ago to be remembered.
  private func possession(at position: UInt64) -> Possession? {
    history.last { $0.position <= position }?.possession
  }
}

// MARK: Replies

extension Witness {
  private mutating func settle(_ reply: ServerMessage) -> Open? {
    guard let request = open.removeValue(forKey: reply.id) else {
      let isRepeated = reply.id >= 1 && reply.id <= highestID
      note(isRepeated ? .replyRepeated : .replyUnasked, "a reply has id \(reply.id)")
      return nil
    }
    let isResume = resumes.remove(reply.id) != nil
    switch reply.message {
    case .welcome(let welcome): begin(welcome)
    case .acknowledged(let told): check(told.position, for: request)
    case .answer(let answer): check(answer, for: request)
    case .subscribed(let subscribed): begin(subscribed, isResume: isResume)
    default: break
    }
    return request
  }

  private mutating func begin(_ welcome: Welcome) {
    connections += 1
    // What the client asks of itself on each connection has no reply if that connection was lost.
    for (id, request) in open where request.kind == .signIn || resumes.contains(id) {
      open[id] = nil
    }
    resumes.removeAll()
    if player != 0, welcome.player != player {
      note(.playerChanged, "the player is \(welcome.player) and was \(player)")
    }
    player = welcome.player
  }

  private mutating func begin(_ subscribed: Subscribed, isResume: Bool) {
    if isResume, !subscribed.resumed { restarts += 1 }
    position = max(position, subscribed.position)
    for state in subscribed.states {
      guard case .own? = state.topic.topic else { continue }
      possession = Possession(state.own)
      bonds = BondMemory(state.own.bonds)
      basis = subscribed.position
      history.removeAll()
      remember(subscribed.position)
    }
    guard resumes.isEmpty else { return }
    for (position, kind) in unconfirmed { confirm(position, kind) }
    unconfirmed.removeAll()
  }

  private mutating func check(_ position: UInt64, for request: Open) {
    acknowledged = max(acknowledged, position)
    if resumes.isEmpty {
      confirm(position, request.kind)
    } else {
      unconfirmed.append((position, request.kind))
    }
    let other = commandsByPosition.updateValue(request.commandID, forKey: position)
    if let other, other != request.commandID {
      note(.positionShared, "it was told of another command before", at: position)
    }
    acknowledgements.append(position)
    if acknowledgements.count > 2 * Self.memory {
      for old in acknowledgements.prefix(Self.memory) { commandsByPosition[old] = nil }
      acknowledgements.removeFirst(Self.memory)
    }
  }

  /// An acknowledged command's entry must have been pushed, or be part of a state.
  private mutating func confirm(_ position: UInt64, _ kind: RequestKind) {
    guard let basis, position > basis, position >= ownEntries.first ?? 0 else { return }
    if kind.isSuperseded, position <= sparedThrough { return }
    if ownEntries.last(where: { $0 <= position }) != position {
      note(.acknowledgedUnseen, "\(kind.rawValue) was not pushed before", at: position)
    }
  }

  private mutating func check(_ answer: Answer, for request: Open) {
    if answer.position < request.acknowledged {
      let told = "the answer is from \(answer.position), after \(request.acknowledged)"
      note(.answerStale, told, at: answer.position)
    }
    if let ranking = answer.ranking, let disorder = ranking.disorder {
      note(.rankingDisordered, disorder, at: answer.position)
    }
    guard basis != nil, let mine = possession(at: answer.position) else { return }
    if let wealth = answer.ranking?.wealth(of: player), wealth != mine.belongings.coins {
      let told = "wealth is \(wealth) and not \(mine.belongings.coins)"
      note(.wealthDiffers, told, at: answer.position)
    }
    if case .inventory(let row)? = answer.inventory.answer, row.player == player {
      if let difference = mine.belongings.difference(from: Belongings(row)) {
        note(.inventoryDiffers, difference, at: answer.position)
      }
    }
    if case .trades(let told)? = answer.trade.answer {
      if let difference = mine.difference(from: told.trades) {
        note(.tradesDiffer, difference, at: answer.position)
      }
    }
  }
}
