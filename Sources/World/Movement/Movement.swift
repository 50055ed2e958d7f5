package import EventLog
package import Projection
package import Schema

/// Where players are, as intent: from here, towards there, since then.
///
/// A player who walks a minute writes one entry, for where anyone is at any instant follows from
/// the row and the clock (see ``Motion``). When the way leads over borders, each crossing is an
/// entry of its own, made by the scheduler in time; by it, and not by arithmetic on reading, a
/// player changes regions. A player whose session ends stops, and is found there at the next
/// sign-in.
///
/// It is not: who is connected, or who sees whom (Presence). There are no obstacles.
package struct Movement: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "movement"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  var movements = Table<PlayerID, MovementRow>("movements")

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&movements)
  }

  /// Where the player is and is heading; nil when not in the world.
  package borrowing func row(of player: PlayerID) -> MovementRow? {
    movements[player]
  }

  /// The region the player is in, by the last border crossed; nil when not in the world.
  package borrowing func region(of player: PlayerID) -> RegionID? {
    movements.withRow(player) { RegionID($0.region) }
  }

  /// Where the player is at a time since the last change of its movement; nil when not in the
  /// world.
  package borrowing func place(of player: PlayerID, at time: Timestamp) -> Point? {
    movements.withRow(player) { Motion($0).place(at: time) }
  }
}
