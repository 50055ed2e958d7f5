import Projection
import SwiftProtobuf

@testable import World

extension World {
  /// A world with the same rows, put in as from an image, and indexes made anew.
  mutating func loadedAnew() throws -> World {
    var loader = RowLoader(rowsOfTable: try rows())
    var copy = World()
    try copy.visitProjections(&loader)
    return copy
  }
}

private struct RowLoader: ProjectionVisitor, TableVisitor {
  let rowsOfTable: [String: [[UInt8]]]
  private var projection = ""

  init(rowsOfTable: [String: [[UInt8]]]) {
    self.rowsOfTable = rowsOfTable
  }

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(any Error) {
    self.projection = P.name
    try projection.visitTables(&self)
    projection.rebuildIndexes()
  }

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) throws(any Error) {
    for bytes in rowsOfTable["\(projection).\(table.name)"] ?? [] {
      guard let key = Key(decoding: bytes.prefix(Key.encodedLength)) else { continue }
      table.set(key, to: try Row(serializedBytes: Array(bytes.dropFirst(Key.encodedLength))))
    }
  }
}
