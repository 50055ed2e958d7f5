import Projection
import World

/// What changed in a world: how much in each table, and the rows as far as they are wanted.
struct Difference: ProjectionVisitor {
  /// What changed in one table.
  struct Table: Sendable {
    /// The projection's name.
    let projection: String
    /// The table's name.
    let table: String
    /// How many rows were added, removed and changed.
    var counts: [RowChange.Way: Int] = [:]
    /// The first rows, in the order of their keys.
    var rows: [RowChange] = []

    /// Rows of all ways.
    var count: Int { counts.values.reduce(0, +) }
  }

  /// The tables in which anything changed, always in the same order.
  private(set) var tables: [Table] = []
  private let copies: RowCopies
  private let wanted: EntryFilter.Wanted?
  private let rowsMax: Int

  /// Compares with copies made before; visit the world of later to have it done.
  ///
  /// - Parameters:
  ///   - copies: The rows as they were.
  ///   - wanted: Only rows that name this, or did; nil means all.
  ///   - rowsMax: How many rows of each table are kept.
  init(from copies: RowCopies, wanted: EntryFilter.Wanted?, rowsMax: Int) {
    self.copies = copies
    self.wanted = wanted
    self.rowsMax = rowsMax
  }

  mutating func visit<P: Projection & ~Copyable>(_ projection: inout P, as member: ProjectionSet) {
    guard copies.members.contains(member) else { return }
    var comparer = TableComparer(
      projection: P.name, copies: copies, wanted: wanted, rowsMax: rowsMax)
    projection.visitTables(&comparer)
    tables += comparer.tables.filter { $0.count > 0 }
  }
}

private struct TableComparer: TableVisitor {
  let projection: String
  let copies: RowCopies
  let wanted: EntryFilter.Wanted?
  let rowsMax: Int
  var tables: [Difference.Table] = []

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) {
    let before = copies.rows(of: table, in: projection)
    let keys = table.sortedKeys()
    let gone = before.keys.filter { !table.contains($0) }
    var found = Difference.Table(projection: projection, table: table.name)
    for key in gone.isEmpty ? keys : (keys + gone).sorted() {
      let (old, new) = (before[key], table[key])
      guard let way = RowChange.Way(from: old, to: new) else { continue }
      // Rows are only described when somebody will see them, or must decide whether they are wanted.
      if wanted != nil || found.rows.count < rowsMax {
        let place = (projection: projection, table: table.name, key: "\(key)")
        guard let change = RowChange(place, from: old, to: new),
          wanted.map(change.mentions) ?? true
        else { continue }
        if found.rows.count < rowsMax { found.rows.append(change) }
      }
      found.counts[way, default: 0] += 1
    }
    tables.append(found)
  }
}
