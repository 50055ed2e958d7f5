internal import CZlib

/// The little of zlib that files of blocks take: whole blocks, whose size is known beforehand.
enum Deflate {
  /// Compresses bytes.
  static func compress(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(uLong(bytes.count))
    let room = Int(count)
    return unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, written in
      let result = unsafe bytes.withUnsafeBufferPointer { source in
        unsafe compress2(
          buffer.baseAddress, &count, source.baseAddress, uLong(source.count),
          Z_DEFAULT_COMPRESSION)
      }
      // It can fail for want of room alone, of which there is enough, or of memory.
      precondition(result == Z_OK, "zlib cannot compress: error \(result)")
      written = Int(count)
    }
  }

  /// Decompresses bytes; nil unless all of them come to exactly `byteCount` bytes.
  ///
  /// Takes no more memory than `byteCount`, whatever the bytes say of themselves.
  static func decompress(_ bytes: ArraySlice<UInt8>, to byteCount: Int) -> [UInt8]? {
    var isWhole = false
    let result = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, written in
      let code = unsafe bytes.withUnsafeBufferPointer { source in
        var (count, taken) = (uLong(byteCount), uLong(source.count))
        let code = unsafe uncompress2(
          buffer.baseAddress, &count, source.baseAddress, &taken)
        isWhole = code == Z_OK && Int(count) == byteCount && Int(taken) == source.count
        return code
      }
      written = code == Z_OK && isWhole ? byteCount : 0
    }
    return isWhole ? result : nil
  }
}
