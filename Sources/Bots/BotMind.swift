import Client
import Schema

/// What a bot can think of doing.
enum BotWish: Equatable, Sendable {
  case command(Command)
  case lookWho
  case lookPiles
  case checkInventory
  case checkTrades
  case lookBoards
  case lookTop(UInt32)
  case lookRank(UInt32)
  case lookAtSky
  case lookMelodies
  case lookPerformances
  case lookForEchoes
}

/// What a bot sees when it decides.
struct BotView: Sendable {
  let player: UInt64
  let possession: Possession
  let place: Point
  let isStanding: Bool
}

/// Decides what a bot does next: at random, yet like somebody who came to trade.
struct BotMind: Sendable {
  let meeting: Meeting
  let home: UInt32
  private(set) var random: BotRandom
  /// Who was there when the bot last looked.
  var neighbours: [PresentPlayer] = []
  /// What lay there when the bot last looked.
  var piles: [PileRow] = []
  /// The echoes that were there when the bot last looked.
  var echoes: [UInt64] = []
  /// The leaderboards that there were when the bot last looked.
  var boards: [UInt32] = []
  /// What the bot had composed when it last looked; nil before that.
  var repertoire: [MelodySummary]?
  /// The performances that lacked performers when the bot last looked.
  var performances: [PerformanceRow] = []
  /// Trades that the bot leaves to expire.
  private(set) var ignoredTrades: Set<UInt64> = []
  /// How many things the bot has said, or tried to.
  private var sayings: UInt64 = 0
  /// The pile that the bot is walking to.
  private var goal: PileRow?

  init(meeting: Meeting, seed: UInt64, bot: Int) {
    self.meeting = meeting
    home = meeting.homes[bot % meeting.homes.count]
    random = BotRandom(seed: seed, bot: bot)
  }

  /// A pause between two wishes.
  mutating func pause(in range: ClosedRange<Duration>) -> Duration {
    let share = Double.random(in: 0...1, using: &random)
    return range.lowerBound + (range.upperBound - range.lowerBound) * share
  }

  /// Whether something that happens this often happens now.
  mutating func chance(_ share: Double) -> Bool {
    random.chance(share)
  }

  /// The next wish.
  mutating func next(_ view: BotView) -> BotWish {
    if let goal, view.isStanding {
      self.goal = nil
      if meeting.reaches(view.place, goal.at) { return .command(.pickUp(from: goal.pile)) }
    }
    let open = view.possession.trades.values.filter { !ignoredTrades.contains($0.trade) }
      .sorted { $0.trade < $1.trade }
    if let trade = open.first, random.chance(0.7), let wish = attend(to: trade, view) {
      return wish
    }
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<20: return walk(view)
    case 20..<26: return talk(view)
    case 26..<28: return sing(view)
    case 28..<30: return .command(view.isStanding ? run(to: home) : .stopMove())
    case 30..<36: return .lookWho
    case 36..<38: return gather()
    case 38..<44: return .lookPiles
    case 44..<46: return attendToEcho()
    case 46..<54: return .checkInventory
    case 54..<57: return .checkTrades
    case 57..<59: return lookUp()
    case 59..<60: return .lookAtSky
    case 60..<68: return command(view) { .drop($0) }
    case 68..<80: return pickUp(view)
    case 80..<81: return command(view) { .consume($0) }
    case 81..<90: return approach(view) { goods, other in .give(goods, to: other) }
    default: return approach(view) { goods, other in .offerTrade(with: other, giving: goods) }
    }
  }
}

// MARK: Wishes

