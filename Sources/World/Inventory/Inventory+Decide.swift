import EventLog
package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about goods.
  package borrowing func decide(
    _ command: InventoryCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .defineItemKind(let command): try decide(command, context, &decision)
    case .grantGoods(let command): try decide(command, context, &decision)
    case .consumeGoods(let command): try decide(command, context, &decision)
    case .dropGoods(let command): try decide(command, context, &decision)
    case .pickUpGoods(let command): try decide(command, context, &decision)
    case .giveGoods(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ command: ConsumeGoods, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let goods = try specifySome(command.goods, of: player, in: "consume_goods.goods")
    decision.inventory(
      .goodsConsumed(
        .with {
          $0.player = player.rawValue
          $0.goods = goods
        }))
  }

  private borrowing func decide(
    _ command: DropGoods, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let goods = try specifySome(command.goods, of: player, in: "drop_goods.goods")
    let place = try place(of: player, context)
    decision.inventory(
      .goodsDropped(
        .with {
          $0.player = player.rawValue
          $0.pile = context.position.rawValue
          $0.region = regions.grid.region(at: place).number
          $0.at = place
          $0.goods = goods
        }))
  }

  private borrowing func decide(
    _ command: PickUpGoods, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    guard let pile = inventories.pile(PileID(command.pile)) else {
      throw Rejection(
        InventoryRejection.noSuchPile,
        "There is no pile \(command.pile); perhaps somebody was quicker.",
        fields: "pick_up_goods.pile")
    }
    try checkReach(from: player, to: pile.at, context, field: "pick_up_goods.pile")
    var goods = pile.goods
    if command.hasGoods {
      let path = "pick_up_goods.goods"
      goods = try inventories.specify(command.goods, of: pile, in: path)
      if goods.isEmpty { throw .nothingNamed(in: path) }
    }
    try checkRoom(of: player, taking: goods, context, field: "pick_up_goods.goods")
    decision.inventory(
      .goodsPickedUp(
        .with {
          $0.player = player.rawValue
          $0.pile = pile.pile
          $0.region = pile.region
          $0.goods = goods
        }))
  }

  private borrowing func decide(
    _ command: GiveGoods, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    guard command.to != player.rawValue else {
      throw Rejection(
        InventoryRejection.toOneself, "Giving takes two: the receiver is you.",
        fields: "give_goods.to")
    }
    let receiver = try requirePresent(command.to, field: "give_goods.to")
    let there = try place(of: receiver, context)
    try checkReach(from: player, to: there, context, field: "give_goods.to")
    let goods = try specifySome(command.goods, of: player, in: "give_goods.goods")
    try checkRoom(of: receiver, taking: goods, context, field: "give_goods.goods")
    decision.inventory(
      .goodsGiven(
        .with {
          $0.from = player.rawValue
          $0.to = receiver.rawValue
          $0.goods = goods
        }))
  }

  /// As ``Inventories/specify(_:of:in:releasing:)``, and refuses to name nothing.
  private borrowing func specifySome(
    _ spec: GoodsSpec, of player: PlayerID, in path: String
  ) throws(Rejection) -> Goods {
    let goods = try inventories.specify(spec, of: player, in: path)
    if goods.isEmpty { throw .nothingNamed(in: path) }
    return goods
  }

  /// Where a player with a profile is.
  private borrowing func place(
    of player: PlayerID, _ context: DecisionContext
  ) throws(Rejection) -> Point {
    guard let place = movement.place(of: player, at: context.now) else {
      throw Rejection(
        CommonRejection.noSuchPlayer, "Player \(player) is nowhere in the world.")
    }
    return place
  }

  private borrowing func checkReach(
    from player: PlayerID, to point: Point, _ context: DecisionContext, field: String
  ) throws(Rejection) {
    let reach = regions.rules.reachMm
    let from = try place(of: player, context)
    guard from.isWithin(reach, of: point) else {
      throw Rejection(
        InventoryRejection.outOfReach,
        "That is too far away: you can reach \(reach) mm from where you are.", fields: field)
    }
  }
}
