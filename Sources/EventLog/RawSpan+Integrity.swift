internal import CCRC32C

extension RawSpan {
  /// The little-endian number at `offset`; traps when it does not fit.
  package func loadLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type
  ) -> Value {
    // Every bit pattern is a valid integer, and the load checks its bounds.
    Value(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: type))
  }

  /// CRC-32C of the first `byteCount` bytes.
  package func crc32c(byteCount: Int) -> UInt32 {
    extracting(first: byteCount).crc32c(continuing: 0)
  }

  /// CRC-32C of all bytes, as if they followed those whose CRC-32C is `checksum`; 0 to start.
  package func crc32c(continuing checksum: UInt32) -> UInt32 {
    unsafe withUnsafeBytes { bytes in
      unsafe CCRC32C.ccrc32c(checksum, bytes.baseAddress, bytes.count)
    }
  }
}
