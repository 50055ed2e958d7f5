package import EventLog

/// The image of a projection in memory: kept up to date by the same changes as an image on disk, and loaded
/// in its place.
///
/// For simulations, which begin again from images far more often than a disk would let them. A row passes through
/// its bytes once, when it is written: what is kept, and loaded as often as is wished, is what its bytes were
/// read as.
///
/// It has one owner; it is a class since loading shares its rows.
package final class MemoryImage {
  /// The entry up to which the rows are folded.
  package private(set) var position = Position.zero
  /// What the rows come to, by their bytes.
  package private(set) var summary = StateSummary.empty
  private var tables: [String: any AnyMemoryRows] = [:]

  /// The image before the first entry.
  package init() {}

  /// Writes changes and the checkpoint that they lead to.
  ///
  /// - Parameters:
  ///   - changes: What changed since ``position``.
  ///   - last: The entry that the changes go up to; durable in the log.
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/rowUnencodable`` or ``ImageFault/Code/damaged``; the image is
  ///   of no use then.
  /// - Complexity: O(*c*) for *c* changes.
  package func write(_ changes: ProjectionChanges, through last: Position) throws(ImageFault) {
    precondition(last >= position, "an image is never written backwards")
    for changes in changes.tables {
      tables[changes.table] = try changes.write(to: tables[changes.table], &summary)
    }
    position = last
  }

  /// What the rows would come to if changes were written.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/rowUnencodable``.
  /// - Complexity: O(*c*) for *c* changes.
  package func summary(with changes: ProjectionChanges) throws(ImageFault) -> StateSummary {
    var summary = summary
    for changes in changes.tables {
      try changes.account(for: tables[changes.table], in: &summary)
    }
    return summary
  }

  /// Fills an empty projection with the rows.
  ///
  /// - Complexity: as that of ``Projection/rebuildIndexes()``; the rows are shared until either side changes them.
  package func load<P: Projection & ~Copyable>(into projection: inout P) {
    var loader = MemoryImageLoader(tables: tables)
    projection.visitTables(&loader)
    projection.rebuildIndexes()
  }
}

private struct MemoryImageLoader: TableVisitor {
  let tables: [String: any AnyMemoryRows]

  func visit<Key, Row>(_ table: inout Table<Key, Row>) {
    guard let rows = tables[table.name] else { return }
    guard let rows = rows as? MemoryRows<Key, Row> else {
      preconditionFailure("The table \(table.name) has changed its type.")
    }
    table.load(rows)
  }
}
