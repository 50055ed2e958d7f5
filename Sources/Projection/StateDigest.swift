internal import Crypto
internal import EventLog

/// Stands for all rows of a projection, whatever their order.
///
/// It is the sum, modulo 2¹²⁸, of a hash of each row, so that a changed row is accounted for by
/// subtracting the hash of the old bytes and adding that of the new. Two projections that hold the
/// same rows have the same digest; two that differ by accident have different ones. It is no defence
/// against somebody who composes rows to deceive it: that is what the log's chain is for.
///
/// A row's hash is the first 16 bytes, as a big-endian number, of SHA-256 over: the length of the
/// table's name (1 byte), the name, the length of the key (2 bytes, little-endian), the key, the row's
/// protobuf bytes.
public struct StateDigest: Hashable, Sendable {
  private var value: UInt128

  /// The digest of no rows.
  public static let empty = StateDigest(value: 0)

  /// How many bytes a digest has.
  public static let byteCount = 16

  private init(value: UInt128) {
    self.value = value
  }

  /// Reads a digest from its 16 bytes; nil for any other number of bytes.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    value = bytes.reduce(0) { $0 << 8 | UInt128($1) }
  }

  /// The 16 bytes, most significant first.
  public var bytes: [UInt8] {
    (0..<Self.byteCount).reversed().map { UInt8(truncatingIfNeeded: value >> UInt128($0 * 8)) }
  }

  /// Accounts for rows that are there now.
  mutating func add(_ rows: StateDigest) {
    value &+= rows.value
  }

  /// Accounts for rows that are no longer there.
  mutating func subtract(_ rows: StateDigest) {
    value &-= rows.value
  }
}

extension StateDigest: CustomStringConvertible {
  /// Thirty-two hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 2 * Self.byteCount - digits.utf8.count) + digits
  }
}

extension StateDigest {
  /// The digest of the rows of one table, each encoded afresh.
  struct Hasher {
    /// Has taken in the table's name.
    private let named: SHA256

    init(table: String) {
      var hasher = SHA256()
      hasher.update(data: [UInt8(truncatingIfNeeded: table.utf8.count)] + Array(table.utf8))
      named = hasher
    }

    /// The digest of one row.
    func digest(key: RawSpan, row: RawSpan) -> StateDigest {
      var hasher = named
      var keyLength = UInt16(truncatingIfNeeded: key.byteCount).littleEndian
      unsafe withUnsafeBytes(of: &keyLength) { unsafe hasher.update(bufferPointer: $0) }
      unsafe key.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
      unsafe row.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
      let value = unsafe hasher.finalize().withUnsafeBytes {
        unsafe UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self))
      }
      return StateDigest(value: value)
    }
  }
}
