import NIOCore

/// Protobuf's integers of variable length: seven bits a byte, the lowest first.
enum Varint {
  /// How many bytes a value takes; 1 to 10.
  static func count(of value: UInt64) -> Int {
    (70 - (value | 1).leadingZeroBitCount) / 7
  }

  /// Reads a value from bytes at an offset; nil when they end before it does, or it is longer than
  /// any value can be.
  static func read(_ bytes: RawSpan, at offset: Int) -> (value: UInt64, next: Int)? {
    var value: UInt64 = 0
    // An offset within the bytes, and no more of them than there are.
    for index in 0..<min(10, max(0, bytes.byteCount - offset)) {
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset + index, as: UInt8.self)
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte < 0x80 { return (value, offset + index + 1) }
    }
    return nil
  }
}

extension OutputRawSpan {
  /// Appends a value as protobuf has it.
  mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}

extension ByteBuffer {
  /// Writes a value as protobuf has it.
  mutating func writeVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    writeInteger(UInt8(truncatingIfNeeded: rest))
  }
}
