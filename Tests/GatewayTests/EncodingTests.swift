import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import Testing
import WebSocket
import World

@testable import Gateway

/// What is put down by hand is what SwiftProtobuf would put down.
struct EncodingTests {
  private static let edges: [UInt64] = [
    0, 1, 127, 128, 16_383, 16_384, 1 << 32, 1 << 56, (1 << 63) - 1, 1 << 63, .max,
  ]

  @Test(arguments: edges, edges)
  func `an acknowledgement is the encoder's, byte by byte`(_ id: UInt64, _ position: UInt64) throws
  {
    var frame = ByteBuffer()
    frame.writeAcknowledgement(id: id, position: position)
    let message = ServerMessage.with {
      $0.id = id
      $0.acknowledged.position = position
    }
    let bytes: [UInt8] = try message.serializedBytes()
    #expect(Array(frame.readableBytesView) == [0x82, UInt8(bytes.count)] + bytes)
  }

  @Test(arguments: edges)
  func `a varint has the length it is said to have, and reads back`(_ value: UInt64) {
    var buffer = ByteBuffer()
    buffer.writeVarint(value)
    #expect(buffer.readableBytes == Varint.count(of: value))
    let read = Varint.read(buffer.readableBytesSpan, at: 0)
    #expect(read?.value == value)
    #expect(read?.next == buffer.readableBytes)
    #expect(Varint.read(buffer.readableBytesSpan.extracting(droppingLast: 1), at: 0) == nil)
  }

  @Test func `a varint without an end is none`() {
    let bytes = ByteBuffer(repeating: 0xFF, count: 20)
    #expect(Varint.read(bytes.readableBytesSpan, at: 0) == nil)
    #expect(Varint.read(bytes.readableBytesSpan, at: 20) == nil)
  }

  @Test(arguments: [0, 125, 126, 65_535, 65_536])
  func `a frame's header has the right length field`(_ count: Int) {
    var frame = ByteBuffer()
    frame.writeFrameHeader(.binary, payloadCount: count)
    let expected: [UInt8] =
      switch count {
      case ..<126: [0x82, UInt8(count)]
      case ..<65_536: [0x82, 126, UInt8(count >> 8), UInt8(count & 255)]
      default: [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]
      }
    #expect(Array(frame.readableBytesView) == expected)
  }

  // MARK: Pushes

  private static let events: [Event] = [
    .moved(PlayerID(UInt64(1_000)), region: 5), .granted(PlayerID(UInt64(1_000)), coins: 1_000_000),
    .defined(kind: 9),
  ]

  private func batch(entries: Int) throws -> EntryBatch {
    var batch = EntryBatch(after: Position(41), epoch: Epoch(1))
    for _ in 0..<entries {
      try batch.append(
        time: Timestamp(microseconds: 1_700_000_000_000_000), actor: ActorID(1_000),
        commandID: CommandID(1), kinds: Self.events.compactMap(\.kind),
        payload: try Payload.with { $0.events = Self.events }.serializedBytes())
    }
    return batch
  }

  private func frames(_ buffer: ByteBuffer) -> [[UInt8]] {
    var bytes = Array(buffer.readableBytesView)[...]
    var frames: [[UInt8]] = []
    while !bytes.isEmpty {
      let start = bytes.startIndex
      let short = Int(bytes[start + 1])
      let wide = short < 126 ? 0 : short == 126 ? 2 : 8
      let count =
        wide == 0 ? short : bytes[(start + 2)..<(start + 2 + wide)].reduce(0) { $0 << 8 | Int($1) }
      frames.append(Array(bytes[(start + 2 + wide)..<(start + 2 + wide + count)]))
      bytes = bytes[(start + 2 + wide + count)...]
    }
    return frames
  }

