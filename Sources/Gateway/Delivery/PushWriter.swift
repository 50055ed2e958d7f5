import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import WebSocket

/// Puts pushes together from stored bytes: nothing is decoded, nothing encoded anew.
///
/// A stored payload is the message `Payload`, whose events are its field 1, repeated;
/// `PushedEntry.payload` is the same message. So a payload that may be seen whole is copied whole,
/// and of another the bytes of the visible events are.
struct PushWriter {
  /// After how many bytes of entries a message ends and the next begins, so that no receiver needs
  /// to hold much at a time.
  ///
  /// One entry alone may be longer.
  static let messageBytes = 256 * 1_024

  /// The entries of the message at hand, as fields of `Push`.
  private var entries = ByteBuffer()

  /// What compresses messages.
  let compressor: Compressor

  /// A writer without entries.
  init(compressor: Compressor) {
    self.compressor = compressor
  }

  /// The bytes of entries at hand.
  var byteCount: Int { entries.readableBytes }

  /// Adds what may be seen of an entry.
  ///
  /// - Parameters:
  ///   - entry: The entry.
  ///   - events: The visible events: bit n for the n-th.
  ///   - isWhole: Whether all are visible.
  ///   - texts: The texts that go with the entry's events, by event; those of visible ones are told.
  mutating func append(
    _ entry: borrowing EntryView, events: UInt64, isWhole: Bool, texts: ArraySlice<KeptText>
  ) {
    append(entry, payload: entry.payload, events: events, isWhole: isWhole, texts: texts)
  }

  /// Adds what may be seen of a payload, as that of an entry.
  mutating func append(
    _ entry: borrowing EntryView, payload: RawSpan, events: UInt64, isWhole: Bool,
    texts: ArraySlice<KeptText>
  ) {
    var payloadCount = payload.byteCount
    if !isWhole {
      payloadCount = 0
      Self.forEachVisible(of: payload, events: events) { payloadCount += $0.count }
    }
    let told = VisibleText.select(from: texts, events: events)
    appendHeader(
      position: entry.position.rawValue, time: UInt64(bitPattern: entry.time.microseconds),
      actor: entry.actor.rawValue, payloadCount: payloadCount,
      textsCount: told.reduce(0) { $0 + $1.fieldCount })
    if isWhole {
      entries.writeBytes(payload)
    } else {
      Self.forEachVisible(of: payload, events: events) { range in
        entries.writeBytes(payload.extracting(range))
      }
    }
    for text in told { text.write(into: &entries) }
  }

  /// Tells in the message at hand how many events were left out; behind all of its entries.
  mutating func note(superseded count: Int) {
    guard count > 0 else { return }
    entries.writeInteger(UInt8(0x10))  // Push.superseded
    entries.writeVarint(UInt64(count))
  }

  /// Everything of a pushed entry that comes before its payload.
  private mutating func appendHeader(
    position: UInt64, time: UInt64, actor: UInt64, payloadCount: Int, textsCount: Int
  ) {
    let count =
      4 + Varint.count(of: position) + Varint.count(of: time) + Varint.count(of: actor)
      + Varint.count(of: UInt64(payloadCount)) + payloadCount + textsCount
    // A tag and a varint of at most ten bytes, five times.
    entries.writeWithOutputRawSpan(minimumWritableBytes: 55) { output in
      output.append(0x0A)
      output.append(varint: UInt64(count))
      output.append(0x08)
      output.append(varint: position)
      output.append(0x10)
      output.append(varint: time)
      output.append(0x18)
      output.append(varint: actor)
      output.append(0x22)
      output.append(varint: UInt64(payloadCount))
    }
  }

  /// Calls `body` with where each visible event lies, tag and length included.
  ///
  /// Stops at bytes that are no payload.
  private static func forEachVisible(
    of payload: RawSpan, events: UInt64, _ body: (Range<Int>) -> Void
  ) {
    var start = 0
    var bit: UInt64 = 1
    while start < payload.byteCount, bit != 0 {
      guard let tag = Varint.read(payload, at: start), tag.value == 0x0A,
        let length = Varint.read(payload, at: tag.next),
        length.value <= UInt64(payload.byteCount - length.next)
      else { return }
      let end = length.next + Int(length.value)
      if events & bit != 0 { body(start..<end) }
      start = end
      bit <<= 1
    }
  }

  /// Ends the message at hand, if it has entries, and writes it as one frame.
  ///
  /// - Throws: What SwiftProtobuf throws for bytes that are no message, where they have to become
  ///   JSON.
  mutating func finish(into frames: inout ByteBuffer, as form: MessageForm) throws {
    guard byteCount > 0 else { return }
    // Whatever becomes of it, nothing of it may come into the message of somebody else.
    defer { entries.clear() }
    switch (form.subprotocol, form.compression) {
    case (.proto, nil):
      frames.writeFrameHeader(.binary, payloadCount: messageCount)
      writeMessage(to: &frames)
    case (.proto, let compression):
      var message = ByteBuffer()
      message.reserveCapacity(messageCount)
      writeMessage(to: &message)
      frames.writeFrame(
        .binary, message.readableBytesSpan, compression: compression, by: compressor)
    case (.json, _):
      var message = ServerMessage()
      message.push = try Push(serializedBytes: entries.readableBytesSpan)
      try frames.writeMessage(message, as: form, by: compressor)
    }
  }

  /// The bytes of a message with the entries at hand.
  private var messageCount: Int { 1 + Varint.count(of: UInt64(byteCount)) + byteCount }

  private func writeMessage(to buffer: inout ByteBuffer) {
    buffer.writeInteger(UInt8(0x52))  // ServerMessage.push
    buffer.writeVarint(UInt64(byteCount))
    buffer.writeImmutableBuffer(entries)
  }
}
