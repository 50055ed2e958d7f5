internal import SwiftProtobuf

/// A table's changes without the table's types, for whoever writes them.
protocol AnyTableChanges: Sendable {
  var table: String { get }
  var count: Int { get }

  /// Lends each changed key once, in order, with the row's protobuf bytes, or nil for a row removed.
  func forEachInOrder(
    _ body: (_ key: RawSpan, _ row: consuming [UInt8]?) throws -> Void
  ) throws

  /// These changes and later ones of the same table, as if they had been taken together.
  func merged(withLater later: any AnyTableChanges) -> any AnyTableChanges

  /// Writes these changes to the rows of an image in memory.
  func write(
    to image: (any AnyMemoryRows)?, _ summary: inout StateSummary
  ) throws(ImageFault) -> any AnyMemoryRows

  /// Accounts for these changes in what the rows of an image in memory come to.
  func account(for image: (any AnyMemoryRows)?, in summary: inout StateSummary) throws(ImageFault)
}

extension TableChanges: AnyTableChanges {
  func forEachInOrder(
    _ body: (_ key: RawSpan, _ row: consuming [UInt8]?) throws -> Void
  ) throws {
    var keys = SortableKeys(byteCount: Key.encodedLength, capacity: count)
    // Removals first: of changes with the same key, the last is what counts.
    for key in removedKeys { keys.append(key) }
    for change in rows { keys.append(change.key) }
    for index in keys.sortedIndices() {
      let isRemoval = index < removedKeys.count
      let row =
        isRemoval
        ? nil
        : try ImageFormat.encode(
          rows[index - removedKeys.count].row, table: table, key: keys.key(at: index))
      try keys.withKey(at: index) { key in try body(key, row) }
    }
  }

  func merged(withLater later: any AnyTableChanges) -> any AnyTableChanges {
    guard let later = later as? TableChanges else {
      preconditionFailure("The table \(table) has changed its type.")
    }
    var newer = Set(later.removedKeys)
    for change in later.rows { newer.insert(change.key) }
    return TableChanges(
      table: table, rows: rows.filter { !newer.contains($0.key) } + later.rows,
      removedKeys: removedKeys.filter { !newer.contains($0) } + later.removedKeys)
  }
}

/// Encoded keys of one length in one buffer, and their order.
///
/// Sorting compares bytes, which is compiled once; sorting the keys themselves would go through
/// unspecialized code for each comparison.
struct SortableKeys {
  private let byteCount: Int
  private var bytes: [UInt8] = []
  /// The first eight bytes of each key as a big-endian number, padded with zeros; nearly always enough.
  private var order: [(prefix: UInt64, index: Int)] = []

  init(byteCount: Int, capacity: Int) {
    self.byteCount = byteCount
    bytes.reserveCapacity(byteCount * capacity)
    order.reserveCapacity(capacity)
  }

  mutating func append(_ key: some TableKey) {
    let start = bytes.count
    key.encode(into: &bytes)
    precondition(bytes.count - start == byteCount, "A key is not as long as its type says.")
    var prefix: UInt64 = 0
    for offset in 0..<8 {
      prefix = prefix << 8 | (offset < byteCount ? UInt64(bytes[start + offset]) : 0)
    }
    order.append((prefix, order.count))
  }

  func key(at index: Int) -> [UInt8] {
    Array(bytes[index * byteCount..<(index + 1) * byteCount])
  }

  func withKey(at index: Int, _ body: (RawSpan) throws -> Void) rethrows {
    let start = index * byteCount
    try body(unsafe bytes.span.bytes.extracting(start..<start + byteCount))
  }

  /// The keys in order; of equal ones the one that was appended last.
  func sortedIndices() -> [Int] {
    let sorted = order.sorted { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      let order = compareRest(left.index, right.index)
      return order == 0 ? left.index < right.index : order < 0
    }
    var kept: [Int] = []
    kept.reserveCapacity(sorted.count)
    for (place, entry) in sorted.enumerated() {
      let next = place + 1 < sorted.count ? sorted[place + 1] : nil
      let isRepeated =
        next.map { $0.prefix == entry.prefix && compareRest($0.index, entry.index) == 0 } ?? false
      if !isRepeated { kept.append(entry.index) }
    }
    return kept
  }

  /// Compares what the prefixes do not cover: negative, zero or positive.
  private func compareRest(_ left: Int, _ right: Int) -> Int {
    var offset = 8
    while offset < byteCount {
      let difference =
        Int(bytes[left * byteCount + offset]) - Int(bytes[right * byteCount + offset])
      if difference != 0 { return difference }
      offset += 1
    }
    return 0
  }
}