extension BotMind {
  /// What to do about an open trade; nil: wait for the other.
  private mutating func attend(to trade: TradeRow, _ view: BotView) -> BotWish? {
    let isProposer = trade.proposer == view.player
    let hasAccepted = isProposer ? trade.proposerAccepted : trade.partnerAccepted
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<2:
      ignoredTrades.insert(trade.trade)
      return nil
    case 2..<8:
      return .command(.withdrawTrade(trade.trade))
    case _ where hasAccepted:
      return nil
    case 8..<30:
      return .command(.changeTrade(trade.trade, giving: choose(view) ?? GoodsSpec()))
    default:
      return .command(.acceptTrade(trade.trade, revision: trade.revision))
    }
  }

  /// Says something to all around, or to one of them.
  private mutating func talk(_ view: BotView) -> BotWish {
    sayings += 1
    let sentence = BotTalk.sentence(sayings, of: view.player)
    let others = neighbours.filter { $0.player != view.player }
    guard let other = others.randomElement(using: &random), random.chance(0.4) else {
      return .command(.say(sentence))
    }
    return .command(.sendMessage(sentence, to: other.player))
  }

  /// Takes something from the land, or gives something back, whatever it may be: often it does not grow there, which is told.
  private mutating func gather() -> BotWish {
    let species = UInt32.random(in: 1...9, using: &random)
    let amount = Int64.random(in: 1...3, using: &random)
    return .command(
      random.chance(0.7)
        ? .harvest(species, amount: amount) : .plant(species, quantity: amount))
  }

  /// Hums, plays with others, or composes and plays what it has composed.
  private mutating func sing(_ view: BotView) -> BotWish {
    if random.chance(0.3) { return .command(.hum()) }
    if let open = performances.popLast(), !open.performers.contains(view.player),
      let part = open.performers.firstIndex(of: 0)
    {
      return .command(.joinPerformance(open.performance, taking: UInt32(part)))
    }
    if random.chance(0.4) { return .lookPerformances }
    guard let repertoire, !random.chance(0.2) else { return .lookMelodies }
    if repertoire.count < 3 || repertoire.count < 6 && random.chance(0.1) {
      self.repertoire = nil
      return .command(.composeMelody(BotTune.piece(of: view.player, using: &random)))
    }
    let alone = repertoire.filter { $0.voices == 1 }
    if repertoire.count == alone.count, repertoire.count < 8,
      let tune = alone.randomElement(using: &random)
    {
      self.repertoire = nil
      return .command(.combineMelodies(BotTune.round(of: tune.melody), title: "Round"))
    }
    guard let melody = repertoire.randomElement(using: &random) else { return .lookMelodies }
    return melody.voices > 1 && random.chance(0.5)
      ? .command(.proposePerformance(of: melody.melody, taking: 0))
      : .command(.performMelody(melody.melody))
  }

  /// Attends to an echo that was there, once; it may be elsewhere by now, or have had enough, which is told.
  private mutating func attendToEcho() -> BotWish {
    guard let echo = echoes.randomElement(using: &random) else { return .lookForEchoes }
    echoes.removeAll { $0 == echo }
    return .command(.attend(to: echo))
  }

  private mutating func walk(_ view: BotView) -> BotWish {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<55: .command(run(to: home))
    case 55..<92: .command(.startMove(to: meeting.stroll(from: view.place, using: &random)))
    default: .command(run(to: meeting.homes.randomElement(using: &random) ?? home))
    }
  }

  private mutating func run(to home: UInt32) -> Command {
    .startMove(to: meeting.place(in: home, using: &random), speed: meeting.speedMax)
  }

  private mutating func pickUp(_ view: BotView) -> BotWish {
    guard let pile = piles.randomElement(using: &random) else { return .lookPiles }
    piles.removeAll { $0.pile == pile.pile }
    if meeting.reaches(view.place, pile.at) {
      guard let stack = pile.goods.stacks.first, random.chance(0.3) else {
        return .command(.pickUp(from: pile.pile))
      }
      return .command(.pickUp(GoodsSpec(stacks: [stack.kind: 1]), from: pile.pile))
    }
    goal = pile
    return .command(.startMove(to: pile.at))
  }

  private mutating func lookUp() -> BotWish {
    guard let board = boards.randomElement(using: &random), !random.chance(0.1) else {
      return .lookBoards
    }
    return random.chance(0.5) ? .lookTop(board) : .lookRank(board)
  }

  private mutating func command(_ view: BotView, _ make: (GoodsSpec) -> Command) -> BotWish {
    guard let goods = choose(view) else { return walk(view) }
    return .command(make(goods))
  }

  private mutating func approach(
    _ view: BotView, _ make: (GoodsSpec, UInt64) -> Command
  ) -> BotWish {
    let others = neighbours.filter { $0.player != view.player }
    let near = others.filter { meeting.reaches(view.place, $0.movement.to) }
    guard let other = (near.isEmpty ? others : near).randomElement(using: &random) else {
      return .lookWho
    }
    return command(view) { make($0, other.player) }
  }

  /// A few of the free goods; now and then more than there are, which must be refused.
  private mutating func choose(_ view: BotView) -> GoodsSpec? {
    let mine = view.possession.belongings
    let coins = mine.coins - mine.coinsHeld
    if random.chance(0.02) { return GoodsSpec(coins: coins + 1) }
    let stacks = mine.stacks.filter { $0.value.quantity > $0.value.held }
      .sorted { $0.key < $1.key }
    let items = mine.items.filter { $0.value.trade == 0 }.keys.sorted()
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<2:
      if let item = items.randomElement(using: &random) { return GoodsSpec(items: [item]) }
    case 2..<6:
      if let (kind, stack) = stacks.randomElement(using: &random) {
        let most = min(3, stack.quantity - stack.held)
        return GoodsSpec(stacks: [kind: .random(in: 1...most, using: &random)])
      }
    default: break
    }
    return coins > 0 ? GoodsSpec(coins: .random(in: 1...min(5, coins), using: &random)) : nil
  }
}
