package import NIOWebSocket

/// What the other side may not send: frames that RFC 6455 or RFC 7692 do not allow, or too much.
package enum FrameFault: Error, Equatable {
  /// A client's frame must be masked (RFC 6455, section 5.1).
  case unmasked
  /// No extension has been negotiated that would use these bits, or not for this frame (section 5.2).
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
  /// Text is UTF-8 (section 8.1).
  case notUTF8
  /// The bytes of a compressed message are no DEFLATE data (RFC 7692, section 7.2.2).
  case badCompression
  /// Longer than the limit, as it came or decompressed.
  case tooLarge
  /// In more fragments than the limit.
  case tooManyFragments

  /// The code of the close frame that says so (RFC 6455, section 7.4.1).
  package var closeCode: WebSocketErrorCode {
    switch self {
    case .unmasked, .reservedBits, .unknownOpcode, .lengthNotMinimal, .fragmentedControl,
      .longControl, .fragmentOutOfOrder, .badClose:
      .protocolError
    case .notUTF8, .badCompression: .dataInconsistentWithMessage
    case .tooLarge, .tooManyFragments: .messageTooLarge
    }
  }
}
