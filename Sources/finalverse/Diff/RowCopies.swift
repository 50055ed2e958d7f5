import Projection
import World

/// Copies of all rows of some projections, by table: what a later state is compared with.
struct RowCopies: ProjectionVisitor {
  /// Which projections.
  let members: ProjectionSet
  /// The rows of each table, as a dictionary by key.
  fileprivate var tables: [String: any Sendable] = [:]

  /// No copies yet.
  init(of members: ProjectionSet) {
    self.members = members
  }

  mutating func visit<P: Projection & ~Copyable>(_ projection: inout P, as member: ProjectionSet) {
    guard members.contains(member) else { return }
    var copier = TableCopier(projection: P.name, tables: tables)
    projection.visitTables(&copier)
    tables = copier.tables
  }

  /// The copies of a table's rows.
  func rows<Key, Row>(
    of table: borrowing Table<Key, Row>, in projection: String
  ) -> [Key: Row] {
    tables[Self.name(of: table, in: projection)] as? [Key: Row] ?? [:]
  }

  fileprivate static func name<Key, Row>(
    of table: borrowing Table<Key, Row>, in projection: String
  ) -> String {
    projection + "." + table.name
  }
}

private struct TableCopier: TableVisitor {
  let projection: String
  var tables: [String: any Sendable]

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) {
    var rows: [Key: Row] = [:]
    rows.reserveCapacity(table.count)
    table.forEachInOrder { rows[$0] = copy $1 }
    tables[RowCopies.name(of: table, in: projection)] = rows
  }
}
