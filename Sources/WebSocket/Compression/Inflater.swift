internal import CZlib

/// Decompresses messages, each by itself: nothing of one is needed for the next, so one inflater does
/// for all connections of an event loop.
///
/// Used by one thread. Holds about 40 KB.
@safe package final class Inflater {
  /// What a sender leaves out at a message's end (RFC 7692, section 7.2.1): an empty block.
  private static let end: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

  /// How much room there is at first, where there is none.
  private static let roomMin = 4_096

  private let stream: UnsafeMutablePointer<z_stream>

  /// An inflater for windows of any size.
  package init() {
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
  ///   - target: Where to; it grows with what comes, to one byte more than the message may have at most.
  ///   - bytesMax: How many bytes the message may have.
  /// - Returns: How many it has.
  /// - Throws: ``FrameFault/tooLarge``, ``FrameFault/badCompression``.
  /// - Complexity: O(*n* + *m*) for *n* bytes that came and *m* they decompress to, up to the limit.
  package func inflate(
    _ message: ArraySlice<UInt8>, into target: inout [UInt8], bytesMax: Int
  ) throws(FrameFault) -> Int {
    unsafe inflateReset(stream)
    // The byte that shows that it is too long.
    let room = bytesMax + 1
    var count = 0
    for part in [message, Self.end[...]] {
      var rest = part
      while !rest.isEmpty {
        if count == target.count {
          let next = min(max(2 * count, Self.roomMin), room)
          target.append(contentsOf: repeatElement(0, count: next - count))
        }
        let step = step(rest, into: &target, count..<min(target.count, room))
        count += step.written
        rest = rest.dropFirst(step.read)
        guard count < room else { throw .tooLarge }
        switch step.code {
        case Z_OK: break
        // A block that says it is the last may be followed by others (RFC 7692, section 7.2.3.4).
        case Z_STREAM_END: unsafe inflateReset(stream)
        default: throw .badCompression
        }
      }
    }
    // Between two blocks, as zlib tells it.
    guard unsafe stream.pointee.data_type & 128 != 0 else { throw .badCompression }
    return count
  }

  /// Decompresses bytes behind those that have been, as far as there is room.
  private func step(
    _ bytes: ArraySlice<UInt8>, into target: inout [UInt8], _ room: Range<Int>
  ) -> (read: Int, written: Int, code: Int32) {
    unsafe bytes.withUnsafeBufferPointer { source in
      unsafe target.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(source.count)
        unsafe stream.pointee.next_out = target.baseAddress?.advanced(by: room.lowerBound)
        unsafe stream.pointee.avail_out = UInt32(room.count)
        let code = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
        return (
          source.count - Int(unsafe stream.pointee.avail_in),
          room.count - Int(unsafe stream.pointee.avail_out), code
        )
      }
    }
  }
}

@available(*, unavailable)
extension Inflater: Sendable {}
