import EventLog
import Schema
import SwiftProtobuf
import World

extension CommandModel {
  mutating func inventoryCommand(
    _ name: CommandName, in world: borrowing World
  ) -> InventoryCommand.OneOf_Command {
    switch name {
    case .defineItemKind:
      return .defineItemKind(
        .with {
          $0.kind = UInt32(draw.below(40))
          $0.name = draw.once(in: 10) ? text() : "Kind \(draw.below(60))"
          $0.stackMax = amount(100)
          $0.description_p = text()
        })
    case .grantGoods: return .grantGoods(grant())
    case .consumeGoods: return .consumeGoods(.with { $0.goods = goods(in: world) })
    case .dropGoods: return .dropGoods(.with { $0.goods = goods(in: world) })
    case .pickUpGoods: return .pickUpGoods(pickUp(in: world))
    default:
      return .giveGoods(
        .with {
          $0.to = neighbour(in: world)
          $0.goods = goods(in: world)
        })
    }
  }

  private mutating func grant() -> GrantGoods {
    var grant = GrantGoods()
    grant.player = somebody()
    if draw.once(in: 2) { grant.coins = amount(500) }
    if draw.once(in: 2) {
      grant.stacks = [
        .with {
          $0.kind = UInt32(1 + draw.below(14))
          $0.quantity = amount(60)
        }
      ]
    }
    if draw.once(in: 2) {
      grant.items = [
        .with {
          $0.kind = UInt32(9 + draw.below(5))
          $0.count = draw.once(in: 20) ? .max : UInt32(draw.below(3))
        }
      ]
    }
    grant.reason = text()
    return grant
  }

  /// From a pile where the sender is, all of it or some.
  private mutating func pickUp(in world: borrowing World) -> PickUpGoods {
    var command = PickUpGoods()
    let region = world.movement.region(of: player) ?? RegionID(UInt64(1))
    let pile = draw.element(of: world.inventories.pileRows(in: region))
    command.pile = draw.once(in: 20) ? UInt64(draw.below(1_000)) : pile?.pile ?? 0
    guard let pile, draw.once(in: 3) else { return command }
    command.goods = .with {
      $0.coins = amount(pile.goods.coins)
      if let stack = draw.element(of: pile.goods.stacks) {
        $0.stacks = [
          .with {
            $0.kind = stack.kind
            $0.quantity = amount(stack.quantity)
          }
        ]
      }
      if let item = draw.element(of: pile.goods.items) { $0.items = [item.item] }
    }
    return command
  }

  /// Some of what the sender owns, too much of it, or something of somebody else's.
  private mutating func goods(in world: borrowing World) -> GoodsSpec {
    let owner = draw.once(in: 20) ? draw.element(of: others) ?? player : player
    let row = world.inventories.inventory(of: owner) ?? InventoryRow()
    var spec = GoodsSpec()
    if draw.once(in: 2) { spec.coins = amount(row.coins / 4) }
    if draw.once(in: 2), let stack = draw.element(of: row.stacks) {
      spec.stacks = [
        .with {
          $0.kind = stack.kind
          $0.quantity = amount(min(5, stack.quantity))
        }
      ]
    }
    if draw.once(in: 3), let item = draw.element(of: row.items) { spec.items = [item.item] }
    if draw.once(in: 60) { spec.items += spec.items + [UInt64(bitPattern: draw.absurdity())] }
    return spec
  }

  /// Somebody connected in the same region, if there is anybody.
  private mutating func neighbour(in world: borrowing World) -> UInt64 {
    guard !draw.once(in: 12), let region = world.movement.region(of: player) else {
      return somebody()
    }
    return draw.element(of: world.presence.players(in: region))?.rawValue ?? somebody()
  }

  mutating func tradeCommand(
    _ name: CommandName, in world: borrowing World
  ) -> TradeCommand.OneOf_Command {
    if name == .offerTrade {
      return .offerTrade(
        .with {
          $0.partner = neighbour(in: world)
          $0.goods = goods(in: world)
        })
    }
    // Sometimes a trade of others.
    let trader = draw.once(in: 20) ? draw.element(of: others) ?? player : player
    let row = draw.element(of: world.trades.rows(of: trader))
    let trade = draw.once(in: 25) ? UInt64(bitPattern: draw.absurdity()) : row?.trade ?? 0
    switch name {
    case .changeTrade:
      return .changeTrade(
        .with {
          $0.trade = trade
          $0.goods = goods(in: world)
        })
    case .acceptTrade:
      return .acceptTrade(
        .with {
          $0.trade = trade
          $0.revision = draw.once(in: 10) ? UInt32(draw.below(3)) : row?.revision ?? 1
        })
    default: return .withdrawTrade(.with { $0.trade = trade })
    }
  }
}
