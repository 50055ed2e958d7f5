import Engine
import NIOCore

/// A text that goes with a visible event, as a field of `PushedEntry`.
struct VisibleText {
  /// The event among those that are visible, counted from 0.
  let event: Int
  /// The text.
  let text: String

  /// Those of an entry's texts that go with visible events; `events` has bit n for the n-th.
  static func select(from texts: ArraySlice<KeptText>, events: UInt64) -> [VisibleText] {
    guard !texts.isEmpty else { return [] }
    return texts.compactMap { text in
      guard text.event < UInt64.bitWidth else { return nil }
      let bit = UInt64(1) << UInt64(text.event)
      guard events & bit != 0 else { return nil }
      return VisibleText(event: (events & (bit - 1)).nonzeroBitCount, text: text.text)
    }
  }

  /// The bytes of the message `Text`.
  private var count: Int {
    let textCount = text.utf8.count
    let eventCount = event == 0 ? 0 : 1 + Varint.count(of: UInt64(event))
    return eventCount + 1 + Varint.count(of: UInt64(textCount)) + textCount
  }

  /// The bytes of the field.
  var fieldCount: Int { 1 + Varint.count(of: UInt64(count)) + count }

  /// Appends the field.
  func write(into buffer: inout ByteBuffer) {
    buffer.writeInteger(UInt8(0x2A))  // PushedEntry.texts
    buffer.writeVarint(UInt64(count))
    if event != 0 {
      buffer.writeInteger(UInt8(0x08))  // Text.event
      buffer.writeVarint(UInt64(event))
    }
    buffer.writeInteger(UInt8(0x12))  // Text.text
    buffer.writeVarint(UInt64(text.utf8.count))
    buffer.writeString(text)
  }
}
