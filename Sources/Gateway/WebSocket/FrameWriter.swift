import NIOCore
import NIOWebSocket
import Schema
import SwiftProtobuf

/// How messages are written on a connection.
enum Subprotocol: String, CaseIterable {
  /// Binary protobuf.
  case proto = "finalverse.v1.proto"
  /// Protobuf's JSON mapping, for people and quick scripts.
  case json = "finalverse.v1.json"

  /// The opcode of its messages.
  var opcode: FrameOpcode {
    switch self {
    case .proto: .binary
    case .json: .text
    }
  }
}

/// Frames of the server's: unfragmented and unmasked (RFC 6455, section 5.1), so that one buffer
/// may go to many connections, and many frames in one write.
extension ByteBuffer {
  /// Writes the header of a frame whose payload follows.
  mutating func writeFrameHeader(_ opcode: FrameOpcode, payloadCount: Int) {
    writeInteger(0x80 | opcode.rawValue)
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

  /// Writes a message as one frame.
  ///
  /// - Throws: What SwiftProtobuf throws for a message that has no encoding.
  mutating func writeMessage(_ message: ServerMessage, as subprotocol: Subprotocol) throws {
    let bytes: [UInt8] =
      switch subprotocol {
      case .proto: message.wireBytes
      case .json: try message.jsonUTF8Bytes()
      }
    writeFrameHeader(subprotocol.opcode, payloadCount: bytes.count)
    writeBytes(bytes)
  }

  /// Writes the acknowledgement of a command as one frame: the bytes that SwiftProtobuf would give,
  /// put down in one go, since this is what is sent most.
  mutating func writeAcknowledgement(id: UInt64, position: UInt64) {
    let idCount = id == 0 ? 0 : 1 + Varint.count(of: id)
    let positionCount = position == 0 ? 0 : 1 + Varint.count(of: position)
    let payloadCount = idCount + 2 + positionCount
    writeWithOutputRawSpan(minimumWritableBytes: 2 + payloadCount) { output in
      output.append(0x80 | FrameOpcode.binary.rawValue)
      output.append(UInt8(payloadCount))
      if id != 0 {
        output.append(0x08)
        output.append(varint: id)
      }
      output.append(0x12)
      output.append(UInt8(positionCount))
      if position != 0 {
        output.append(0x08)
        output.append(varint: position)
      }
    }
  }

  /// Writes a close frame.
  mutating func writeClose(_ code: WebSocketErrorCode) {
    writeFrameHeader(.close, payloadCount: 2)
    write(webSocketErrorCode: code)
  }
}
