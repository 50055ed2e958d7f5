public import SwiftProtobuf

/// Typed rows by key, held in memory, that remember which of them changed since their image was last
/// written.
///
/// A table has one owner and is not safe to share between threads; what leaves the owner is a copy
/// (``takeChanges()``). Rows have no order in memory, so nothing here iterates without sorting: what a
/// fold keeps must not depend on hashing.
public struct Table<Key: TableKey, Row: Message & Equatable & Sendable>: ~Copyable {
  /// The table's name in its image; never changes once released.
  public let name: String

  @usableFromInline var index = SlotIndex()
  @usableFromInline var slots: ContiguousArray<Slot> = []
  /// The slots whose rows are changed; each of them knows its place here.
  @usableFromInline var changedSlots: ContiguousArray<Int32> = []
  /// Keys removed since the last call of ``takeChanges()``; may repeat, and may have a row again.
  @usableFromInline var removedKeys: ContiguousArray<Key> = []
  /// ``collectChanges()``, compiled for these very types where the table is declared.
  ///
  /// A visitor calls through generic code, which without this would take a microsecond for each
  /// row.
  @usableFromInline let specializedCollectChanges: @Sendable (inout Table) -> TableChanges<Key, Row>

  @usableFromInline
  struct Slot {
    @usableFromInline let key: Key
    @usableFromInline var row: Row
    /// Where `changedSlots` has this slot; negative when the row is not changed.
    @usableFromInline var changeIndex: Int32

    @inlinable
    init(key: Key, row: Row, changeIndex: Int32) {
      self.key = key
      self.row = row
      self.changeIndex = changeIndex
    }
  }

  /// An empty table.
  @inlinable
  public init(_ name: String) {
    self.name = name
    specializedCollectChanges = { table in table.collectChanges() }
  }

  /// How many rows there are.
  @inlinable public var count: Int { slots.count }

  /// Whether there is no row.
  @inlinable public var isEmpty: Bool { slots.isEmpty }

  /// How many changes the next image write has; an upper bound, since a row that was removed and came
  /// back counts twice.
  @inlinable public var changeCount: Int { changedSlots.count + removedKeys.count }

  /// The row of a key.
  ///
  /// - Complexity: O(1) expected.
  @inlinable
  public subscript(key: Key) -> Row? {
    guard let slot = slot(of: key) else { return nil }
    return slots[slot].row
  }

  /// Whether the key has a row.
  @inlinable
  public func contains(_ key: Key) -> Bool {
    slot(of: key) != nil
  }

  /// Lends the row of a key without copying it; nil when there is none.
  @inlinable
  public func withRow<Result>(_ key: Key, _ body: (borrowing Row) -> Result) -> Result? {
    guard let slot = slot(of: key) else { return nil }
    return body(slots[slot].row)
  }

  /// Inserts the row, or replaces the one there is.
  @inlinable
  public mutating func set(_ key: Key, to row: Row) {
    if let slot = slot(of: key) {
      markChanged(slot)
      slots[slot].row = row
    } else {
      insert(key, row)
    }
  }

  /// Changes the row in place; false, and nothing done, when there is none.
  @inlinable @discardableResult
  public mutating func update(_ key: Key, _ body: (inout Row) -> Void) -> Bool {
    guard let slot = slot(of: key) else { return false }
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
    insert(key, row)
  }

  /// Removes the row; false when there was none.
  @inlinable @discardableResult
  public mutating func remove(_ key: Key) -> Bool {
    guard let slot = slot(of: key) else { return false }
    unmarkChanged(slot)
    removedKeys.append(key)
    index.remove(slot, tag: SlotIndex.tag(ofHash: key.tableHash))
    let last = slots.removeLast()
    if slot < slots.count {
      slots[slot] = last
      index.move(slots.count, to: slot, tag: SlotIndex.tag(ofHash: last.key.tableHash))
      if last.changeIndex >= 0 { changedSlots[Int(last.changeIndex)] = Int32(slot) }
    }
    return true
  }

