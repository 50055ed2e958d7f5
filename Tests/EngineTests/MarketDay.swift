import EventLog
import Schema
import SwiftProtobuf
import World

@testable import Engine

/// A day on the market of Unison Square, played through the engine, the same for every run.
///
/// Merchants have stock, customers have coins. Each kind of goods has a price that wanders through
/// the day. A customer offers coins; the merchant lays goods beside them; both haggle, agree, think
/// better of it, or forget, and then the time to finish is over. Around it people walk, drop and
/// pick up, give, use up, fall idle, lose their connection and come back; newcomers arrive, and the
/// town's treasury (an operator) brings new kinds of goods and new coins.
struct MarketDay {
  static let square: UInt32 = 8
  private static let dayMicroseconds: Int64 = 86_400_000_000

  private let fixture: CoreFixture
  private let treasury: Session
  private var sessions: [Session] = []
  /// Of the kinds 1 to 8, and then of the novelties.
  private var prices: [Int64] = [2, 3, 9, 4, 12, 6, 5, 8]
  private var random = DeterministicRandom(seed: 2_026, stream: 2, purpose: .birthplace)

  /// What the market's world is founded from.
  static var world: WorldFile {
    var file = WorldFile.standard
    file.name = "Market day"
    file.seed = 20_260_921
    file.rules.startingCoins = 2_000
    file.rules.tradeExpiresAfterUs = 600_000_000
    file.rules.reachMm = 20_000
    return file
  }

  /// Signs the first traders in; the first third of them are merchants and get stock.
  init(_ fixture: CoreFixture, traders: Int) throws {
    self.fixture = fixture
    treasury = try fixture.connect(.operator)
    for _ in 0..<traders { try arrive() }
  }

  /// Plays until so many entries have been made, in a little more than a day, and then closes.
  mutating func play(entries: Int) throws {
    let start = fixture.clock.now()
    let pace = 3 * Self.dayMicroseconds / (2 * Int64(entries))
    var newcomerAt = Self.dayMicroseconds / 12
    while fixture.core.nextPosition.rawValue <= UInt64(entries) {
      fixture.clock.advance(by: random.next(in: 0..<pace))
      try fixture.core.fireDue(limit: 100)
      try fixture.settle()
      if fixture.clock.now().microseconds - start.microseconds >= newcomerAt {
        newcomerAt += Self.dayMicroseconds / 12
        try arrive()
        try innovate()
      }
      try act()
    }
    fixture.core.closeAllSessions(end: .serverStopped)
    try fixture.settle()
  }

  /// Somebody new comes; every third is a merchant.
  private mutating func arrive() throws {
    let session = try fixture.connect()
    let number = sessions.count
    _ = try fixture.send(
      .with { command in
        command.players.createProfile = .with {
          $0.name = "\(number % 3 == 0 ? "Merchant" : "Customer") \(number)"
          $0.homeRegion = Self.square
        }
      }, by: session)
    sessions.append(session)
    if number % 3 == 0 { try stock(session) }
  }

  /// The treasury hands goods to a merchant.
  private mutating func stock(_ merchant: Session) throws {
    var grant = GrantGoods()
    grant.player = merchant.requester.actor.rawValue
    grant.coins = 200
    grant.stacks = (1...8 as ClosedRange<UInt32>).map { kind in
      .with {
        $0.kind = kind
        $0.quantity = 40
      }
    }
    grant.items = [
      .with {
        $0.kind = UInt32(9 + random.next(below: 4))
        $0.count = 2
      }
    ]
    grant.reason = "stock for the day"
    _ = try fixture.send(.with { [grant] in $0.inventory.grantGoods = grant }, by: treasury)
  }

  /// The treasury brings a kind of goods that nobody had before, and some of it to each merchant.
  private mutating func innovate() throws {
    let kind = UInt32(100 + prices.count)
    _ = try fixture.send(
      .with { command in
        command.inventory.defineItemKind = .with {
          $0.kind = kind
          $0.name = "Novelty \(kind)"
          $0.stackMax = 50
          $0.description_p = "New on the market today."
        }
      }, by: treasury)
    prices.append(random.next(in: 5..<40))
    for merchant in stride(from: 0, to: sessions.count, by: 3) {
      let player = sessions[merchant].requester.actor.rawValue
      _ = try fixture.send(
        .with { command in
          command.inventory.grantGoods = .with {
            $0.player = player
            $0.stacks = [
              .with {
                $0.kind = kind
                $0.quantity = 60
              }
            ]
            $0.reason = "novelties"
          }
        }, by: treasury)
    }
  }

  /// Somebody does something.
  private mutating func act() throws {
    let index = Int(random.next(below: UInt64(sessions.count)))
    let price = Int(random.next(below: UInt64(prices.count)))
    prices[price] = max(1, prices[price] + random.next(in: -1..<2))
    switch random.next(below: 1_000) {
    case 0..<4: try reconnect(index, lost: true)
    case 4..<7: try reconnect(index, lost: false)
    case 7..<12:
      fixture.core.handle(.idle(sessions[index]))
      try fixture.settle()
      fixture.clock.advance(by: 1_000)
      fixture.core.handle(.active(sessions[index]))
      try fixture.settle()
    default: _ = try fixture.send(command(of: index), by: sessions[index])
    }
  }

  private mutating func reconnect(_ index: Int, lost: Bool) throws {
    let player = sessions[index].requester.player
    fixture.core.handle(.closed(sessions[index], lost ? .lost : .farewell))
    try fixture.settle()
    fixture.clock.advance(by: random.next(in: 1..<5_000_000))
    sessions[index] = try fixture.connect(.player(player))
  }

