public import SwiftProtobuf

/// Typed rows by key, held in memory, that remember which of them changed since their image was last written.
///
/// A table has one owner and is not safe to share between threads; what leaves the owner is a copy (``takeChanges()``).
/// Rows have no order in memory, so nothing here iterates without sorting: what a fold keeps must not depend on hashing.
public struct Table<Key: TableKey, Row: Message & Equatable & Sendable>: ~Copyable {
  /// The table's name in its image; never changes once released.
  public let name: String

  @usableFromInline var slotOfKey: [Key: Int] = [:]
  @usableFromInline var slots: ContiguousArray<Slot> = []
  @usableFromInline var changedKeys: [Key] = []

  @usableFromInline
  struct Slot {
    @usableFromInline let key: Key
    @usableFromInline var row: Row
    @usableFromInline var isChanged: Bool

    @usableFromInline
    init(key: Key, row: Row, isChanged: Bool) {
      self.key = key
      self.row = row
      self.isChanged = isChanged
    }
  }

  /// An empty table.
  public init(_ name: String) {
    self.name = name
  }

  /// How many rows there are.
  @inlinable public var count: Int { slots.count }

  /// Whether there is no row.
  @inlinable public var isEmpty: Bool { slots.isEmpty }

  /// How many changes the next image write has; an upper bound, since a row may be counted twice.
  @inlinable public var changeCount: Int { changedKeys.count }

  /// The row of a key.
  ///
  /// - Complexity: O(1) expected.
  @inlinable
  public subscript(key: Key) -> Row? {
    guard let slot = slotOfKey[key] else { return nil }
    return slots[slot].row
  }

  /// Whether the key has a row.
  @inlinable
  public func contains(_ key: Key) -> Bool {
    slotOfKey[key] != nil
  }

  /// Lends the row of a key without copying it; nil when there is none.
  @inlinable
  public func withRow<Result>(_ key: Key, _ body: (borrowing Row) -> Result) -> Result? {
    guard let slot = slotOfKey[key] else { return nil }
    return body(slots[slot].row)
  }

  /// Inserts the row, or replaces the one there is.
  @inlinable
  public mutating func set(_ key: Key, to row: Row) {
    if let slot = slotOfKey[key] {
      markChanged(slot)
      slots[slot].row = row
    } else {
      slotOfKey[key] = slots.count
      slots.append(Slot(key: key, row: row, isChanged: true))
      changedKeys.append(key)
    }
  }

  /// Changes the row in place; false, and nothing done, when there is none.
  @inlinable @discardableResult
  public mutating func update(_ key: Key, _ body: (inout Row) -> Void) -> Bool {
    guard let slot = slotOfKey[key] else { return false }
    markChanged(slot)
    body(&slots[slot].row)
    return true
  }

  /// Changes the row in place, beginning from an empty one when there is none.
  @inlinable
  public mutating func upsert(_ key: Key, _ body: (inout Row) -> Void) {
    if update(key, body) { return }
    var row = Row()
    body(&row)
    set(key, to: row)
  }

  /// Removes the row; false when there was none.
  @inlinable @discardableResult
  public mutating func remove(_ key: Key) -> Bool {
    guard let slot = slotOfKey.removeValue(forKey: key) else { return false }
    changedKeys.append(key)
    let last = slots.removeLast()
    if slot < slots.count {
      slots[slot] = last
      slotOfKey[last.key] = slot
    }
    return true
  }

  /// All keys in order.
  ///
  /// - Complexity: O(n log n) for n rows.
  public func sortedKeys() -> [Key] {
    slots.map(\.key).sorted()
  }

  /// Lends every row in the order of the keys.
  ///
  /// - Complexity: O(n log n) for n rows.
  @inlinable
  public func forEachInOrder(_ body: (Key, borrowing Row) throws -> Void) rethrows {
    for key in sortedKeys() {
      guard let slot = slotOfKey[key] else { continue }
      try body(key, slots[slot].row)
    }
  }

  @inlinable
  mutating func markChanged(_ slot: Int) {
    guard !slots[slot].isChanged else { return }
    slots[slot].isChanged = true
    changedKeys.append(slots[slot].key)
  }
}

extension Table {
  /// Hands over what changed since the last call: each changed key once, in order, with its row, or nil for a row removed.
  ///
  /// - Complexity: O(c log c) for c changes.
  public mutating func takeChanges() -> [(key: Key, row: Row?)] {
    var keys = changedKeys
    changedKeys.removeAll(keepingCapacity: true)
    keys.sort()
    var changes: [(key: Key, row: Row?)] = []
    changes.reserveCapacity(keys.count)
    for key in keys where changes.last?.key != key {
      if let slot = slotOfKey[key] {
        slots[slot].isChanged = false
        changes.append((key, slots[slot].row))
      } else {
        changes.append((key, nil))
      }
    }
    return changes
  }

  /// Inserts a row that its image already has. For loading, into an empty table.
  mutating func load(_ key: Key, _ row: Row) {
    slotOfKey[key] = slots.count
    slots.append(Slot(key: key, row: row, isChanged: false))
  }
}