  /// Removes all rows whose keys satisfy a condition.
  ///
  /// What is left does not depend on the order in which they go.
  ///
  /// - Complexity: O(*n*) for *n* rows.
  @inlinable
  public mutating func removeAll(where isRemoved: (Key) -> Bool) {
    var slot = slots.count - 1
    // From the last on: the row that takes the place of one that goes has been looked at.
    while slot >= 0 {
      let key = slots[slot].key
      if isRemoved(key) { remove(key) }
      slot -= 1
    }
  }

  /// All keys in order.
  ///
  /// - Complexity: O(*n* log *n*) for *n* rows.
  @inlinable
  public func sortedKeys() -> [Key] {
    slots.map(\.key).sorted()
  }

  /// Lends every row in the order of the keys.
  ///
  /// - Complexity: O(*n* log *n*) for *n* rows.
  @inlinable
  public func forEachInOrder(_ body: (Key, borrowing Row) throws -> Void) rethrows {
    for key in sortedKeys() {
      guard let slot = slot(of: key) else { continue }
      try body(key, slots[slot].row)
    }
  }

  @inlinable
  func slot(of key: Key) -> Int? {
    index.slot(tag: SlotIndex.tag(ofHash: key.tableHash)) { slots[$0].key == key }
  }

  @inlinable
  mutating func insert(_ key: Key, _ row: Row) {
    index.insert(slots.count, tag: SlotIndex.tag(ofHash: key.tableHash))
    slots.append(Slot(key: key, row: row, changeIndex: -1))
    markChanged(slots.count - 1)
  }

  @inlinable
  mutating func markChanged(_ slot: Int) {
    guard slots[slot].changeIndex < 0 else { return }
    slots[slot].changeIndex = Int32(changedSlots.count)
    changedSlots.append(Int32(slot))
  }

  @inlinable
  mutating func unmarkChanged(_ slot: Int) {
    let place = slots[slot].changeIndex
    guard place >= 0 else { return }
    slots[slot].changeIndex = -1
    let last = changedSlots.removeLast()
    if Int(place) < changedSlots.count {
      changedSlots[Int(place)] = last
      slots[Int(last)].changeIndex = place
    }
  }
}

extension Table {
  /// Hands over what changed since the last call; from now on every row counts as unchanged.
  ///
  /// Rows are copied, not encoded: their arrays and strings stay shared until either side changes
  /// them.
  ///
  /// - Complexity: O(*c*) for *c* changes.
  public mutating func takeChanges() -> TableChanges<Key, Row> {
    specializedCollectChanges(&self)
  }

  @inlinable
  mutating func collectChanges() -> TableChanges<Key, Row> {
    var rows: ContiguousArray<TableChanges<Key, Row>.Change> = []
    rows.reserveCapacity(changedSlots.count)
    for changed in changedSlots {
      let slot = Int(changed)
      slots[slot].changeIndex = -1
      rows.append(.init(key: slots[slot].key, row: slots[slot].row))
    }
    changedSlots.removeAll(keepingCapacity: true)
    let removed = removedKeys
    removedKeys = []
    return TableChanges(table: name, rows: rows, removedKeys: removed)
  }

  /// Copies what changed since the changes were taken last; they stay to be taken.
  ///
  /// - Complexity: O(*c*) for *c* changes.
  func copyChanges() -> TableChanges<Key, Row> {
    let rows = changedSlots.map {
      TableChanges<Key, Row>.Change(key: slots[Int($0)].key, row: slots[Int($0)].row)
    }
    return TableChanges(table: name, rows: ContiguousArray(rows), removedKeys: removedKeys)
  }

  /// Takes over all rows of an image in memory, which has them as a table does.
  ///
  /// For loading, into an empty table.
  ///
  /// - Complexity: O(1); the rows are shared until either side changes them.
  mutating func load(_ rows: MemoryRows<Key, Row>) {
    index = rows.index
    slots = rows.slots
  }

  /// Inserts a row that its image already has.
  ///
  /// For loading, into an empty table.
  mutating func load(_ key: Key, _ row: Row) {
    index.insert(slots.count, tag: SlotIndex.tag(ofHash: key.tableHash))
    slots.append(Slot(key: key, row: row, changeIndex: -1))
  }
}
