import Schema
import SwiftProtobuf

@testable import World

extension Command {
  static func grant(
    to player: PlayerID, coins: Int64 = 0, stacks: KeyValuePairs<UInt32, Int64> = [:],
    items: KeyValuePairs<UInt32, UInt32> = [:], reason: String = "a gift"
  ) -> Self {
    .with {
      $0.inventory.grantGoods = .with {
        $0.player = player.rawValue
        $0.coins = coins
        $0.stacks = stacks.map { .of($0.key, $0.value) }
        $0.items = items.map { .of($0.key, $0.value) }
        $0.reason = reason
      }
    }
  }

  static func define(
    _ kind: UInt32, _ name: String, stackMax: Int64 = 1, description: String = ""
  ) -> Self {
    .with {
      $0.inventory.defineItemKind = .with {
        $0.kind = kind
        $0.name = name
        $0.stackMax = stackMax
        $0.description_p = description
      }
    }
  }

  static func consume(_ goods: GoodsSpec) -> Self {
    .with { $0.inventory.consumeGoods = .with { $0.goods = goods } }
  }

  static func drop(_ goods: GoodsSpec) -> Self {
    .with { $0.inventory.dropGoods = .with { $0.goods = goods } }
  }

  static func pickUp(_ goods: GoodsSpec? = nil, from pile: PileID) -> Self {
    .with {
      $0.inventory.pickUpGoods = .with {
        $0.pile = pile.rawValue
        if let goods { $0.goods = goods }
      }
    }
  }

  static func give(_ goods: GoodsSpec, to player: PlayerID) -> Self {
    .with {
      $0.inventory.giveGoods = .with {
        $0.to = player.rawValue
        $0.goods = goods
      }
    }
  }

  static func offer(_ goods: GoodsSpec, to partner: PlayerID) -> Self {
    .with {
      $0.trade.offerTrade = .with {
        $0.partner = partner.rawValue
        $0.goods = goods
      }
    }
  }

  static func change(_ trade: TradeID, to goods: GoodsSpec) -> Self {
    .with {
      $0.trade.changeTrade = .with {
        $0.trade = trade.rawValue
        $0.goods = goods
      }
    }
  }

  static func accept(_ trade: TradeID, revision: UInt32) -> Self {
    .with {
      $0.trade.acceptTrade = .with {
        $0.trade = trade.rawValue
        $0.revision = revision
      }
    }
  }

  static func withdraw(_ trade: TradeID) -> Self {
    .with { $0.trade.withdrawTrade = .with { $0.trade = trade.rawValue } }
  }
}
