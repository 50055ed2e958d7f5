import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// A founded world with three traders, in which the invariants are checked after every entry.
///
/// Ann and Ben stand within each other's reach in region 1, Cid far away in region 3. Each starts with
/// 100 coins, 25 reeds and a lute: item 1, 2 and 3. Reeds stack to 10, so that 4 of 6 slots are taken.
final class Market {
  /// A stackable kind; 10 share a slot.
  static let reed: UInt32 = 1
  /// A stackable kind; 10⁹ share a slot.
  static let note: UInt32 = 2
  /// A unique kind.
  static let lute: UInt32 = 3
  /// Another one.
  static let bell: UInt32 = 4

  var world = World()
  /// The clock; tests set it forward.
  var now = Timestamp(microseconds: 1_700_000_000_000_000)
  private(set) var entries: [(events: [Event], stamp: EntryStamp)] = []
  private(set) var ann = PlayerID(UInt64(0))
  private(set) var ben = PlayerID(UInt64(0))
  private(set) var cid = PlayerID(UInt64(0))

  init(_ adjust: (inout WorldRules) -> Void = { _ in }) throws {
    var rules = WorldRules.with {
      $0.speedMaxMmS = 10_000
      $0.speedDefaultMmS = 1_500
      $0.reachMm = 80_000
      $0.idleAfterUs = 60_000_000
      $0.tradeExpiresAfterUs = 60_000_000
      $0.tradesMax = 3
      $0.inventorySlots = 6
      $0.startingCoins = 100
      $0.startingStacks = [.of(Self.reed, 25)]
      $0.startingItems = [Self.lute]
    }
    adjust(&rules)
    found(rules)
    ann = try join("Ann", in: 1)
    ben = try join("Ben", in: 1)
    cid = try join("Cid", in: 3)
  }

  private func found(_ rules: WorldRules) {
    var decision = Decision()
    decision.regions(
      .worldFounded(
        .with {
          $0.name = "Market"
          $0.seed = 7
          $0.columns = 3
          $0.rows = 1
          $0.cellMm = 100_000
          $0.rules = rules
        }))
    for region in 1...3 as ClosedRange<UInt32> {
      decision.regions(
        .regionNamed(
          .with {
            $0.region = region
            $0.name = "Square \(region)"
          }))
    }
    let kinds: [(UInt32, String, Int64)] = [
      (Self.reed, "Reed", 10), (Self.note, "Note", 1_000_000_000), (Self.lute, "Lute", 0),
      (Self.bell, "Bell", 0),
    ]
    for (kind, name, stackMax) in kinds {
      decision.inventory(
        .itemKindDefined(
          .with {
            $0.kind = kind
            $0.name = name
            $0.stackMax = stackMax
          }))
    }
    enter(decision, by: .scheduler)
  }

  /// Enrols and connects somebody new, with a profile.
  @discardableResult
  func join(_ name: String, in region: UInt32) throws -> PlayerID {
    let player = world.players.next
    try serve(.openSession(player: nil, client: ""))
    try run(
      .players(
        .with {
          $0.createProfile = .with {
            $0.name = name
            $0.homeRegion = region
          }
        }), by: player)
    return player
  }

  /// Ends the player's session.
  func leave(_ player: PlayerID) throws {
    let open = world.presence.session(of: player)
    let session = try #require(open)
    try serve(.closeSession(session, player: player, end: .farewell))
  }

  /// Decides and folds a player's command.
  @discardableResult
  func run(_ command: Command.OneOf_System, by player: PlayerID) throws -> [Event] {
    try run(command, as: Requester(actor: player.actor, role: .player))
  }

  /// Decides and folds an operator's command.
  @discardableResult
  func operate(_ command: Command.OneOf_System) throws -> [Event] {
    try run(command, as: Requester(actor: .operator, role: .operator))
  }

  private func run(_ command: Command.OneOf_System, as requester: Requester) throws -> [Event] {
    var decision = Decision()
    try world.decide(.with { $0.system = command }, context(of: requester), &decision)
    return enter(decision, by: requester.actor)
  }

  /// Decides and folds what the server itself asks.
  @discardableResult
  func serve(_ command: ServerCommand) throws -> [Event] {
    var decision = Decision()
    try world.decide(command, context(of: .scheduler), &decision)
    return enter(decision, by: .scheduler)
  }

  /// Fires all jobs that are due.
  func fireDueJobs() throws {
    while let job = world.scheduler.next(dueBy: now) { try serve(.fire(job)) }
  }

  /// Why a player's command is refused; nil, and nothing entered, when it is not.
  func refusal(of command: Command.OneOf_System, by player: PlayerID) -> Rejection? {
    refusal(of: command, as: Requester(actor: player.actor, role: .player))
  }

  /// Why an operator's command is refused; nil, and nothing entered, when it is not.
  func refusalToOperate(_ command: Command.OneOf_System) -> Rejection? {
    refusal(of: command, as: Requester(actor: .operator, role: .operator))
  }

  private func refusal(
    of command: Command.OneOf_System, as requester: Requester
  ) -> Rejection? {
    var decision = Decision()
    do throws(Rejection) {
      try world.decide(.with { $0.system = command }, context(of: requester), &decision)
      return nil
    } catch {
      return error
    }
  }

