import Foundation
import Schema
import SwiftProtobuf

/// How much of the log clients have been told of, read from the bytes that a server sent.
struct Told {
  /// What a connection has sent of a frame that is not whole.
  private var rest: [UInt64: [UInt8]] = [:]
  /// The last position of which anybody was told.
  private(set) var position: UInt64 = 0

  /// Takes in what left over a socket.
  mutating func add(_ bytes: ArraySlice<UInt8>, over socket: UInt64) throws {
    guard var pending = rest[socket] else {
      // The answer to the handshake comes first; what is no WebSocket is of no concern.
      let isUpgraded = bytes.starts(with: Array("HTTP/1.1 101".utf8))
      rest[socket] = isUpgraded ? Self.afterHeader(bytes) : nil
      return
    }
    pending += bytes
    var offset = 0
    while let (frame, end) = Self.frame(in: pending, at: offset) {
      if pending[offset] & 0x0F == 2 {
        position = max(
          position, Self.position(in: try ServerMessage(serializedBytes: Array(pending[frame]))))
      }
      offset = end
    }
    rest[socket] = Array(pending[offset...])
  }

  private static func afterHeader(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let end = Array("\r\n\r\n".utf8)
    let last = bytes.indices.dropLast(3).first { bytes[$0..<$0 + 4].elementsEqual(end) }
    return last.map { Array(bytes[($0 + 4)...]) } ?? []
  }

  /// Where the payload of the frame at an offset is, and where the frame ends; nil when it is not whole.
  private static func frame(in bytes: [UInt8], at start: Int) -> (Range<Int>, end: Int)? {
    guard start + 2 <= bytes.count else { return nil }
    let short = Int(bytes[start + 1] & 0x7F)
    let extra = short == 126 ? 2 : short == 127 ? 8 : 0
    let first = start + 2 + extra
    guard first <= bytes.count else { return nil }
    let count =
      extra == 0 ? short : bytes[(start + 2)..<first].reduce(0) { $0 << 8 | Int($1) }
    return first + count <= bytes.count ? (first..<first + count, first + count) : nil
  }

  /// The last position that a message speaks of.
  private static func position(in message: ServerMessage) -> UInt64 {
    switch message.message {
    case .acknowledged(let acknowledged): acknowledged.position
    case .answer(let answer): answer.position
    case .welcome(let welcome): welcome.position
    case .subscribed(let subscribed), .moved(let subscribed): subscribed.position
    case .push(let push): push.entries.map(\.position).max() ?? 0
    case .goodbye(let goodbye): goodbye.resumeAfter
    default: 0
    }
  }
}
