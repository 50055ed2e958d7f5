package import EventLog
package import Projection
package import Schema

/// What time it is in the world, and how fast it passes.
///
/// The clock is a line: at a real time it showed something, and since then it runs at a speed, or
/// stands. So no entry is written because time passes, and while the server is down it passes as well.
/// A world that was founded without a clock has none until an operator starts it; nothing that lives by it
/// happens before.
///
/// It is not: what falls due by it. The scheduler keeps a copy of the clock for that.
package struct WorldClock: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "world_clock"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  var clocks = Table<SingleKey, ClockRow>("clock")

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&clocks)
  }

  /// Nothing is derived from the rows.
  package mutating func rebuildIndexes() {}

  /// The clock; nil before it is started.
  package var row: ClockRow? { clocks[.only] }

  /// What it shows at a real time; nil before it is started.
  package borrowing func time(at now: Timestamp) -> WorldTime? {
    row?.worldTime(at: now)
  }

  /// The season at a time of the world; nil before the clock is started.
  package borrowing func season(at time: WorldTime) -> Season? {
    row.map { time.season(of: max(1, $0.seasonDays)) }
  }
}
