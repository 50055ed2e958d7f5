import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// A world with three traders.
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

  let fixture: WorldFixture
  let ann: PlayerID
  let ben: PlayerID
  let cid: PlayerID

  init(_ adjust: (inout WorldRules) -> Void = { _ in }) throws {
    var file = WorldFile.market
    adjust(&file.rules)
    fixture = try WorldFixture(file)
    ann = try fixture.newPlayer("Ann", home: 1)
    ben = try fixture.newPlayer("Ben", home: 1)
    cid = try fixture.newPlayer("Cid", home: 3)
  }

  var world: World {
    _read { yield fixture.world }
    _modify { yield &fixture.world }
  }
  var now: Timestamp { fixture.now }

  /// Decides and folds a player's command.
  @discardableResult
  func run(_ command: Command, by player: PlayerID) throws -> [Event] {
    try fixture.run(command, by: player)
  }

  /// Decides and folds an operator's command.
  @discardableResult
  func operate(_ command: Command) throws -> [Event] {
    try fixture.runAsOperator(command)
  }

  /// Why a player's command is refused; nil, and nothing entered, when it is not.
  func refusal(of command: Command, by player: PlayerID) -> Rejection? {
    refusal(of: command, as: Requester(actor: player.actor, role: .player))
  }

  /// Why an operator's command is refused; nil, and nothing entered, when it is not.
  func refusalToOperate(_ command: Command) -> Rejection? {
    refusal(of: command, as: Requester(actor: .operator, role: .operator))
  }

  private func refusal(of command: Command, as requester: Requester) -> Rejection? {
    var decision = Decision()
    do throws(Rejection) {
      try world.decide(command, fixture.context(requester), &decision)
      return nil
    } catch {
      return error
    }
  }
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
    let number = fixture.nextPosition.rawValue
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
    let number = fixture.nextPosition.rawValue
    try run(.drop(goods), by: player)
    return PileID(number)
  }
}

extension WorldFile {
  /// Three regions of 100 m in a row, four kinds of items and nothing on the ground.
  fileprivate static var market: Self {
    .with {
      $0.name = "Market"
      $0.columns = 3
      $0.rows = 1
      $0.cellMm = 100_000
      $0.rules = .market
      $0.regions = ["West", "Middle", "East"].map { name in .with { $0.name = name } }
      $0.itemKinds = [
        .define(Market.reed, "Reed", stackMax: 10),
        .define(Market.note, "Note", stackMax: 1_000_000_000),
        .define(Market.lute, "Lute", stackMax: 0), .define(Market.bell, "Bell", stackMax: 0),
      ]
    }
  }
}

extension WorldRules {
  fileprivate static var market: Self {
    .with {
      $0.speedMaxMmS = 10_000
      $0.speedDefaultMmS = 1_500
      $0.reachMm = 80_000
      $0.idleAfterUs = 60_000_000
      $0.tradeExpiresAfterUs = 60_000_000
      $0.tradesMax = 3
      $0.inventorySlots = 6
      $0.startingCoins = 100
      $0.startingStacks = [.of(Market.reed, 25)]
      $0.startingItems = [Market.lute]
    }
  }
}
