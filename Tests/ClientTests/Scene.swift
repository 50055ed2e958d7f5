import Client
import Schema
import SwiftProtobuf

@testable import Bots

/// A witness and what it is told, in few words.
///
/// The player is 1,000, its partner 1,001.
struct Scene {
  static let me: UInt64 = 1_000
  static let partner: UInt64 = 1_001

  var witness = Witness()
  private var lastID: UInt64 = 0

  /// A player with 10 coins, 5 of kind 3 and item 77, told at position 10.
  init() {
    reply(to: ask { $0.signIn.guest = Guest() }) { $0.welcome.player = Self.me }
    reply(to: ask { $0.subscribe.topics = [.own()] }) {
      $0.subscribed.position = 10
      $0.subscribed.states = [
        TopicState.with {
          $0.topic = .own()
          $0.own.inventory = Self.inventory
        }
      ]
    }
  }

  static let inventory = InventoryRow.with {
    $0.player = me
    $0.coins = 10
    $0.stacks = [
      HeldStack.with {
        $0.kind = 3
        $0.quantity = 5
      }
    ]
    $0.items = [
      HeldItem.with {
        $0.item = 77
        $0.kind = 9
      }
    ]
  }

  /// Nothing, three tunes of one voice, and twice three of two voices.
  static let repertoires: [[MelodySummary]] = ([0, 1, 2, 2] as [UInt32]).map { voices in
    (1...3 as ClosedRange<UInt64>).prefix(voices == 0 ? 0 : 3).map { number in
      MelodySummary.with {
        $0.melody = number
        $0.voices = voices
      }
    }
  }

  /// A performance of the partner's that lacks somebody.
  static let performance = PerformanceRow.with {
    $0.performance = 5
    $0.performers = [partner, 0]
  }

  /// Sends a request.
  mutating func ask(_ fill: (inout ClientMessage) -> Void) -> UInt64 {
    lastID += 1
    var message = ClientMessage()
    message.id = lastID
    fill(&message)
    witness.send(message, at: .now)
    return lastID
  }

  mutating func submit(commandID: UInt64) -> UInt64 {
    ask {
      $0.command.commandID = commandID
      $0.command.command = .stopMove()
    }
  }

  mutating func reply(to id: UInt64, _ fill: (inout ServerMessage) -> Void) {
    var message = ServerMessage()
    message.id = id
    fill(&message)
    _ = witness.receive(message)
  }

  /// The partner says something; so many characters, if the event is to be believed.
  mutating func hear(_ position: UInt64, _ text: String?, of characters: Int? = nil) {
    let count = characters ?? BotTalk.sentence(3, of: Self.partner).count
    reply(to: 0) { message in
      message.push.entries = [
        PushedEntry.with { entry in
          entry.position = position
          entry.timeUs = Int64(position)
          entry.actor = Self.partner
          entry.payload.events = [
            Event.with {
              $0.chat.messageSaid.player = Self.partner
              $0.chat.messageSaid.characters = UInt32(count)
            }
          ]
          if let text { entry.texts = [Text.with { $0.text = text }] }
        }
      ]
    }
  }

  mutating func acknowledge(_ id: UInt64, at position: UInt64) {
    reply(to: id) { $0.acknowledged.position = position }
  }

  mutating func answer(_ row: InventoryRow, at position: UInt64) {
    let id = ask { $0.query.inventory.inventory = InventoryOfQuery() }
    reply(to: id) {
      $0.answer.position = position
      $0.answer.inventory.inventory = row
    }
  }

  mutating func answer(_ trades: [TradeRow], at position: UInt64) {
    let id = ask { $0.query.trade.trades = OpenTradesQuery() }
    reply(to: id) {
      $0.answer.position = position
      $0.answer.trade.trades.trades = trades
    }
  }

  /// An answer of the board of wealth, in which the ranks go on from 1.
  mutating func answer(_ players: [(player: UInt64, coins: Int64)], at position: UInt64) {
    answer(at: position) { ranking in
      ranking.count = UInt64(players.count)
      ranking.players = players.enumerated().map { index, line in
        RankedPlayer.with {
          ($0.rank, $0.player) = (UInt64(index + 1), line.player)
          ($0.score, $0.reached) = (line.coins, UInt64(index + 1))
        }
      }
    }
  }

  mutating func answer(at position: UInt64, _ fill: (inout RankingAnswer) -> Void) {
    let id = ask { $0.query.leaderboards.top = TopQuery() }
    reply(to: id) {
      $0.answer.position = position
      $0.answer.leaderboards.top.score = .wealth
      fill(&$0.answer.leaderboards.top)
    }
  }

  mutating func push(
    _ position: UInt64, actor: UInt64 = me, time: Int64? = nil, _ events: [Event] = []
  ) {
    var message = ServerMessage()
    message.push.entries = [Self.entry(position, actor: actor, time: time, events)]
    _ = witness.receive(message)
  }

