package import NIOWebSocket

/// What a client sends to close (RFC 6455, sections 5.5.1 and 7.4).
package enum CloseFrame {
  /// The code that a valid payload carries, which is also that of the answer; for none, that of a
  /// normal closure.
  package static func code(of payload: ArraySlice<UInt8>) -> WebSocketErrorCode {
    number(of: payload).map { WebSocketErrorCode(codeNumber: Int($0)) } ?? .normalClosure
  }

  /// Whether the payload is empty, or a code that may be sent followed by UTF-8.
  static func isValid(_ payload: ArraySlice<UInt8>) -> Bool {
    guard !payload.isEmpty else { return true }
    guard let code = number(of: payload) else { return false }
    let maySend =
      switch code {
      case 1000...1003, 1007...1014, 3000...4999: true
      default: false
      }
    return maySend && String(validating: payload.dropFirst(2), as: UTF8.self) != nil
  }

  private static func number(of payload: ArraySlice<UInt8>) -> UInt16? {
    guard payload.count >= 2 else { return nil }
    return UInt16(payload[payload.startIndex]) << 8 | UInt16(payload[payload.startIndex + 1])
  }
}
