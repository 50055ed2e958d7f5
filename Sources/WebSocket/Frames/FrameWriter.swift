package import NIOCore
package import NIOWebSocket

/// Frames of the server's: unfragmented and unmasked (RFC 6455, section 5.1), so that one buffer
/// may go to many connections, and many frames in one write.
extension ByteBuffer {
  /// Writes the header of a frame whose payload follows.
  ///
  /// - Parameters:
  ///   - opcode: What the frame is for.
  ///   - payloadCount: The bytes of its payload.
  ///   - isCompressed: Whether the payload is compressed; not a control frame's.
  package mutating func writeFrameHeader(
    _ opcode: FrameOpcode, payloadCount: Int, isCompressed: Bool = false
  ) {
    writeInteger((isCompressed ? 0xC0 : 0x80) | opcode.rawValue)
    if payloadCount < 126 {
      writeInteger(UInt8(payloadCount))
    } else if payloadCount < 1 << 16 {
      writeInteger(UInt8(126))
      writeInteger(UInt16(payloadCount))
    } else {
      writeInteger(UInt8(127))
      writeInteger(UInt64(payloadCount))
    }
  }

  /// Writes a message as one frame; compressed, where that was negotiated and pays.
  ///
  /// - Complexity: O(*n*) in the payload's bytes; some 10 ns a byte where it is compressed.
  package mutating func writeFrame(
    _ opcode: FrameOpcode, _ payload: RawSpan, compression: Compression?, by compressor: Compressor
  ) {
    if let compression, let compressed = compressor.compress(payload, compression) {
      writeFrameHeader(opcode, payloadCount: compressed.count, isCompressed: true)
      writeBytes(compressed)
    } else {
      writeFrameHeader(opcode, payloadCount: payload.byteCount)
      writeBytes(payload)
    }
  }

  /// Writes a close frame.
  package mutating func writeClose(_ code: WebSocketErrorCode) {
    writeFrameHeader(.close, payloadCount: 2)
    write(webSocketErrorCode: code)
  }
}