  static func entry(
    _ position: UInt64, actor: UInt64 = me, time: Int64? = nil, _ events: [Event]
  ) -> PushedEntry {
    PushedEntry.with {
      $0.position = position
      $0.timeUs = time ?? Int64(position) * 1_000
      $0.actor = actor
      $0.payload.events = events
    }
  }
}

extension Goods {
  static func of(
    coins: Int64 = 0, stacks: KeyValuePairs<UInt32, Int64> = [:], item: UInt64? = nil
  ) -> Goods {
    Goods.with {
      $0.coins = coins
      $0.stacks = stacks.map { kind, quantity in
        ItemStack.with {
          $0.kind = kind
          $0.quantity = quantity
        }
      }
      if let item {
        $0.items = [
          UniqueItem.with {
            $0.item = item
            $0.kind = 9
          }
        ]
      }
    }
  }
}

extension Event {
  static func granted(_ goods: Goods) -> Event {
    Event.with {
      $0.inventory.goodsGranted.player = Scene.me
      $0.inventory.goodsGranted.goods = goods
    }
  }

  static func attended(from former: Int64, to bond: Int64) -> Event {
    Event.with {
      $0.echoes.echoAttended.echo = 7
      $0.echoes.echoAttended.player = Scene.me
      $0.echoes.echoAttended.former = former
      $0.echoes.echoAttended.bond = bond
    }
  }

  static func dropped(_ goods: Goods, by player: UInt64 = Scene.me) -> Event {
    Event.with {
      $0.inventory.goodsDropped.player = player
      $0.inventory.goodsDropped.goods = goods
    }
  }

  static func given(_ goods: Goods, from: UInt64, to: UInt64) -> Event {
    Event.with {
      $0.inventory.goodsGiven.from = from
      $0.inventory.goodsGiven.to = to
      $0.inventory.goodsGiven.goods = goods
    }
  }

  static func held(_ goods: Goods, for trade: UInt64) -> Event {
    Event.with {
      $0.inventory.goodsHeld.player = Scene.me
      $0.inventory.goodsHeld.trade = trade
      $0.inventory.goodsHeld.goods = goods
    }
  }

  static func released(_ goods: Goods, from trade: UInt64) -> Event {
    Event.with {
      $0.inventory.goodsReleased.player = Scene.me
      $0.inventory.goodsReleased.trade = trade
      $0.inventory.goodsReleased.goods = goods
    }
  }

  static func traded(_ goods: Goods, _ trade: UInt64, from: UInt64, to: UInt64) -> Event {
    Event.with {
      $0.inventory.goodsTraded.trade = trade
      $0.inventory.goodsTraded.from = from
      $0.inventory.goodsTraded.to = to
      $0.inventory.goodsTraded.goods = goods
    }
  }

  static func offered(_ trade: UInt64, _ goods: Goods) -> Event {
    Event.with {
      $0.trade.tradeOffered.trade = trade
      $0.trade.tradeOffered.proposer = Scene.me
      $0.trade.tradeOffered.partner = Scene.partner
      $0.trade.tradeOffered.goods = goods
    }
  }

  static func changed(_ trade: UInt64, _ goods: Goods, revision: UInt32) -> Event {
    Event.with {
      $0.trade.tradeChanged.trade = trade
      $0.trade.tradeChanged.proposer = Scene.me
      $0.trade.tradeChanged.partner = Scene.partner
      $0.trade.tradeChanged.player = Scene.partner
      $0.trade.tradeChanged.goods = goods
      $0.trade.tradeChanged.revision = revision
    }
  }

  static func accepted(_ trade: UInt64, by player: UInt64, revision: UInt32) -> Event {
    Event.with {
      $0.trade.tradeAccepted.trade = trade
      $0.trade.tradeAccepted.proposer = Scene.me
      $0.trade.tradeAccepted.partner = Scene.partner
      $0.trade.tradeAccepted.player = player
      $0.trade.tradeAccepted.revision = revision
    }
  }

  static func committed(_ trade: UInt64, _ mine: Goods, _ theirs: Goods) -> Event {
    Event.with {
      $0.trade.tradeCommitted.trade = trade
      $0.trade.tradeCommitted.proposer = Scene.me
      $0.trade.tradeCommitted.partner = Scene.partner
      $0.trade.tradeCommitted.proposerGoods = mine
      $0.trade.tradeCommitted.partnerGoods = theirs
    }
  }

  static func withdrawn(_ trade: UInt64) -> Event {
    Event.with {
      $0.trade.tradeWithdrawn.trade = trade
      $0.trade.tradeWithdrawn.proposer = Scene.me
      $0.trade.tradeWithdrawn.partner = Scene.partner
    }
  }
}
