internal import SwiftProtobuf

/// The rows of a table of an image in memory, whatever their types.
protocol AnyMemoryRows: AnyObject {}

/// The rows of a table of an image in memory, each with the digest of the bytes that it was read from.
final class MemoryRows<Key: TableKey, Row: Message & Equatable & Sendable>: AnyMemoryRows {
  private(set) var index = SlotIndex()
  private(set) var slots: ContiguousArray<Table<Key, Row>.Slot> = []
  /// Those of the slots' rows.
  private var digests: ContiguousArray<StateDigest> = []

  /// The digest of a key's row; nil when there is none.
  func digest(of key: Key) -> StateDigest? {
    slot(of: key).map { digests[$0] }
  }

  /// Inserts a row, or replaces the one there is.
  func set(_ key: Key, to row: Row, _ digest: StateDigest) {
    if let slot = slot(of: key) {
      slots[slot].row = row
      digests[slot] = digest
    } else {
      index.insert(slots.count, tag: SlotIndex.tag(ofHash: key.tableHash))
      slots.append(Table.Slot(key: key, row: row, changeIndex: -1))
      digests.append(digest)
    }
  }

  /// Removes the row of a key, which is here; the last takes its place.
  func remove(_ key: Key) {
    guard let slot = slot(of: key) else { return }
    index.remove(slot, tag: SlotIndex.tag(ofHash: key.tableHash))
    let (last, digest) = (slots.removeLast(), digests.removeLast())
    guard slot < slots.count else { return }
    slots[slot] = last
    digests[slot] = digest
    index.move(slots.count, to: slot, tag: SlotIndex.tag(ofHash: last.key.tableHash))
  }

  private func slot(of key: Key) -> Int? {
    index.slot(tag: SlotIndex.tag(ofHash: key.tableHash)) { slots[$0].key == key }
  }
}

extension TableChanges {
  /// Writes the changes to the rows of an image; to none, when the table has none yet.
  ///
  /// - Parameter summary: What the image's rows come to; with the changes afterwards.
  func write(
    to image: (any AnyMemoryRows)?, _ summary: inout StateSummary
  ) throws(ImageFault) -> any AnyMemoryRows {
    let image = typed(image) ?? MemoryRows()
    for key in removedKeys {
      guard let former = image.digest(of: key) else { continue }
      summary.subtract(former)
      image.remove(key)
    }
    let encoder = RowEncoder(table: table)
    for change in rows {
      if let former = image.digest(of: change.key) { summary.subtract(former) }
      let (bytes, digest) = try encoder.encode(change)
      summary.add(digest)
      do {
        image.set(change.key, to: try Row(serializedBytes: bytes), digest)
      } catch {
        throw .damaged(
          "a row is not of this table's schema", file: "memory", table: table,
          key: encoder.bytes(of: change.key), cause: error)
      }
    }
    return image
  }

  /// Accounts for the changes in what the rows of an image come to, and leaves the rows as they are.
  func account(
    for image: (any AnyMemoryRows)?, in summary: inout StateSummary
  ) throws(ImageFault) {
    let encoder = RowEncoder(table: table)
    for change in rows { summary.add(try encoder.encode(change).digest) }
    guard let image = typed(image) else { return }
    for key in Set(removedKeys).union(rows.map(\.key)) {
      if let former = image.digest(of: key) { summary.subtract(former) }
    }
  }

  private func typed(_ image: (any AnyMemoryRows)?) -> MemoryRows<Key, Row>? {
    guard let image else { return nil }
    guard let image = image as? MemoryRows<Key, Row> else {
      preconditionFailure("The table \(table) has changed its type.")
    }
    return image
  }
}

/// Encodes the rows of a table, with their digests.
private struct RowEncoder {
  private let table: String
  private let hasher: StateDigest.Hasher

  init(table: String) {
    self.table = table
    hasher = StateDigest.Hasher(table: table)
  }

  func bytes(of key: some TableKey) -> [UInt8] {
    var bytes: [UInt8] = []
    key.encode(into: &bytes)
    return bytes
  }

  func encode<Key, Row>(
    _ change: TableChanges<Key, Row>.Change
  ) throws(ImageFault) -> (bytes: [UInt8], digest: StateDigest) {
    let key = bytes(of: change.key)
    let row = try ImageFormat.encode(change.row, table: table, key: key)
    return (row, unsafe hasher.digest(key: key.span.bytes, row: row.span.bytes))
  }
}
