/// What changed in a projection since its changes were last taken: copies of the rows, to be encoded
/// and written by another thread.
public struct ProjectionChanges: Sendable {
  /// The projection's name.
  public let projection: String

  /// The changes of each table that has some.
  private(set) var tables: [any AnyTableChanges] = []

  /// How many rows changed or were removed; one that was removed and came back counts twice.
  public var count: Int { tables.reduce(0) { $0 + $1.count } }

  /// Whether nothing changed.
  public var isEmpty: Bool { tables.isEmpty }

  /// No changes.
  init(of projection: String) {
    self.projection = projection
  }

  /// Takes the changes of a projection; from now on all its rows count as unchanged.
  ///
  /// - Complexity: O(*c*) for *c* changes: about 60 ns each, on the thread that owns the projection.
  public init<P: Projection & ~Copyable>(taking projection: inout P) {
    self.init(of: P.name)
    projection.visitTables(&self)
  }

  /// Copies the changes of a projection; they stay to be taken.
  ///
  /// - Complexity: O(*c*) for *c* changes.
  package init<P: Projection & ~Copyable>(copying projection: inout P) {
    self.init(of: P.name)
    var copying = Copying()
    projection.visitTables(&copying)
    tables = copying.tables
  }

  private struct Copying: TableVisitor {
    var tables: [any AnyTableChanges] = []

    mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) {
      if table.changeCount > 0 { tables.append(table.copyChanges()) }
    }
  }

  /// Adds later changes of the same projection, as if all had been taken together.
  mutating func merge(later: ProjectionChanges) {
    for changes in later.tables {
      if let index = tables.firstIndex(where: { $0.table == changes.table }) {
        tables[index] = tables[index].merged(withLater: changes)
      } else {
        tables.append(changes)
      }
    }
  }
}

extension ProjectionChanges: TableVisitor {
  /// Takes the changes of one table.
  public mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) {
    guard table.changeCount > 0 else { return }
    tables.append(table.takeChanges())
  }
}
