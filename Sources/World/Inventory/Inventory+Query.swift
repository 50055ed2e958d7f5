import Projection
package import Schema

extension World {
  /// Answers a question about goods.
  ///
  /// - Throws: `not_allowed`, `no_such_player`, `no_profile`, `no_such_region`, `no_such_item`,
  ///   `unknown_request`.
  package borrowing func answer(
    _ query: InventoryQuery, _ context: DecisionContext
  ) throws(Rejection) -> InventoryAnswer {
    var answer = InventoryAnswer()
    switch query.query {
    case .inventory(let query): answer.inventory = try inventory(query, context)
    case .piles(let query): answer.piles = try piles(query, context)
    case .kinds: answer.kinds = kinds()
    case .item(let query): answer.item = try item(query)
    case nil: throw .unknownQuery
    }
    return answer
  }

  private borrowing func inventory(
    _ query: InventoryOfQuery, _ context: DecisionContext
  ) throws(Rejection) -> InventoryRow {
    let player = try ownSubject(query.player, orAnyone: .inventories, context)
    guard let row = inventories.inventory(of: player) else {
      throw Rejection(
        CommonRejection.noSuchPlayer, "Player \(player) has no inventory.", fields: "player")
    }
    return row
  }

  private borrowing func piles(
    _ query: PilesQuery, _ context: DecisionContext
  ) throws(Rejection) -> PilesAnswer {
    let region = try self.region(query.region, context)
    var answer = PilesAnswer()
    answer.piles = inventories.pileRows(in: region)
    answer.count = UInt32(clamping: inventories.pileCount(in: region))
    return answer
  }

  private borrowing func kinds() -> ItemKindsAnswer {
    var answer = ItemKindsAnswer()
    inventories.kinds.forEachInOrder { _, row in answer.kinds.append(copy row) }
    return answer
  }

  private borrowing func item(
    _ query: UniqueItemQuery
  ) throws(Rejection) -> UniqueItemRow {
    guard let row = inventories.item(ItemID(query.item)) else {
      throw Rejection(
        InventoryRejection.noSuchItem, "There is no item \(query.item).", fields: "item")
    }
    return row
  }
}
