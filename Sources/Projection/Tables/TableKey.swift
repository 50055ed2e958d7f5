/// What a table's rows are found by.
///
/// A key's bytes order as the key does, so that an image lists rows in the order of their keys.
public protocol TableKey: Hashable, Comparable, Sendable {
  /// How many bytes every key of this type encodes to: 1 to 511, which is LMDB's limit.
  static var encodedLength: Int { get }

  /// Appends the key, most significant byte first.
  func encode(into bytes: inout [UInt8])

  /// Reads a key back; nil unless there are exactly `encodedLength` bytes that make one.
  init?(decoding bytes: ArraySlice<UInt8>)

  /// A hash by which a table in memory finds the key; its upper half must be well mixed.
  ///
  /// Never kept or sent, so it may differ from run to run. The default is the standard library's hash;
  /// a key that is a number given out by the server does better with ``UInt64/tableHash``.
  var tableHash: UInt64 { get }
}

extension TableKey {
  /// The standard library's hash, seeded anew in every process.
  public var tableHash: UInt64 { UInt64(truncatingIfNeeded: hashValue) }
}

extension UInt64: TableKey {
  /// Eight.
  public static var encodedLength: Int { 8 }

  /// Appends the number, big-endian.
  public func encode(into bytes: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: self >> UInt64(shift)))
    }
  }

  /// Reads eight bytes, big-endian.
  public init?(decoding bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.encodedLength else { return nil }
    self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// One multiplication that mixes all bits.
  ///
  /// Whoever can choose keys freely can make them collide.
  @inlinable public var tableHash: UInt64 {
    // The odd number nearest to 2^64 divided by the golden ratio: neighbours land far apart.
    let (high, low) = multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return (high ^ low) &* 0xD6E8_FEB8_6659_FD93
  }
}
