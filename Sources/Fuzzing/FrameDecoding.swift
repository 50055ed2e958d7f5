import WebSocket

/// The first byte says how the others are read: with compression or not, and in pieces of how many bytes.
enum FrameDecoding {
  private struct Message: Equatable {
    var event: MessageReader.Event
    var payload: [UInt8]
  }

  private static let bytesMax = 4_096

  /// Reads bytes in pieces and at once: both come to the same messages.
  static func decode(_ bytes: [UInt8]) {
    guard let control = bytes.first else { return }
    let compression: Compression? = control & 1 == 0 ? nil : .unlimited
    let whole = messages(bytes[1...], inPiecesOf: .max, compression)
    let pieces = messages(bytes[1...], inPiecesOf: 1 + Int(control >> 1), compression)
    precondition(whole == pieces, "frames in pieces come to other messages than at once")
  }

  private static func messages(
    _ bytes: ArraySlice<UInt8>, inPiecesOf size: Int, _ compression: Compression?
  ) -> [Message] {
    let workspace = MessageWorkspace(bytesMax: bytesMax)
    var reader = MessageReader(
      limits: MessageLimits(bytesMax: bytesMax, fragmentsMax: 16), compression: compression)
    var messages: [Message] = []
    var unread: [UInt8] = []
    var rest = bytes
    while !rest.isEmpty {
      unread += rest.prefix(size)
      rest = rest.dropFirst(size)
      do {
        while let step = try reader.next(unsafe unread.span.bytes, workspace) {
          precondition((1...unread.count).contains(step.byteCount), "a step reads what is there")
          unread.removeFirst(step.byteCount)
          guard step.event != .part else { continue }
          precondition(step.payloadCount <= bytesMax, "a message is within its bound")
          let payload = Array(workspace.bytes[..<step.payloadCount])
          if step.event == .message(.text) {
            precondition(String(validating: payload, as: UTF8.self) != nil, "text is UTF-8")
          }
          messages.append(Message(event: step.event, payload: payload))
        }
      } catch {
        return messages
      }
      // What waits is the front of a header, or of a control frame.
      precondition(unread.count < 14 + 125, "no more waits than a control frame may have")
    }
    return messages
  }
}
