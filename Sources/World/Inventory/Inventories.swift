package import Projection
package import Schema

/// What players own, what lies on the ground, which kinds of things there are, and where each unique
/// thing is.
///
/// **What it is.** Goods are coins, stacks of a stackable kind, and unique items, each with a number of
/// its own that is never reused. They are in exactly one place: a player's inventory or a pile on the
/// ground. They come into being by a grant, by the founding, or as a new player's starting goods; they
/// end by being consumed; everything else moves them. The ledger and each kind's counters know what was
/// ever created and destroyed, so that what exists can be counted against them at any moment.
///
/// **What it is not.** It knows nothing of prices and terms: a trade sets goods aside here, and releases
/// or exchanges them here, but what was agreed is the trade's own (``Trades``).
///
/// **Its rules.**
/// - Goods set aside for a trade (*held*) are still owned and cannot be spent in any other way.
/// - An inventory has slots. A unique item takes one; a stack takes one for each full or begun
///   `stack_max` of its kind.
/// - A player owns at most ``coinsMax`` coins and ``quantityMax`` of a kind, and of coins and of each
///   kind at most ``issuedMax`` are ever created, so that no sum of what exists comes near the end of
///   64 bits.
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
  /// Most kinds of items in a world.
  package static let kindsMax = 10_000
  /// Most slots that the rules may give an inventory: what all of a player's trades hold must fit into
  /// one entry.
  package static let slotsMax: UInt32 = 1_000
  /// Most piles of a region that one answer or one region's state lists.
  package static let pilesListed = 1_000

  var inventories = Table<PlayerID, InventoryRow>("inventories")
  var piles = Table<PileID, PileRow>("piles")
  var kinds = Table<ItemKindID, ItemKindRow>("kinds")
  var items = Table<ItemID, UniqueItemRow>("items")
  var ledger = Table<SingleKey, LedgerRow>("ledger")

  /// The piles of each region; derived.
  var pilesOfRegion = SortedGroups<RegionID, PileID>()
  /// The kind of each name as compared (``nameKey(of:)``); derived.
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

  /// Makes the indexes anew from the rows.
  package mutating func rebuildIndexes() {
    var groups = SortedGroups<RegionID, PileID>()
    piles.forEachInOrder { pile, row in groups.insert(pile, into: RegionID(row.region)) }
    pilesOfRegion = groups
    var names: [String: ItemKindID] = [:]
    kinds.forEachInOrder { kind, row in names[Self.nameKey(of: row.name)] = kind }
    kindOfName = names
  }

  /// A kind's name as compared: regardless of case.
  static func nameKey(of name: String) -> String {
    name.lowercased()
  }
}

extension Inventories {
  /// What a player owns; nil before its profile exists.
  package borrowing func inventory(of player: PlayerID) -> InventoryRow? {
    inventories[player]
  }

  /// What lies in a pile; nil when there is none.
  package borrowing func pile(_ pile: PileID) -> PileRow? {
    piles[pile]
  }

  /// The piles that lie in a region, by number; at most ``pilesListed``.
  package borrowing func pileRows(in region: RegionID) -> [PileRow] {
    pilesOfRegion.members(of: region).prefix(Self.pilesListed).compactMap { piles[$0] }
  }

  /// How many piles lie in a region.
  package borrowing func pileCount(in region: RegionID) -> Int {
    pilesOfRegion.count(of: region)
  }

  /// Where a unique item is; nil when there is none.
  package borrowing func item(_ item: ItemID) -> UniqueItemRow? {
    items[item]
  }

  /// A kind of item; nil when there is none.
  package borrowing func kind(_ kind: ItemKindID) -> ItemKindRow? {
    kinds[kind]
  }

  /// The kind of a name, regardless of case; nil when there is none.
  package borrowing func kind(named name: String) -> ItemKindID? {
    kindOfName[Self.nameKey(of: name)]
  }

  /// How many of a kind share a slot, 0 for unique ones; nil for no such kind.
  package borrowing func stackMax(of kind: ItemKindID) -> Int64? {
    kinds.withRow(kind) { $0.stackMax }
  }

  /// A kind's name for messages.
  package borrowing func name(of kind: ItemKindID) -> String {
    kinds.withRow(kind) { $0.name } ?? "item of kind \(kind)"
  }

  /// Goods in words, for messages.
  package borrowing func describe(_ goods: Goods) -> String {
    goods.described { name(of: $0) }
  }

  /// The highest number given to a unique item, and the coins ever created and destroyed.
  package borrowing func counters() -> LedgerRow {
    ledger[.only] ?? LedgerRow()
  }
}
