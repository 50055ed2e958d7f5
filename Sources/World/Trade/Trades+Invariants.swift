import Projection
import Schema

extension Trades {
  /// Checks that open trades are well formed, that nobody has too many, and that exactly what is on the
  /// table is set aside in the inventories.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var holds: [PlayerID: Goods] = [:]
    let max = world.regions.rules.tradesMax
    trades.forEachInOrder { trade, row in
      addViolations(of: row, to: &found)
      for player in [PlayerID(row.proposer), PlayerID(row.partner)] {
        holds[player, default: Goods()].add(row.goods(of: player))
        if !tradesOfPlayer.members(of: player).contains(trade) {
          found.report("trade \(trade) is missing from the index of player \(player)")
        }
        if count(of: player) > Int(max) {
          found.report("player \(player) takes part in more than \(max) open trades")
        }
      }
      addViolations(ofItemsIn: row, world.inventories, to: &found)
    }
    if tradesOfPlayer.count != 2 * trades.count {
      found.report(
        "\(tradesOfPlayer.count) sides are in the index; there are \(trades.count) open trades")
    }
    world.inventories.inventories.forEachInOrder { player, row in
      let held = holds.removeValue(forKey: player) ?? Goods()
      if row.held != held {
        found.report("player \(player) holds other goods than its open trades say")
      }
    }
    for player in holds.keys.sorted() {
      found.report("player \(player) trades and has no inventory")
    }
  }

  private borrowing func addViolations(of row: borrowing TradeRow, to found: inout [Violation]) {
    let trade = "trade \(row.trade)"
    if row.proposer == row.partner { found.report("\(trade) is with oneself") }
    if row.revision < 1 || row.revision > Self.revisionsMax {
      found.report("\(trade) has terms number \(row.revision)")
    }
    if row.proposerAccepted, row.partnerAccepted {
      found.report("\(trade) is accepted by both and still open")
    }
    if !row.proposerGoods.isNormal || !row.partnerGoods.isNormal {
      found.report("\(trade) has a stack or an item twice, or none of one")
    }
  }

  /// Each unique item on the table must be set aside for this very trade.
  private borrowing func addViolations(
    ofItemsIn row: borrowing TradeRow, _ inventories: borrowing Inventories,
    to found: inout [Violation]
  ) {
    for player in [PlayerID(row.proposer), PlayerID(row.partner)] {
      let inventory = inventories.inventory(of: player) ?? InventoryRow()
      for item in row.goods(of: player).items
      where inventory.item(numbered: item.item)?.trade != row.trade {
        found.report("item \(item.item) is not set aside for trade \(row.trade)")
      }
    }
  }
}

extension [Violation] {
  fileprivate mutating func report(_ description: String) {
    append(Violation(system: Trades.name, description))
  }
}
