package import Projection
import Schema

/// What players own, what lies on the ground, which kinds of things there are, and where each unique thing is.
///
/// **What it is.** Goods are coins, stacks of a stackable kind, and unique items, each with a number of its own that is never reused.
/// They are in exactly one place: a player's inventory or a pile on the ground. They come into being by a grant, by the founding, or as
/// a new player's starting goods; they end by being consumed; everything else moves them. The ledger and each kind's counters know what
/// was ever created and destroyed, so that what exists can be counted against them at any moment.
///
/// **What it is not.** It knows nothing of prices and terms: a trade sets goods aside here, and releases or exchanges them here, but
/// what was agreed is the trade's own (``Trades``).
///
/// **Its rules.**
/// - Goods set aside for a trade (*held*) are still owned and cannot be spent in any other way.
/// - An inventory has slots. A unique item takes one; a stack takes one for each full or begun `stack_max` of its kind.
/// - A player owns at most ``coinsMax`` coins and ``quantityMax`` of a kind, and at most ``issuedMax`` coins, and as many of a kind, are ever
///   created; so no sum of what exists comes near the end of 64 bits.
package struct Inventories: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "inventories"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  /// Most coins that a player may own.
  package static let coinsMax: Int64 = 1_000_000_000_000_000
  /// Most of one stackable kind that a player may own, and that one request may name.
  package static let quantityMax: Int64 = 1_000_000_000_000
  /// Most coins, and most of one kind, that are ever created in a world.
  package static let issuedMax: Int64 = 1_000_000_000_000_000_000
  /// Most slots that the rules may give an inventory: what a player holds for trades must fit an entry.
  package static let slotsMax: UInt32 = 1_000

  var inventories = Table<PlayerID, InventoryRow>("inventories")
  var piles = Table<PileID, PileRow>("piles")
  var kinds = Table<ItemKindID, ItemKindRow>("kinds")
  var items = Table<ItemID, UniqueItemRow>("items")
  var ledger = Table<SingleKey, LedgerRow>("ledger")

  /// The piles of each region by number; derived.
  var pilesOfRegion: [RegionID: [PileID]] = [:]
  /// The kind of each name, in lower case; derived.
  var kindOfName: [String: ItemKindID] = [:]

  /// Nothing exists yet.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&inventories)
    try visitor.visit(&piles)
    try visitor.visit(&kinds)
    try visitor.visit(&items)
    try visitor.visit(&ledger)
  }
}