  /// Enters events as they are, decided or not; checks the invariants unless told otherwise.
  @discardableResult
  func enter(_ decision: Decision, by actor: ActorID, isSound: Bool = true) -> [Event] {
    let stamp = EntryStamp(position: nextPosition, time: now, actor: actor, commandID: .none)
    world.fold(decision.events, of: stamp)
    entries.append((decision.events, stamp))
    if isSound { #expect(world.violations() == []) }
    return decision.events
  }

  func context(of requester: Requester) -> DecisionContext {
    DecisionContext(requester: requester, now: now, position: nextPosition, seed: 7)
  }

  private var nextPosition: Position { Position(rawValue: UInt64(entries.count) + 1) }
}

extension Market {
  /// Where a player stands.
  func place(of player: PlayerID) -> Point? {
    world.movement.place(of: player, at: now)
  }

  /// Goods on the ground.
  func pile(_ pile: PileID) -> PileRow? {
    world.inventories.pile(pile)
  }

  /// Where a unique item is.
  func item(_ item: UInt64) -> UniqueItemRow? {
    world.inventories.item(ItemID(item))
  }

  /// A kind of item, with how many were created and destroyed.
  func kind(_ kind: UInt32) -> ItemKindRow? {
    world.inventories.kind(ItemKindID(kind))
  }

  /// An open trade.
  func trade(_ trade: TradeID) -> TradeRow? {
    world.trades.trade(trade)
  }

  /// What a player owns, whether set aside or not.
  func owned(by player: PlayerID) -> Goods {
    world.inventories.inventory(of: player)?.owned ?? Goods()
  }

  /// What a player has set aside.
  func held(by player: PlayerID) -> Goods {
    world.inventories.inventory(of: player)?.held ?? Goods()
  }

  /// Opens a trade, and gives its number.
  func offer(_ goods: GoodsSpec, by player: PlayerID, to partner: PlayerID) throws -> TradeID {
    let number = UInt64(entries.count) + 1
    try run(.offer(goods, to: partner), by: player)
    return TradeID(number)
  }

  /// Grants goods as an operator.
  func grant(
    to player: PlayerID, coins: Int64 = 0, stacks: KeyValuePairs<UInt32, Int64> = [:],
    items: KeyValuePairs<UInt32, UInt32> = [:]
  ) throws {
    try operate(.grant(to: player, coins: coins, stacks: stacks, items: items))
  }

  /// Lays goods down, and gives the pile's number.
  @discardableResult
  func drop(_ goods: GoodsSpec, by player: PlayerID) throws -> PileID {
    let number = UInt64(entries.count) + 1
    try run(.drop(goods), by: player)
    return PileID(number)
  }
}

extension Command.OneOf_System {
  static func grant(
    to player: PlayerID, coins: Int64 = 0, stacks: KeyValuePairs<UInt32, Int64> = [:],
    items: KeyValuePairs<UInt32, UInt32> = [:], reason: String = "a gift"
  ) -> Self {
    .inventory(
      .with {
        $0.grantGoods = .with {
          $0.player = player.rawValue
          $0.coins = coins
          $0.stacks = stacks.map { .of($0.key, $0.value) }
          $0.items = items.map { .of($0.key, $0.value) }
          $0.reason = reason
        }
      })
  }

  static func define(
    _ kind: UInt32, _ name: String, stackMax: Int64 = 1, description: String = ""
  ) -> Self {
    .inventory(
      .with {
        $0.defineItemKind = .with {
          $0.kind = kind
          $0.name = name
          $0.stackMax = stackMax
          $0.description_p = description
        }
      })
  }

  static func consume(_ goods: GoodsSpec) -> Self {
    .inventory(.with { $0.consumeGoods = .with { $0.goods = goods } })
  }

  static func drop(_ goods: GoodsSpec) -> Self {
    .inventory(.with { $0.dropGoods = .with { $0.goods = goods } })
  }

  static func pickUp(_ goods: GoodsSpec? = nil, from pile: PileID) -> Self {
    .inventory(
      .with {
        $0.pickUpGoods = .with {
          $0.pile = pile.rawValue
          if let goods { $0.goods = goods }
        }
      })
  }

  static func give(_ goods: GoodsSpec, to player: PlayerID) -> Self {
    .inventory(
      .with {
        $0.giveGoods = .with {
          $0.to = player.rawValue
          $0.goods = goods
        }
      })
  }

  static func offer(_ goods: GoodsSpec, to partner: PlayerID) -> Self {
    .trade(
      .with {
        $0.offerTrade = .with {
          $0.partner = partner.rawValue
          $0.goods = goods
        }
      })
  }

  static func change(_ trade: TradeID, to goods: GoodsSpec) -> Self {
    .trade(
      .with {
        $0.changeTrade = .with {
          $0.trade = trade.rawValue
          $0.goods = goods
        }
      })
  }

  static func accept(_ trade: TradeID, revision: UInt32) -> Self {
    .trade(
      .with {
        $0.acceptTrade = .with {
          $0.trade = trade.rawValue
          $0.revision = revision
        }
      })
  }

  static func withdraw(_ trade: TradeID) -> Self {
    .trade(.with { $0.withdrawTrade = .with { $0.trade = trade.rawValue } })
  }

  static var retire: Self { .players(.with { $0.retireProfile = RetireProfile() }) }
}