  private mutating func command(of index: Int) -> Command {
    let player = sessions[index].requester.player
    let open = fixture.core.world.trades.rows(of: player)
    let waiting = open.filter { $0.waits(for: player) }
    let draw = random.next(below: 100)
    if draw < 72 {
      guard let row = waiting.first else { return offer(by: index) }
      return goOn(with: row, player)
    }
    let other = sessions[Int(random.next(below: UInt64(sessions.count)))].requester.actor.rawValue
    switch draw {
    case 72..<76:
      let stack = goods(of: player, atMost: 2)
      return .with { $0.inventory.dropGoods.goods = stack }
    case 76..<80:
      let pile =
        fixture.core.world.inventories.pileRows(in: RegionID(Self.square)).last?.pile ?? 1
      return .with { $0.inventory.pickUpGoods.pile = pile }
    case 80..<83:
      let coins = random.next(in: 1..<10)
      return .with {
        $0.inventory.giveGoods.to = other
        $0.inventory.giveGoods.goods.coins = coins
      }
    case 83..<87:
      let stack = goods(of: player, atMost: 1)
      return .with { $0.inventory.consumeGoods.goods = stack }
    case 87..<88: return .with { $0.movement.stopMove = StopMove() }
    default:
      // Mostly about the square, which is the region from (200 m, 100 m); now and then beyond it.
      let wide: Int64 = random.next(below: 20) == 0 ? 60_000 : 0
      return walk(
        toX: random.next(in: 200_000 - wide..<300_000 + wide),
        y: random.next(in: 100_000 - wide..<200_000 + wide))
    }
  }

  /// A customer lays coins on a merchant's table.
  private mutating func offer(by index: Int) -> Command {
    let stalls = UInt64(sessions.count + 2) / 3
    let merchant = sessions[Int(random.next(below: stalls)) * 3].requester.actor.rawValue
    let kind = Int(random.next(below: UInt64(prices.count)))
    let coins = prices[kind] * random.next(in: 1..<5)
    return .with {
      $0.trade.offerTrade.partner = merchant
      $0.trade.offerTrade.goods.coins = coins
    }
  }

  /// What somebody does about an open trade.
  private mutating func goOn(with row: TradeRow, _ player: PlayerID) -> Command {
    let isProposer = row.proposer == player.rawValue
    let mine = isProposer ? row.proposerGoods : row.partnerGoods
    let theirs = isProposer ? row.partnerGoods : row.proposerGoods
    let draw = random.next(below: 100)
    if draw < 8 {
      return .with { $0.trade.withdrawTrade.trade = row.trade }
    }
    if mine.isNothing {
      let goods = self.goods(of: player, worth: theirs.coins)
      return .with {
        $0.trade.changeTrade.trade = row.trade
        $0.trade.changeTrade.goods = goods
      }
    }
    if draw < 25, mine.coins > 0 {
      let coins = max(1, mine.coins + random.next(in: -3..<4))
      return .with {
        $0.trade.changeTrade.trade = row.trade
        $0.trade.changeTrade.goods.coins = coins
      }
    }
    return .with {
      $0.trade.acceptTrade.trade = row.trade
      $0.trade.acceptTrade.revision = row.revision
    }
  }

  /// As much of one kind that the player owns as some coins buy at today's price, or now and then one
  /// unique item.
  private mutating func goods(of player: PlayerID, worth coins: Int64) -> GoodsSpec {
    guard let row = fixture.core.world.inventories.inventory(of: player), !row.stacks.isEmpty,
      random.next(below: 20) != 0
    else { return goods(of: player, atMost: 1) }
    let stack = row.stacks[Int(random.next(below: UInt64(row.stacks.count)))]
    // Kinds of the world's file are numbered from 1, novelties from 108.
    let index = stack.kind <= 8 ? Int(stack.kind) - 1 : Int(stack.kind) - 100
    let price = prices.indices.contains(index) ? prices[index] : 10
    var goods = GoodsSpec()
    goods.stacks = [
      .with {
        $0.kind = stack.kind
        $0.quantity = max(1, min(coins / price, stack.quantity - stack.held))
      }
    ]
    return goods
  }

  /// A little of one kind that the player owns, or now and then one unique item; a coin where there
  /// is nothing.
  private mutating func goods(of player: PlayerID, atMost quantity: Int64) -> GoodsSpec {
    var goods = GoodsSpec()
    guard let row = fixture.core.world.inventories.inventory(of: player) else { return goods }
    if !row.items.isEmpty, random.next(below: 12) == 0 {
      goods.items = [row.items[Int(random.next(below: UInt64(row.items.count)))].item]
    } else if !row.stacks.isEmpty {
      let stack = row.stacks[Int(random.next(below: UInt64(row.stacks.count)))]
      goods.stacks = [
        .with {
          $0.kind = stack.kind
          $0.quantity = random.next(in: 1..<quantity + 1)
        }
      ]
    } else {
      goods.coins = 1
    }
    return goods
  }
}

extension TradeRow {
  /// Whether it is this player's turn: to lay something beside the other's goods, or to agree.
  fileprivate func waits(for player: PlayerID) -> Bool {
    let isProposer = proposer == player.rawValue
    let hasAgreed = isProposer ? proposerAccepted : partnerAccepted
    let theirs = isProposer ? partnerGoods : proposerGoods
    return !hasAgreed && !theirs.isNothing
  }
}

extension Goods {
  fileprivate var isNothing: Bool { coins == 0 && stacks.isEmpty && items.isEmpty }
}
