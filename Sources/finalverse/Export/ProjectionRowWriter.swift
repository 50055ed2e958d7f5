import Projection
import SwiftProtobuf
import World

/// Writes the rows of all projections' tables to an export.
struct ProjectionRowWriter: ProjectionVisitor {
  /// Turns messages into rows.
  var writer: ExportWriter

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws {
    var rows = TableRowWriter(projection: P.name, writer: writer)
    try projection.visitTables(&rows)
    writer = rows.writer
  }
}

/// Writes the rows of a projection's tables, in the order of their keys.
private struct TableRowWriter: TableVisitor {
  let projection: String
  var writer: ExportWriter

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) throws {
    guard let plan = writer.plan(ofTable: table.name, in: projection) else { return }
    var number: Int64 = 0
    try table.forEachInOrder { _, row in
      number += 1
      try writer.write(copy row, number: number, as: plan)
    }
  }
}
