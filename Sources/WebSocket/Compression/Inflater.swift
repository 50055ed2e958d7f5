internal import CZlib

/// Decompresses messages, each by itself: nothing of one is needed for the next, so one inflater does
/// for all connections of an event loop.
///
/// Used by one thread. Holds about 40 KB.
@safe final class Inflater {
  /// What a sender leaves out at a message's end (RFC 7692, section 7.2.1): an empty block.
  private static let end: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

  private let stream: UnsafeMutablePointer<z_stream>

  /// An inflater for windows of any size.
  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe inflateInit2_(
      stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    // It can fail for want of memory alone.
    precondition(code == Z_OK, "zlib cannot decompress: error \(code)")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Decompresses a message.
  ///
  /// - Parameters:
  ///   - message: The bytes as they came.
  ///   - target: Where to; it has room for one byte more than the message may have.
  ///   - bytesMax: How many bytes the message may have.
  /// - Returns: How many it has.
  /// - Throws: ``FrameFault/tooLarge``, ``FrameFault/badCompression``.
  /// - Complexity: O(*n* + *m*) for *n* bytes that came and *m* they decompress to, up to the limit.
  func inflate(
    _ message: ArraySlice<UInt8>, into target: inout [UInt8], bytesMax: Int
  ) throws(FrameFault) -> Int {
    precondition(target.count > bytesMax, "there is no room to see that a message is too long")
    unsafe inflateReset(stream)
    var fault: FrameFault?
    let count = unsafe target.withUnsafeMutableBufferPointer { room in
      unsafe stream.pointee.next_out = room.baseAddress
      unsafe stream.pointee.avail_out = UInt32(bytesMax + 1)
      fault = feed(message) ?? feed(Self.end[...])
      return bytesMax + 1 - Int(unsafe stream.pointee.avail_out)
    }
    if let fault { throw fault }
    // Between two blocks, as zlib tells it.
    guard unsafe stream.pointee.data_type & 128 != 0 else { throw .badCompression }
    return count
  }

  /// Decompresses bytes behind those that have been.
  private func feed(_ bytes: ArraySlice<UInt8>) -> FrameFault? {
    unsafe bytes.withUnsafeBufferPointer { source in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(source.count)
      while unsafe stream.pointee.avail_in > 0 {
        let code = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
        if unsafe stream.pointee.avail_out == 0 { return .tooLarge }
        switch code {
        case Z_OK: break
        // A block that says it is the last may be followed by others (RFC 7692, section 7.2.3.4).
        case Z_STREAM_END: unsafe inflateReset(stream)
        default: return .badCompression
        }
      }
      return nil
    }
  }
}

@available(*, unavailable)
extension Inflater: Sendable {}
