internal import Crypto

/// The hash that stands for everything in a log up to the end of a batch.
///
/// Each batch's head is SHA-256(previous head ‖ the bytes of its entries), so a head that was noted
/// elsewhere proves the whole history before it.
public struct ChainHead: Hashable, Sendable {
  private let words: SIMD4<UInt64>

  /// How many bytes a head has.
  public static let byteCount = 32

  /// The head of a log without entries: 32 zero bytes.
  public static let genesis = ChainHead(words: .zero)

  private init(words: SIMD4<UInt64>) {
    self.words = words
  }

  /// Reads a head from its 32 bytes; `nil` for any other number of bytes.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var words = SIMD4<UInt64>.zero
    for (index, byte) in bytes.enumerated() {
      words[index / 8] |= UInt64(byte) << (8 * UInt64(index % 8))
    }
    self.words = words
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    (0..<Self.byteCount).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (8 * UInt64($0 % 8))) }
  }

  /// The head after a batch whose entries' bytes are `batch`, one after the other.
  ///
  /// - Complexity: O(*n*) in the number of bytes, at the speed of SHA-256.
  public func extended(by batch: [UInt8]) -> ChainHead {
    var hash = ChainHash(continuing: self)
    unsafe batch.withUnsafeBytes { unsafe hash.update($0) }
    return hash.head
  }
}

extension ChainHead: CustomStringConvertible {
  /// Sixty-four hexadecimal digits.
  public var description: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

/// A head being computed from entries that arrive piece by piece.
struct ChainHash {
  private var hasher: SHA256

  /// Starts the batch that follows `previous`.
  init(continuing previous: ChainHead) {
    hasher = SHA256()
    hasher.update(data: previous.bytes)
  }

  /// Adds the bytes of one or more entries.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    unsafe hasher.update(bufferPointer: bytes)
  }

  /// The head, if the batch ends here.
  var head: ChainHead {
    // A SHA-256 digest has 32 bytes, always.
    ChainHead(Array(hasher.finalize())) ?? .genesis
  }
}
