import NIOCore

@testable import WebSocket

/// A client's frame.
func frame(
  _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0,
  mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
) -> [UInt8] {
  var bytes = [(isFinal ? 0x80 : 0) | reserved | opcode]
  if payload.count < 126 {
    bytes.append(0x80 | UInt8(payload.count))
  } else if payload.count < 1 << 16 {
    bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
  } else {
    bytes.append(0x80 | 127)
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
  }
  return bytes + mask + payload.enumerated().map { $0.element ^ mask[$0.offset & 3] }
}

/// What a reader made of bytes.
struct Reading: Equatable {
  struct Message: Equatable {
    var event: MessageReader.Event
    var payload: [UInt8]
  }

  var messages: [Message] = []
  var fault: FrameFault?
  /// How many bytes had come when it was found.
  var cameBeforeFault = 0
}

/// Reads bytes that come in pieces; pieces of messages are left out.
func read(
  _ bytes: [UInt8], inPiecesOf size: Int = .max, compression: Compression? = nil,
  bytesMax: Int = 65_536, fragmentsMax: Int = 64
) -> Reading {
  let workspace = MessageWorkspace(bytesMax: bytesMax)
  var reader = MessageReader(
    limits: MessageLimits(bytesMax: bytesMax, fragmentsMax: fragmentsMax), compression: compression)
  var reading = Reading()
  var unread: [UInt8] = []
  var come = 0
  while come < bytes.count {
    let end = size < bytes.count - come ? come + size : bytes.count
    unread += bytes[come..<end]
    come = end
    do {
      while let step = try reader.next(unsafe unread.span.bytes, workspace) {
        unread.removeFirst(step.byteCount)
        guard step.event != .part else { continue }
        let payload = Array(workspace.bytes[..<step.payloadCount])
        reading.messages.append(.init(event: step.event, payload: payload))
      }
    } catch {
      reading.fault = error
      reading.cameBeforeFault = come
      break
    }
  }
  return reading
}

/// Compresses a message as a client would.
func compressed(_ message: [UInt8]) -> [UInt8]? {
  Compressor().compress(unsafe message.span.bytes, .unlimited).map(Array.init)
}

/// Numbers that look random, the same for the same seed.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}
