package import Projection
package import Schema
import SwiftProtobuf

/// The beings that embody parts of the song: how far each has come, who is close to it, what it remembers and what it taught.
///
/// An echo's vigour is heading for what its region's harmony, silence, life and weather, the hour, the season and the players' company
/// give it (``EchoFavours``), and goes half of the way in so many hours. That is a line with a bend and not a step an hour: a row says where vigour was,
/// when, and for what it is heading, and everyone can work out where it is. So nothing is written while it is on its way. Once in an hour of the
/// world each region's echoes are looked at together, and one entry tells of those that are heading elsewhere by now, that came to another stage, or
/// that will remember something. A stage is lost only when vigour is some way below what it took, so that none comes and goes by the hour.
///
/// A bond grows when a player attends to an echo and fades while it stays away, by the same arithmetic and without an entry. What an echo taught at a
/// level of the bond is not lost with the level.
///
/// It is not: what makes harmony, weather or life. Those are read as they are.
package struct Echoes: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "echoes"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1
  /// How many echoes there may be in a region at a time.
  static let inRegionMax = 32
  /// How many echoes there may ever be.
  static let everMax = 100_000
  /// How many bonds one answer lists at most.
  static let bondsListed = 100

  var rulesRows = Table<SingleKey, EchoRulesRow>("rules")
  var echoes = Table<EchoID, EchoRow>("echoes")
  var bonds = Table<BondKey, BondRow>("bonds")
  var learned = Table<PlayerID, LearnedRow>("learned")

  /// The rules; nil in a world without echoes.
  ///
  /// Derived from their row.
  package private(set) var rules: EchoRules?
  /// The echoes in each region, but for those that were retired.
  ///
  /// Derived from their rows.
  var inRegion = SortedGroups<RegionID, EchoID>()
  /// The echoes with which each player has a bond.
  ///
  /// Derived from the bonds.
  var ofPlayer = SortedGroups<PlayerID, EchoID>()

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&rulesRows)
    try visitor.visit(&echoes)
    try visitor.visit(&bonds)
    try visitor.visit(&learned)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    rebuildRules()
    inRegion.removeAll()
    ofPlayer.removeAll()
    for echo in echoes.sortedKeys() {
      guard let row = echoes[echo], !row.isRetired else { continue }
      inRegion.insert(echo, into: RegionID(row.region))
    }
    for bond in bonds.sortedKeys() { ofPlayer.insert(bond.echo, into: bond.player) }
  }

  /// Makes anew what is derived from the rules.
  mutating func rebuildRules() {
    rules = rulesRows[.only]?.rules
  }

  /// An echo as its row has it, retired or not; nil if there is none of that number.
  package borrowing func row(of echo: EchoID) -> EchoRow? { echoes[echo] }

  /// How many echoes there are or were; they are numbered from 1 to that.
  package var count: Int { echoes.count }

  /// The echoes of a region by number, each as its row has it, but for what it remembers.
  package borrowing func rows(in region: RegionID) -> [EchoRow] {
    inRegion.members(of: region).prefix(Self.inRegionMax).compactMap { echo in
      guard var row = echoes[echo] else { return nil }
      row.memories = []
      return row
    }
  }

  /// An echo as of a time, retired or not; nil if there is none of that number.
  package borrowing func row(of echo: EchoID, at time: WorldTime) -> EchoRow? {
    guard let rules, let row = echoes[echo] else { return nil }
    return row.brought(to: time, by: rules)
  }

  /// A player's bond with an echo, as far as it has faded by a time; nil without one.
  package borrowing func bond(
    of player: PlayerID, with echo: EchoID, at time: WorldTime
  ) -> BondRow? {
    guard let rules, var row = bonds[BondKey(player, echo)] else { return nil }
    row.bond = row.bond(at: time, by: rules)
    return row
  }

  /// The bonds of a player with echoes of a higher number, by echo, as their rows have them; the first hundred.
  package borrowing func bonds(of player: PlayerID, after echo: EchoID = .none) -> [BondRow] {
    ofPlayer.members(of: player).lazy.filter { $0 > echo }.prefix(Self.bondsListed)
      .compactMap { bonds[BondKey(player, $0)] }
  }

  /// What a player was taught; nil before the first.
  package borrowing func learned(by player: PlayerID) -> LearnedRow? { learned[player] }
}

extension EchoRules {
  /// The kind of a number; nil if there is none.
  package func kind(_ number: UInt32) -> EchoKind? {
    number == 0 ? nil : kinds.dropFirst(Int(number) - 1).first
  }

  /// The ability of a number; nil if there is none.
  package func ability(_ number: UInt32) -> AbilityRule? {
    number == 0 ? nil : abilities.dropFirst(Int(number) - 1).first
  }

  /// The level of a bond; 0 before the first.
  package func level(of bond: Int64) -> UInt32 {
    UInt32(clamping: bondLevels.prefix { $0.bond <= bond }.count)
  }
}
