import Projection
package import Schema
import SwiftProtobuf

// How goods and their kinds come into being: by an operator's command, or with a new player.

extension World {
  /// Most coins that one grant creates.
  private static var grantCoinsMax: Int64 { 1_000_000_000_000 }

  borrowing func decide(
    _ command: DefineItemKind, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let kind: ItemKindDefined
    do throws(GoodsFault) {
      kind = try ItemKindDefined(checking: command)
    } catch {
      throw Rejection(
        InventoryRejection.invalidKind, error.message, fields: "define_item_kind.\(error.field)")
    }
    guard inventories.kind(ItemKindID(kind.kind)) == nil else {
      throw Rejection(
        InventoryRejection.kindTaken, "There is an item kind \(kind.kind) already.",
        fields: "define_item_kind.kind")
    }
    if let other = inventories.kind(named: kind.name) {
      throw Rejection(
        InventoryRejection.kindNameTaken, "Item kind \(other) is called that already.",
        fields: "define_item_kind.name")
    }
    guard inventories.kinds.count < Inventories.kindsMax else {
      throw Rejection(
        InventoryRejection.tooMany, "A world has at most \(Inventories.kindsMax) kinds of items.",
        fields: "define_item_kind.kind")
    }
    decision.inventory(.itemKindDefined(kind))
  }

  borrowing func decide(
    _ command: GrantGoods, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = PlayerID(command.player)
    try requireActiveProfile(of: player, field: "grant_goods.player")
    try Rejection.checkReason(command.reason, field: "grant_goods.reason")
    guard command.coins <= Self.grantCoinsMax else {
      throw Rejection(
        InventoryRejection.invalidGoods,
        "\(command.coins) coins at once are not possible; 0 to \(Self.grantCoinsMax) are.",
        fields: "grant_goods.coins")
    }
    let goods = try issue(
      coins: command.coins, stacks: command.stacks, items: command.items, in: "grant_goods")
    if goods.isEmpty { throw .nothingNamed(in: "grant_goods") }
    try checkRoom(of: player, taking: goods, context, field: "grant_goods")
    decision.inventory(
      .goodsGranted(
        .with {
          $0.player = player.rawValue
          $0.goods = goods
          $0.reason = command.reason
        }))
  }

  /// Gives a new player an inventory with the slots and the starting goods of the rules.
  ///
  /// `InventoryOpened`, then `GoodsGranted` unless the rules give nothing, in the entry that creates
  /// the player's profile.
  ///
  /// - Throws: `too_many` when the world has issued all that it ever may.
  package borrowing func decideStartingGoods(
    for player: PlayerID, _ decision: inout Decision
  ) throws(Rejection) {
    let rules = regions.rules
    let items = rules.startingItems.map { kind in
      NewItems.with {
        $0.kind = kind
        $0.count = 1
      }
    }
    let goods = try issue(
      coins: rules.startingCoins, stacks: rules.startingStacks, items: items, in: "rules")
    decision.inventory(
      .inventoryOpened(
        .with {
          $0.player = player.rawValue
          $0.slots = rules.inventorySlots
        }))
    if goods.isEmpty { return }
    decision.inventory(
      .goodsGranted(
        .with {
          $0.player = player.rawValue
          $0.goods = goods
          $0.reason = "starting goods"
        }))
  }

  /// Goods to be created, if the world may still issue as many; `path` is where the request names
  /// them.
  borrowing func issue(
    coins: Int64, stacks: [ItemStack], items: [NewItems], in path: String
  ) throws(Rejection) -> Goods {
    let goods: Goods
    do throws(GoodsFault) {
      goods = try Goods.issuing(
        coins: coins, stacks: stacks, items: items, after: inventories.counters().lastItem
      ) { inventories.stackMax(of: $0) }
    } catch {
      throw Rejection(error, in: path)
    }
    guard inventories.canIssue(goods) else {
      throw Rejection(
        InventoryRejection.tooMany,
        "A world issues at most \(Inventories.issuedMax) coins, and as many of a kind, ever.",
        fields: path)
    }
    return goods
  }
}

extension Inventories {
  /// Whether what was ever created stays within ``issuedMax`` with these goods.
  borrowing func canIssue(_ goods: Goods) -> Bool {
    if counters().coinsIssued.addingUpToMax(goods.coins) > Self.issuedMax { return false }
    for stack in goods.stacks {
      let issued = kinds.withRow(ItemKindID(stack.kind)) { $0.issued } ?? 0
      if issued.addingUpToMax(stack.quantity) > Self.issuedMax { return false }
    }
    for item in goods.items {
      let issued = kinds.withRow(ItemKindID(item.kind)) { $0.issued } ?? 0
      if issued.addingUpToMax(Int64(goods.items.count)) > Self.issuedMax { return false }
    }
    return true
  }
}

extension ItemKindDefined {
  /// The definition of a kind, if each of its fields is allowed by itself.
  ///
  /// - Throws: ``GoodsFault`` for a number of 0, a name that is empty, too long or padded with spaces,
  ///   a stack size or a description out of range.
  package init(checking command: DefineItemKind) throws(GoodsFault) {
    guard command.kind > 0 else {
      throw GoodsFault(field: "kind", "Item kinds are numbered from 1.")
    }
    if let fault = TextRule(characters: 1...60).fault(in: command.name) {
      throw GoodsFault(field: "name", "The name \(fault).")
    }
    guard command.name.first?.isWhitespace == false, command.name.last?.isWhitespace == false else {
      throw GoodsFault(field: "name", "The name begins or ends with a space.")
    }
    guard (0...1_000_000_000).contains(command.stackMax) else {
      throw GoodsFault(
        field: "stack_max",
        "\(command.stackMax) cannot share a slot; 1 to 1000000000 can, and 0 makes items unique.")
    }
    if let fault = TextRule(characters: 0...500).fault(in: command.description_p) {
      throw GoodsFault(field: "description", "The description \(fault).")
    }
    self.init()
    kind = command.kind
    name = command.name
    stackMax = command.stackMax
    description_p = command.description_p
  }
}
