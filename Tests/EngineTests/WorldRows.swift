import Projection
import SwiftProtobuf
import World

@testable import Engine

extension EngineCore {
  /// The rows of the world, the open batch's included.
  mutating func rowBytes() throws -> [String: [[UInt8]]] {
    var rows = RowCollector()
    try visitProjections(&rows)
    return rows.rows
  }
}

extension World {
  /// Every row of every table in order, as bytes: equal for equal states.
  mutating func rowBytes() throws -> [String: [[UInt8]]] {
    var rows = RowCollector()
    try visitProjections(&rows)
    return rows.rows
  }
}

/// Collects the rows of every table.
private struct RowCollector: ProjectionVisitor, TableVisitor {
  typealias Failure = any Error

  var rows: [String: [[UInt8]]] = [:]

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws {
    try projection.visitTables(&self)
  }

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) throws {
    var encoded: [[UInt8]] = []
    try table.forEachInOrder { _, row in
      encoded.append(try row.serializedBytes())
    }
    rows[table.name] = encoded
  }
}
