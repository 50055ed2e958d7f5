/// What a table's rows are found by.
///
/// A key's bytes order as the key does, so that an image lists rows in the order of their keys.
public protocol TableKey: Hashable, Comparable, Sendable {
  /// How many bytes every key of this type encodes to; at least 1.
  static var encodedLength: Int { get }

  /// Appends the key, most significant byte first.
  func encode(into bytes: inout [UInt8])

  /// Reads a key back; nil unless there are exactly `encodedLength` bytes that make one.
  init?(decoding bytes: ArraySlice<UInt8>)
}

extension UInt64: TableKey {
  public static var encodedLength: Int { 8 }

  public func encode(into bytes: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: self >> UInt64(shift)))
    }
  }

  public init?(decoding bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.encodedLength else { return nil }
    self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
