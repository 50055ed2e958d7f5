/// What the rows of a projection come to.
public struct StateSummary: Hashable, Sendable {
  /// Stands for all rows.
  public var digest: StateDigest

  /// How many rows there are, over all tables.
  public var rowCount: UInt64

  /// No rows.
  public static let empty = StateSummary(digest: .empty, rowCount: 0)

  init(digest: StateDigest, rowCount: UInt64) {
    self.digest = digest
    self.rowCount = rowCount
  }

  /// What the rows in memory come to.
  ///
  /// Encodes every row, so it is for comparing (live with rebuilt, before with after), not for every
  /// batch.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/rowUnencodable``.
  public init<P: Projection & ~Copyable>(of projection: inout P) throws(ImageFault) {
    var visitor = Summing()
    try projection.visitTables(&visitor)
    self = visitor.summary
  }

  mutating func add(_ row: StateDigest) {
    digest.add(row)
    rowCount &+= 1
  }

  mutating func subtract(_ row: StateDigest) {
    digest.subtract(row)
    rowCount &-= 1
  }

  private struct Summing: TableVisitor {
    var summary = StateSummary.empty

    mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) throws(ImageFault) {
      let hasher = StateDigest.Hasher(table: table.name)
      var key: [UInt8] = []
      for slot in table.slots {
        key.removeAll(keepingCapacity: true)
        slot.key.encode(into: &key)
        let row = try ImageFormat.encode(slot.row, table: table.name, key: key)
        summary.add(unsafe hasher.digest(key: key.span.bytes, row: row.span.bytes))
      }
    }
  }
}
