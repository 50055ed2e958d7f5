import Schema
import SwiftProtobuf

/// Client messages.
enum MessageDecoding {
  private static let options: JSONDecodingOptions = {
    var options = JSONDecodingOptions()
    options.ignoreUnknownFields = true
    return options
  }()

  /// Reads a message by the generated codec and by the library: both come to the same, and what the
  /// codec writes is read as the same again.
  static func decodeBinary(_ bytes: [UInt8]) {
    let message = try? ClientMessage(wire: unsafe bytes.span.bytes)
    precondition(
      message == (try? ClientMessage(serializedBytes: bytes)), "the codec differs from the library")
    guard let message else { return }
    let written = message.wireBytes
    precondition(
      message == (try? ClientMessage(wire: unsafe written.span.bytes)),
      "what was written is read otherwise")
  }

  /// Reads a message, which is read as the same again once it was written.
  static func decodeText(_ bytes: [UInt8]) {
    guard let message = try? ClientMessage(jsonUTF8Bytes: bytes, options: options) else { return }
    guard let written: [UInt8] = try? message.jsonUTF8Bytes() else { return }
    precondition(
      message == (try? ClientMessage(jsonUTF8Bytes: written)), "what was written is read otherwise")
  }
}
