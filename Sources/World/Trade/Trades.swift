package import Projection
package import Schema

/// The open trades.
///
/// **What it is.** A trade is a table between two players. Each lays goods on it, which are held in the
/// owner's inventory until the trade ends; each may replace its own side; each accepts the terms it has
/// seen. When both have accepted the same terms the goods change hands, in one entry with both sides.
/// Or somebody calls it off, or it expires, and everything held is free again.
///
/// **What it is not.** It owns no goods and keeps no history: a trade that ended is in the log alone.
///
/// **Its rules.**
/// - Every change of terms has a number, the *revision*, and voids earlier acceptances. An acceptance
///   names the revision its sender has seen, so that nobody can swap the goods under the other's hand.
/// - What is on the table cannot be spent: the inventory holds it, and the trade only says for whom.
/// - A player takes part in at most `trades_max` open trades, whoever opened them.
/// - Opening one needs both players connected and in the same region. Nothing after that does: who has
///   accepted may leave, and the other may still agree.
package struct Trades: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "trades"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  /// Most open trades that the rules may allow a player.
  ///
  /// Retiring ends all of them in one entry, with up to three events each, and needs a few more for
  /// itself (``Decision/eventsMax``).
  package static let openMax: UInt32 = 20
  /// Most revisions of one trade's terms.
  package static let revisionsMax: UInt32 = 1_000

  var trades = Table<TradeID, TradeRow>("trades")

  /// The open trades of each player; derived.
  var tradesOfPlayer = SortedGroups<PlayerID, TradeID>()

  /// No trade is open yet.
  package init() {}

  /// Visits the table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&trades)
  }

  /// Makes the index anew from the rows.
  package mutating func rebuildIndexes() {
    var groups = SortedGroups<PlayerID, TradeID>()
    trades.forEachInOrder { trade, row in
      groups.insert(trade, into: PlayerID(row.proposer))
      groups.insert(trade, into: PlayerID(row.partner))
    }
    tradesOfPlayer = groups
  }
}

extension Trades {
  /// An open trade; nil when there is none of that number.
  package borrowing func trade(_ trade: TradeID) -> TradeRow? {
    trades[trade]
  }

  /// How many open trades a player takes part in.
  package borrowing func count(of player: PlayerID) -> Int {
    tradesOfPlayer.count(of: player)
  }

  /// The open trades that a player takes part in, by number.
  package borrowing func rows(of player: PlayerID) -> [TradeRow] {
    tradesOfPlayer.members(of: player).compactMap { trades[$0] }
  }
}

extension TradeRow {
  /// Whether the player takes part.
  func involves(_ player: PlayerID) -> Bool {
    player.rawValue == proposer || player.rawValue == partner
  }

  /// What a player who takes part gives.
  func goods(of player: PlayerID) -> Goods {
    player.rawValue == proposer ? proposerGoods : partnerGoods
  }

  /// Whether a player who takes part has accepted the terms.
  func isAccepted(by player: PlayerID) -> Bool {
    player.rawValue == proposer ? proposerAccepted : partnerAccepted
  }

  /// The other one.
  func other(than player: PlayerID) -> PlayerID {
    PlayerID(player.rawValue == proposer ? partner : proposer)
  }
}
