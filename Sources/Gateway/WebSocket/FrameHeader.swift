/// Frames that RFC 6455 does not allow, or that are longer than the limit.
enum FrameFault: Error, Equatable {
  /// A client's frame must be masked (section 5.1).
  case unmasked
  /// No extension has been negotiated that would use these bits (section 5.2).
  case reservedBits
  /// No such opcode is defined (section 5.2).
  case unknownOpcode(UInt8)
  /// A length is written in as few bytes as possible (section 5.2).
  case lengthNotMinimal
  /// A control frame is not fragmented (section 5.5).
  case fragmentedControl
  /// A control frame carries 125 bytes at most (section 5.5).
  case longControl
  /// A continuation without a beginning, or a beginning within a message (section 5.4).
  case fragmentOutOfOrder
  /// A close frame's payload is empty, or a code of section 7.4 and UTF-8 text.
  case badClose
  /// Longer than the message limit.
  case tooLarge
}

/// What a frame is for (RFC 6455, section 5.2).
enum FrameOpcode: UInt8 {
  case continuation = 0x0
  case text = 0x1
  case binary = 0x2
  case close = 0x8
  case ping = 0x9
  case pong = 0xA

  var isControl: Bool { rawValue & 0x8 != 0 }
}

/// The header of a client's frame.
struct FrameHeader: Equatable {
  /// What the frame is for.
  let opcode: FrameOpcode
  /// Whether it ends its message.
  let isFinal: Bool
  /// The bytes of the payload.
  let payloadCount: Int
  /// The bytes of the header itself.
  let headerCount: Int
  /// The mask, as its four bytes read in the machine's order.
  let mask: UInt32

  /// The bytes of the whole frame.
  var frameCount: Int { headerCount + payloadCount }

  /// Reads a header from the front of bytes; nil when more of them are needed.
  ///
  /// - Parameters:
  ///   - bytes: What has come so far.
  ///   - payloadMax: The longest payload allowed; at least what a control frame may carry.
  /// - Throws: ``FrameFault``, as soon as the bytes at hand show it.
  init?(_ bytes: RawSpan, payloadMax: Int) throws(FrameFault) {
    guard bytes.byteCount >= 2 else { return nil }
    let first = bytes.byte(at: 0)
    let second = bytes.byte(at: 1)
    guard first & 0x70 == 0 else { throw .reservedBits }
    guard let opcode = FrameOpcode(rawValue: first & 0x0F) else {
      throw .unknownOpcode(first & 0x0F)
    }
    guard second & 0x80 != 0 else { throw .unmasked }
    self.opcode = opcode
    isFinal = first & 0x80 != 0

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
    headerCount = 2 + lengthCount + 4
    guard bytes.byteCount >= headerCount else { return nil }
    mask = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 2 + lengthCount, as: UInt32.self)
  }
}

extension RawSpan {
  /// The byte at an offset.
  func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount, "a byte outside the span")
    return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}

extension FrameHeader {
  /// Writes the frame's payload, unmasked, to the front of `target`.
  ///
  /// Eight bytes at a time: the payload is touched once, and the bytes that came stay as they are,
  /// so that the buffer they lie in, which the event loop means to use again, is not copied.
  ///
  /// - Precondition: `bytes` hold the whole frame, and `target` has room for the payload.
  func unmask(_ bytes: RawSpan, into target: inout [UInt8], at start: Int) {
    precondition(bytes.byteCount >= frameCount && target.count >= start + payloadCount)
    let wide = UInt64(mask) << 32 | UInt64(mask)
    var mutable = target.mutableSpan
    var output = unsafe mutable.mutableBytes
    var offset = 0
    while offset + 8 <= payloadCount {
      let word = unsafe bytes.unsafeLoadUnaligned(
        fromByteOffset: headerCount + offset, as: UInt64.self)
      output.storeBytes(of: word ^ wide, toByteOffset: start + offset, as: UInt64.self)
      offset += 8
    }
    while offset < payloadCount {
      let key = UInt8(truncatingIfNeeded: wide >> UInt64((offset & 7) * 8))
      output.storeBytes(
        of: bytes.byte(at: headerCount + offset) ^ key, toByteOffset: start + offset, as: UInt8.self
      )
      offset += 1
    }
  }
}
