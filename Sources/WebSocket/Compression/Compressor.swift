internal import CZlib

/// Compresses messages, each by itself, so that one compressed frame is good for every connection
/// that has negotiated the same.
///
/// Used by one thread. Holds about 256 KB from the first message on, and room for the longest; for
/// peers with smaller windows, which are rare, less for each size.
package final class Compressor {
  /// The shortest message that is compressed: a shorter one is a packet in any case.
  package static let bytesMin = 512
  /// The quickest: a message is compressed on the event loop, between its commit and its readers.
  private static let level: Int32 = 1

  /// What was compressed.
  package struct Tally: Equatable, Sendable {
    /// Bytes that were given.
    package var before = 0
    /// What came of them.
    package var after = 0

    /// Nothing.
    package init() {}
  }

  /// What was compressed since the tally was last taken; messages that did not become smaller are not
  /// in it.
  private var tally = Tally()
  private var deflaters: [Deflater] = []
  private var room: [UInt8] = []

  /// A compressor that holds no memory yet.
  package init() {}

  /// Hands over the tally, and begins another.
  package func takeTally() -> Tally {
    defer { tally = Tally() }
    return tally
  }

  /// Compresses a message; nil when it is short, or does not become smaller.
  ///
  /// - Complexity: O(*n*) in the number of bytes; some 10 ns a byte.
  func compress(_ message: RawSpan, _ compression: Compression) -> ArraySlice<UInt8>? {
    guard message.byteCount >= Self.bytesMin, message.byteCount <= Int(Int32.max) else {
      return nil
    }
    let deflater = deflater(windowBits: compression.windowBits)
    // The end that is left out is of four bytes; with less room it has not become smaller.
    let most = message.byteCount + Deflater.endByteCount - 1
    if room.count < most { room = [UInt8](repeating: 0, count: most) }
    guard let count = deflater.deflate(message, into: &room, most) else { return nil }
    tally.before += message.byteCount
    tally.after += count
    return room[..<count]
  }

  private func deflater(windowBits: Int32) -> Deflater {
    if let known = deflaters.first(where: { $0.windowBits == windowBits }) { return known }
    let deflater = Deflater(windowBits: windowBits, level: Self.level)
    deflaters.append(deflater)
    return deflater
  }
}

@available(*, unavailable)
extension Compressor: Sendable {}

/// zlib's state for one size of window.
@safe private final class Deflater {
  /// Of the empty block that is left out at a message's end (RFC 7692, section 7.2.1).
  static let endByteCount = 4

  let windowBits: Int32
  private let stream: UnsafeMutablePointer<z_stream>

  init(windowBits: Int32, level: Int32) {
    self.windowBits = windowBits
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe deflateInit2_(
      stream, level, Z_DEFLATED, -windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    // It can fail for want of memory alone.
    precondition(code == Z_OK, "zlib cannot compress: error \(code)")
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Compresses bytes to the front of `target`.
  ///
  /// - Returns: How many bytes they come to, the end left out; nil when there is not room enough.
  func deflate(_ bytes: RawSpan, into target: inout [UInt8], _ most: Int) -> Int? {
    unsafe deflateReset(stream)
    return unsafe target.withUnsafeMutableBufferPointer { room in
      unsafe bytes.withUnsafeBytes { source in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(source.count)
        unsafe stream.pointee.next_out = room.baseAddress
        unsafe stream.pointee.avail_out = UInt32(most)
        let code = unsafe CZlib.deflate(stream, Z_SYNC_FLUSH)
        guard code == Z_OK, unsafe stream.pointee.avail_in == 0,
          unsafe stream.pointee.avail_out > 0
        else { return nil }
        return most - Int(unsafe stream.pointee.avail_out) - Self.endByteCount
      }
    }
  }
}
