import Testing

@testable import WebSocket

/// Messages put together from whatever frames and pieces they come in.
struct MessageReaderTests {
  private static func message(_ text: String) -> Reading.Message {
    .init(event: .message(.text), payload: Array(text.utf8))
  }

  @Test(arguments: [1, 2, 3, 7, 64, 1_000, Int.max])
  func `pieces of any size come to the same`(_ size: Int) {
    let long = [UInt8]((0..<70_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
    let bytes =
      frame(1, Array("grüße".utf8)) + frame(2, long) + frame(2, [1], isFinal: false)
      + frame(9, [5, 6]) + frame(0, [], isFinal: false) + frame(10, []) + frame(0, [2, 3])
      + frame(2, []) + frame(8, [0x03, 0xE8])
    let reading = read(bytes, inPiecesOf: size, bytesMax: 70_000)
    #expect(reading.fault == nil)
    #expect(
      reading.messages == [
        Self.message("grüße"), .init(event: .message(.binary), payload: long),
        .init(event: .ping, payload: [5, 6]), .init(event: .pong, payload: []),
        .init(event: .message(.binary), payload: [1, 2, 3]),
        .init(event: .message(.binary), payload: []),
        .init(event: .close, payload: [0x03, 0xE8]),
      ])
  }

  @Test(arguments: 0..<40)
  func `a message cut at random is the message, compressed or not`(_ seed: Int) throws {
    var numbers = Numbers(seed: UInt64(seed))
    let text = String(
      (0..<600).map { _ in ["a", "é", "€", "🎵", "zz"][numbers.next(below: 5)] }.joined())
    let isCompressed = seed % 2 == 1
    let payload = isCompressed ? try #require(compressed(Array(text.utf8))) : Array(text.utf8)
    var bytes: [UInt8] = []
    var start = 0
    while start < payload.count {
      let end = min(payload.count, start + numbers.next(below: 200))
      let isFirst = bytes.isEmpty
      bytes += frame(
        isFirst ? 1 : 0, Array(payload[start..<end]), isFinal: end == payload.count,
        reserved: isFirst && isCompressed ? 0x40 : 0,
        mask: (0..<4).map { _ in UInt8(numbers.next(below: 256)) })
      if numbers.next(below: 4) == 0, end < payload.count { bytes += frame(9, []) }
      start = end
    }
    for size in [1, 5, 100, Int.max] {
      let reading = read(bytes, inPiecesOf: size, compression: .unlimited, fragmentsMax: 1_000)
      #expect(reading.fault == nil)
      #expect(reading.messages.filter { $0.event != .ping } == [Self.message(text)])
    }
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var fault: FrameFault
    /// At which byte it shows.
    var at: Int
    var testDescription: String { name }
  }

  @Test(arguments: [
    Wrong(name: "second bit", bytes: frame(2, [1], reserved: 0x20), fault: .reservedBits, at: 2),
    Wrong(name: "third bit", bytes: frame(2, [1], reserved: 0x10), fault: .reservedBits, at: 2),
    Wrong(
      name: "compressed ping", bytes: frame(9, [], reserved: 0x40), fault: .reservedBits, at: 2),
    Wrong(
      name: "compressed continuation",
      bytes: frame(2, [1], isFinal: false) + frame(0, [1], reserved: 0x40), fault: .reservedBits,
      at: 9),
    Wrong(name: "continuation of nothing", bytes: frame(0, []), fault: .fragmentOutOfOrder, at: 6),
    Wrong(
      name: "a length of 2^63", bytes: [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0],
      fault: .tooLarge, at: 10),
    Wrong(
      name: "a length of 2^63 - 1",
      bytes: [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], fault: .tooLarge, at: 10),
    Wrong(
      name: "a length of -1",
      bytes: [0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], fault: .tooLarge, at: 10),
    Wrong(
      name: "eight bytes for a length that two hold",
      bytes: [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], fault: .lengthNotMinimal, at: 10),
    Wrong(
      name: "fragments that are too long only together",
      bytes: frame(2, [UInt8](repeating: 0, count: 600), isFinal: false)
        + frame(0, [UInt8](repeating: 0, count: 425)), fault: .tooLarge, at: 616),
    Wrong(
      name: "a fragment too many",
      bytes: frame(2, [], isFinal: false) + (0..<3).flatMap { _ in frame(0, [], isFinal: false) }
        + frame(0, []), fault: .tooManyFragments, at: 30),
    Wrong(
      name: "text that goes wrong within a frame",
      bytes: frame(1, Array("grüße".utf8) + [0xF4, 0x90, 0x80, 0x80]), fault: .notUTF8, at: 15),
    Wrong(
      name: "text that goes wrong in a later fragment",
      bytes: frame(1, [0xF4], isFinal: false) + frame(0, [0x90], isFinal: false), fault: .notUTF8,
      at: 14),
    Wrong(
      name: "text that is cut off", bytes: frame(1, [0x61, 0xC3]), fault: .notUTF8, at: 8),
    Wrong(
      name: "no compressed data", bytes: frame(2, [0xFF, 0xFF], reserved: 0x40),
      fault: .badCompression, at: 8),
    Wrong(
      name: "compressed text that is not UTF-8",
      bytes: frame(1, [0x00, 0x01, 0x00, 0xFE, 0xFF, 0xFF, 0x00], reserved: 0x40), fault: .notUTF8,
      at: 13),
  ])
  func `what is wrong is refused at the byte that shows it`(_ wrong: Wrong) {
    let reading = read(
      wrong.bytes, inPiecesOf: 1, compression: .unlimited, bytesMax: 1_024, fragmentsMax: 4)
    #expect(reading.fault == wrong.fault)
    #expect(reading.cameBeforeFault == wrong.at)
    #expect(
      read(wrong.bytes, compression: .unlimited, bytesMax: 1_024, fragmentsMax: 4).fault
        == wrong.fault)
  }

  @Test func `nothing is compressed for those who have not negotiated it`() {
    #expect(read(frame(2, [1], reserved: 0x40)).fault == .reservedBits)
  }

  @Test func `text is UTF-8 exactly if Swift says so`() {
    let edges: [UInt8] = [
      0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
      0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var wrong = 0
    for first in edges {
      for second in edges {
        for third in edges {
          for fourth in [0x41, 0x7F, 0x80, 0xBF, 0xC0] as [UInt8] {
            let bytes = [first, second, third, fourth]
            var check = UTF8Check()
            let isTaken = check.take(unsafe bytes.span.bytes) && check.isComplete
            if isTaken != (String(validating: bytes, as: UTF8.self) != nil) { wrong += 1 }
          }
        }
      }
    }
    #expect(wrong == 0)
  }
}
