import NIOCore
import Schema
import SwiftProtobuf
import WebSocket

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

/// What a connection has negotiated of how messages look: those with the same form are sent the same
/// bytes.
struct MessageForm: Hashable {
  /// How messages are written.
  let subprotocol: Subprotocol
  /// How they are compressed; nil for not at all.
  var compression: Compression?

  // Looked up for each watcher of a topic: by the name of the subprotocol, as an enumeration of names
  // is hashed, it would take longer.
  func hash(into hasher: inout Hasher) {
    hasher.combine(subprotocol == .proto)
    hasher.combine(compression)
  }
}

extension ByteBuffer {
  /// Writes a message as one frame.
  ///
  /// Not compressed: for what is short, and for what is nobody's business. How short bytes become
  /// tells something of them to whoever sees encrypted packets.
  ///
  /// - Throws: What SwiftProtobuf throws for a message that has no encoding.
  mutating func writeMessage(_ message: ServerMessage, as subprotocol: Subprotocol) throws {
    let bytes = try message.bytes(as: subprotocol)
    writeFrameHeader(subprotocol.opcode, payloadCount: bytes.count)
    writeBytes(bytes)
  }

  /// Writes a message as one frame, compressed where that was negotiated and pays.
  ///
  /// - Throws: What SwiftProtobuf throws for a message that has no encoding.
  mutating func writeMessage(
    _ message: ServerMessage, as form: MessageForm, by compressor: Compressor
  ) throws {
    let bytes = try message.bytes(as: form.subprotocol)
    writeFrame(
      form.subprotocol.opcode, unsafe bytes.span.bytes, compression: form.compression,
      by: compressor)
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
}

extension ServerMessage {
  fileprivate func bytes(as subprotocol: Subprotocol) throws -> [UInt8] {
    switch subprotocol {
    case .proto: wireBytes
    case .json: try jsonUTF8Bytes()
    }
  }
}