  @Test(arguments: [0b111, 0b001, 0b010, 0b100, 0b101] as [UInt64])
  func `a push holds the visible events, as the encoder would put them`(_ mask: UInt64) throws {
    let batch = try batch(entries: 1)
    let texts = [Self.text("zero 🎵", of: 0), Self.text(String(repeating: "2", count: 200), of: 2)][
      ...]
    var writer = PushWriter(compressor: Compressor())
    batch.withEntry(at: 0) { writer.append($0, events: mask, isWhole: mask == 0b111, texts: texts) }
    var buffer = ByteBuffer()
    try writer.finish(into: &buffer, as: MessageForm(subprotocol: .proto))
    let expected = ServerMessage.with {
      $0.push.entries = [
        .with {
          $0.position = 42
          $0.timeUs = 1_700_000_000_000_000
          $0.actor = 1_000
          $0.payload.events = Self.events.enumerated()
            .filter { mask & 1 << UInt64($0.offset) != 0 }.map(\.element)
          $0.texts = texts.filter { mask & 1 << UInt64($0.event) != 0 }.map { text in
            .with {
              $0.event = UInt32((mask & ((1 << UInt64(text.event)) - 1)).nonzeroBitCount)
              $0.text = text.text
            }
          }
        }
      ]
    }
    let bytes: [UInt8] = try expected.serializedBytes()
    #expect(frames(buffer) == [bytes])

    batch.withEntry(at: 0) { writer.append($0, events: mask, isWhole: mask == 0b111, texts: texts) }
    var text = ByteBuffer()
    try writer.finish(into: &text, as: MessageForm(subprotocol: .json))
    #expect(try ServerMessage(jsonUTF8Bytes: frames(text)[0]) == expected)
  }

  private static func text(_ text: String, of event: Int) -> KeptText {
    KeptText(
      position: Position(42), event: event, player: PlayerID(UInt64(1_000)),
      time: Timestamp(microseconds: 0), text: text)
  }

  @Test func `what cannot be put together is not in the next message`() throws {
    var batch = EntryBatch(after: .zero, epoch: Epoch(1))
    try batch.append(
      time: Timestamp(microseconds: 0), actor: ActorID(1_000), commandID: .none,
      kinds: [EventKind(system: 1, event: 1)], payload: [0x0A, 0x05, 0x01])
    var writer = PushWriter(compressor: Compressor())
    batch.withEntry(at: 0) { writer.append($0, events: 1, isWhole: true, texts: []) }
    var buffer = ByteBuffer()
    #expect(throws: (any Error).self) {
      try writer.finish(into: &buffer, as: MessageForm(subprotocol: .json))
    }
    #expect(writer.byteCount == 0)
  }

  @Test func `texts that wait for a slow reader count, as long as their events do`() throws {
    let batch = try batch(entries: 2)
    let text = Self.text(String(repeating: "x", count: 2_000), of: 0)
    var entries = ConflatedEntries()
    for index in 0..<2 {
      batch.withEntry(at: index) {
        // The first of its events says how something stands.
        entries.append(
          $0,
          MissedEntry(
            payload: nil, events: Self.events, visible: 0b001, isWhole: false, texts: [text][...]))
      }
      // The second supersedes the first, with its text.
      #expect((2_000..<2_500).contains(entries.byteCount))
      #expect(entries.superseded == index)
    }
  }

  @Test func `a writer with nothing to say says nothing`() throws {
    var writer = PushWriter(compressor: Compressor())
    var buffer = ByteBuffer()
    try writer.finish(into: &buffer, as: MessageForm(subprotocol: .proto))
    #expect(buffer.readableBytes == 0)
  }

  @Test(
    arguments: [[0x0A], [0x0A, 0x05, 0x01], [0x12, 0x00], [0x0A, 0xFF, 0xFF, 0xFF]] as [[UInt8]])
  func `stored bytes that are no payload show nothing, and do not trap`(_ payload: [UInt8]) throws {
    var batch = EntryBatch(after: .zero, epoch: Epoch(1))
    try batch.append(
      time: Timestamp(microseconds: 0), actor: ActorID(1_000), commandID: .none,
      kinds: [EventKind(system: 1, event: 1)], payload: payload)
    var writer = PushWriter(compressor: Compressor())
    batch.withEntry(at: 0) { writer.append($0, events: 1, isWhole: false, texts: []) }
    var buffer = ByteBuffer()
    try writer.finish(into: &buffer, as: MessageForm(subprotocol: .proto))
    let message = try ServerMessage(serializedBytes: frames(buffer)[0])
    #expect(message.push.entries.map(\.payload.events.count) == [0])
  }
}
