import Projection
import SwiftProtobuf
import Testing

@testable import World

extension World {
  /// All rows of all tables, by table and key, as bytes: equal for two worlds exactly when they
  /// are.
  mutating func rows() throws -> [String: [[UInt8]]] {
    var reader = RowReader()
    try visitProjections(&reader)
    return reader.rowsOfTable
  }
}

private struct RowReader: ProjectionVisitor, TableVisitor {
  var rowsOfTable: [String: [[UInt8]]] = [:]
  private var projection = ""

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(any Error) {
    self.projection = P.name
    try projection.visitTables(&self)
  }

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) throws(any Error) {
    var rows: [[UInt8]] = []
    try table.forEachInOrder { key, row in
      var bytes: [UInt8] = []
      key.encode(into: &bytes)
      let message: [UInt8] = try row.serializedBytes()
      rows.append(bytes + message)
    }
    rowsOfTable["\(projection).\(table.name)"] = rows
  }
}
