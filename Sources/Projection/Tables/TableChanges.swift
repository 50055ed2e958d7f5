public import SwiftProtobuf

/// What changed in a table between two calls of ``Table/takeChanges()``.
public struct TableChanges<Key: TableKey, Row: Message & Equatable & Sendable>: Sendable {
  /// A row as it is now.
  public struct Change: Sendable {
    /// The row's key.
    public let key: Key
    /// The row.
    public let row: Row

    /// A changed row.
    @inlinable
    init(key: Key, row: Row) {
      self.key = key
      self.row = row
    }
  }

  /// The table's name.
  public let table: String

  /// The rows that are new or changed, each key once, in no order.
  public let rows: ContiguousArray<Change>

  /// The keys that were removed, in no order; one may repeat, and one that is in ``rows`` came back.
  public let removedKeys: ContiguousArray<Key>

  @inlinable
  init(table: String, rows: ContiguousArray<Change>, removedKeys: ContiguousArray<Key>) {
    self.table = table
    self.rows = rows
    self.removedKeys = removedKeys
  }

  /// Whether nothing changed.
  public var isEmpty: Bool { rows.isEmpty && removedKeys.isEmpty }

  /// How many rows and removals there are.
  public var count: Int { rows.count + removedKeys.count }
}
