import EventLog
package import Projection
package import Schema
import SwiftProtobuf

/// The resonance that players earn by what they do, the tiers it attunes them to, and milestones.
///
/// Deeds are other systems' events: whoever decides them need not know. After a decision `World` looks through its events and adds what
/// each deed earned, so that it is in the same entry and its player is told. The same deed again earns less for a while. What was
/// earned is never computed anew: a change of rules is for what comes.
///
/// It is not: a leaderboard. Boards count by themselves.
package struct Progress: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "progress"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  /// The most resonance a player has.
  static let resonanceMax: Int64 = 1_000_000_000_000

  var rulesRows = Table<SingleKey, ProgressRulesRow>("rules")
  var rows = Table<PlayerID, ProgressRow>("progress")

  /// The rules; nil in a world in which nothing is earned.
  ///
  /// Derived from their row.
  package private(set) var rules: ProgressRules?

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&rulesRows)
    try visitor.visit(&rows)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    rules = rulesRows[.only]?.rules
  }

  /// A player's progress; nil before the first deed.
  package borrowing func row(of player: PlayerID) -> ProgressRow? {
    rows[player]
  }
}

extension ProgressRules {
  /// The tier of so much resonance.
  func tier(of resonance: Int64) -> UInt32 {
    UInt32(clamping: tiers.prefix { $0.resonance <= resonance }.count)
  }

  /// The rule of a kind of deed; nil when it earns nothing.
  func rule(of deed: DeedKind) -> DeedRule? {
    deeds.first { $0.deed == deed }
  }
}

extension ProgressRow {
  /// How often something was done.
  func count(of deed: DeedKind) -> DeedCount? {
    deeds.first { $0.deed == deed }
  }

  func hasDiscovered(_ region: UInt32) -> Bool {
    guard region > 0 else { return false }
    let (word, bit) = Int(region - 1).quotientAndRemainder(dividingBy: 64)
    return word < discovered.count && discovered[word] >> UInt64(bit) & 1 == 1
  }
}
