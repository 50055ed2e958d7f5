/// What a frame is for (RFC 6455, section 5.2).
package enum FrameOpcode: UInt8, Sendable {
  /// More of a message that has begun.
  case continuation = 0x0
  /// A message of text, or its beginning.
  case text = 0x1
  /// A message of bytes, or its beginning.
  case binary = 0x2
  /// The last frame that is sent.
  case close = 0x8
  /// Asks for a pong.
  case ping = 0x9
  /// Answers a ping.
  case pong = 0xA

  /// Whether the frame is no part of a message, and may come between a message's fragments.
  package var isControl: Bool { rawValue & 0x8 != 0 }
}

/// The header of a client's frame.
struct FrameHeader: Equatable {
  /// What the frame is for.
  let opcode: FrameOpcode
  /// Whether it ends its message.
  let isFinal: Bool
  /// Whether the message that it begins is compressed.
  let isCompressed: Bool
  /// The bytes of the payload.
  let payloadCount: Int
  /// The bytes of the header itself.
  let headerCount: Int
  /// What the payload is masked with.
  let mask: FrameMask

  /// The bytes of the whole frame.
  var frameCount: Int { headerCount + payloadCount }

  /// Reads a header from the front of bytes; nil when more of them are needed.
  ///
  /// - Parameters:
  ///   - bytes: What has come so far.
  ///   - payloadMax: The longest payload allowed; at least what a control frame may carry.
  ///   - allowsCompression: Whether the extension that uses the first reserved bit was negotiated.
  /// - Throws: ``FrameFault``, as soon as the bytes at hand show it.
  init?(_ bytes: RawSpan, payloadMax: Int, allowsCompression: Bool) throws(FrameFault) {
    guard bytes.byteCount >= 2 else { return nil }
    let first = bytes.byte(at: 0)
    let second = bytes.byte(at: 1)
    guard let opcode = FrameOpcode(rawValue: first & 0x0F) else {
      throw .unknownOpcode(first & 0x0F)
    }
    // Of an extension's bits, the first says that a message is compressed (RFC 7692, section 6).
    let mayBeCompressed = allowsCompression && (opcode == .text || opcode == .binary)
    guard first & (mayBeCompressed ? 0x30 : 0x70) == 0 else { throw .reservedBits }
    guard second & 0x80 != 0 else { throw .unmasked }
    self.opcode = opcode
    isFinal = first & 0x80 != 0
    isCompressed = first & 0x40 != 0

    let short = second & 0x7F
    if opcode.isControl {
      guard isFinal else { throw .fragmentedControl }
      guard short < 126 else { throw .longControl }
    }
    let lengthCount = short < 126 ? 0 : short == 126 ? 2 : 8
    guard bytes.byteCount >= 2 + lengthCount else { return nil }
    var length = UInt64(short)
    if lengthCount > 0 {
      length = (2..<2 + lengthCount).reduce(0) { $0 << 8 | UInt64(bytes.byte(at: $1)) }
      guard length >= (lengthCount == 2 ? 126 : 1 << 16) else { throw .lengthNotMinimal }
    }
    guard length <= UInt64(payloadMax) else { throw .tooLarge }
    payloadCount = Int(length)
    headerCount = 2 + lengthCount + FrameMask.byteCount
    guard bytes.byteCount >= headerCount else { return nil }
    mask = FrameMask(bytes, at: 2 + lengthCount)
  }

  /// Writes the frame's payload, unmasked, to `target` from `start` on.
  ///
  /// - Precondition: `bytes` hold the whole frame, and `target` has room for the payload.
  func unmask(_ bytes: RawSpan, into target: inout [UInt8], at start: Int) {
    mask.unmask(
      bytes.extracting(headerCount..<frameCount), alreadyDone: 0, into: &target, at: start)
  }
}

/// Four bytes that a payload is masked with, again and again (RFC 6455, section 5.3).
struct FrameMask: Equatable {
  /// How many bytes it has in a header.
  static let byteCount = 4

  /// As its four bytes are read, the lowest first.
  private let key: UInt32

  /// Reads a mask, which must be there.
  init(_ bytes: RawSpan, at offset: Int) {
    key = UInt32(
      littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Writes bytes of a payload, unmasked, to `target` from `start` on.
  ///
  /// Eight bytes at a time: the payload is touched once, and the bytes that came stay as they are,
  /// so that the buffer they lie in, which the event loop means to use again, is not copied.
  ///
  /// - Parameters:
  ///   - bytes: Bytes of the payload.
  ///   - alreadyDone: How many of the payload's bytes come before them.
  ///   - target: Where they go; it must have room.
  ///   - start: Where in it.
  func unmask(
    _ bytes: RawSpan, alreadyDone: Int, into target: inout [UInt8], at start: Int
  ) {
    precondition(target.count >= start + bytes.byteCount, "there is no room for the payload")
    let turned = UInt32(alreadyDone & 3) * 8
    let key = self.key &>> turned | self.key &<< (32 - turned)
    let wide = UInt64(key) << 32 | UInt64(key)
    var mutable = target.mutableSpan
    var output = unsafe mutable.mutableBytes
    var offset = 0
    while offset + 8 <= bytes.byteCount {
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      output.storeBytes(of: word ^ wide.littleEndian, toByteOffset: start + offset, as: UInt64.self)
      offset += 8
    }
    while offset < bytes.byteCount {
      let part = UInt8(truncatingIfNeeded: wide >> UInt64((offset & 7) * 8))
      output.storeBytes(
        of: bytes.byte(at: offset) ^ part, toByteOffset: start + offset, as: UInt8.self)
      offset += 1
    }
  }
}

extension RawSpan {
  /// The byte at an offset.
  func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount, "a byte outside the span")
    return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
