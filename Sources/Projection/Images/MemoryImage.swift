package import EventLog
internal import SwiftProtobuf

/// The image of a projection in memory: the rows as bytes, kept up to date by the same changes as an image
/// on disk, and loaded in the same way.
///
/// For simulations, which begin again from images far more often than a disk would let them.
package struct MemoryImage: Sendable {
  /// The entry up to which the rows are folded.
  package private(set) var position = Position.zero
  /// The rows by table and key.
  private var tables: [String: [[UInt8]: [UInt8]]] = [:]

  /// The image before the first entry.
  package init() {}

  /// Writes changes and the checkpoint that they lead to.
  ///
  /// - Parameters:
  ///   - changes: What changed since ``position``; nil when nothing did.
  ///   - last: The entry that the changes go up to; durable in the log.
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/rowUnencodable``; the image is of no use then.
  package mutating func write(
    _ changes: ProjectionChanges?, through last: Position
  ) throws(ImageFault) {
    precondition(last >= position, "an image is never written backwards")
    do {
      for table in changes?.tables ?? [] {
        try table.forEachInOrder { key, row in
          let key = unsafe key.withUnsafeBytes { unsafe Array($0) }
          tables[table.table, default: [:]][key] = row
        }
      }
    } catch {
      throw ImageFault(wrapping: error, file: "memory")
    }
    position = last
  }

  /// Fills an empty projection with the rows.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/damaged``.
  package func load<P: Projection & ~Copyable>(into projection: inout P) throws(ImageFault) {
    var loader = MemoryImageLoader(tables: tables)
    try projection.visitTables(&loader)
    projection.rebuildIndexes()
  }
}

private struct MemoryImageLoader: TableVisitor {
  let tables: [String: [[UInt8]: [UInt8]]]

  func visit<Key, Row>(_ table: inout Table<Key, Row>) throws(ImageFault) {
    let rows = tables[table.name] ?? [:]
    // In the order in which an image on disk has them.
    for key in rows.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard let decoded = Key(decoding: key[...]), let bytes = rows[key] else {
        throw .damaged("a key is none", file: "memory", table: table.name, key: key)
      }
      do {
        table.load(decoded, try Row(serializedBytes: bytes))
      } catch {
        throw .damaged(
          "a row is not of this table's schema", file: "memory", table: table.name, key: key,
          cause: error)
      }
    }
  }
}
