package import EventLog
package import Projection
import Schema

/// Which commands have taken effect, so that a command sent twice has one effect.
///
/// Each actor's latest accepted commands are kept with the positions of their entries. A command
/// found here is answered with its first outcome and decides nothing. A rejection leaves no trace
/// in the log and so none here.
package struct Retries: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "retries"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  /// How many accepted commands of an actor are kept.
  ///
  /// More than a connection may have in flight, so that whatever can be resent is known.
  package static let window = 128

  private var rows = Table<UInt64, RetryRow>("retries")

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&rows)
  }

  /// The position of the entry that the command came to; nil when it is not among the actor's
  /// latest.
  ///
  /// - Complexity: O(``window``), over two flat arrays.
  package borrowing func position(of command: CommandID, by actor: ActorID) -> Position? {
    rows.withRow(actor.rawValue) { row -> Position? in
      guard let index = row.commandIds.firstIndex(of: command.rawValue) else { return nil }
      return Position(rawValue: row.positions[index])
    } ?? nil
  }

  /// Keeps the entry's position for the command it came of.
  package mutating func fold(_ entry: EntryStamp) {
    guard entry.commandID != .none else { return }
    rows.upsert(entry.actor.rawValue) { row in
      row.actor = entry.actor.rawValue
      if row.commandIds.count < Self.window {
        row.commandIds.append(entry.commandID.rawValue)
        row.positions.append(entry.position.rawValue)
      } else {
        let slot = Int(row.accepted % UInt64(Self.window))
        row.commandIds[slot] = entry.commandID.rawValue
        row.positions[slot] = entry.position.rawValue
      }
      row.accepted &+= 1
    }
  }

  /// Adds what is wrong with the rings.
  package borrowing func addViolations(to found: inout [Violation]) {
    rows.forEachInOrder { actor, row in
      let kept = min(row.accepted, UInt64(Self.window))
      if row.commandIds.count != row.positions.count || UInt64(row.commandIds.count) != kept {
        found.append(
          Violation(
            system: Self.name,
            "actor \(actor) has \(row.commandIds.count) ids and \(row.positions.count) positions, not \(kept)"
          ))
      }
      if Set(row.commandIds).count != row.commandIds.count {
        found.append(Violation(system: Self.name, "actor \(actor) has a command id twice"))
      }
    }
  }
}
