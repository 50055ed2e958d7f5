import Testing

@testable import WebSocket

/// permessage-deflate: what is negotiated, and what is made of the bytes.
struct CompressionTests {
  private static let standard =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

  @Test(arguments: [
    (["permessage-deflate"], standard),
    (["permessage-deflate; client_max_window_bits"], standard),
    (["permessage-deflate;client_max_window_bits=8 ;server_no_context_takeover"], standard),
    (["permessage-deflate; client_no_context_takeover"], standard),
    (["Permessage-Deflate ; Client_Max_Window_Bits = \"10\""], standard),
    (
      ["permessage-deflate; server_max_window_bits=10"],
      standard + "; server_max_window_bits=10"
    ),
    (["permessage-deflate; server_max_window_bits=15"], standard + "; server_max_window_bits=15"),
    // The first that can be fulfilled.
    (
      ["permessage-deflate; server_max_window_bits=8, permessage-deflate"], standard
    ),
    (
      [
        "x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=9",
        "permessage-deflate",
      ],
      standard + "; server_max_window_bits=9"
    ),
    (["foo; bar=\"1\"", "permessage-deflate"], standard),
    (["], nonsense", "permessage-deflate"], standard),
  ])
  func `an offer is taken`(_ offers: [String], _ response: String) throws {
    #expect(try #require(Compression(offers: offers)).response == response)
  }

  @Test(arguments: [
    [], [""], ["foo"], ["permessage-deflate; "], ["permessage-deflate; foo"],
    ["permessage-deflate; server_no_context_takeover=1"],
    ["permessage-deflate; server_max_window_bits"],
    ["permessage-deflate; server_max_window_bits=8"],
    ["permessage-deflate; server_max_window_bits=16"],
    ["permessage-deflate; server_max_window_bits=010"],
    ["permessage-deflate; server_max_window_bits=-9"],
    ["permessage-deflate; server_max_window_bits=99999999999999999999"],
    ["permessage-deflate; client_max_window_bits=7"],
    ["permessage-deflate; client_max_window_bits="],
    ["permessage-deflate; client_max_window_bits=\"9"],
    ["permessage-deflate; client_no_context_takeover; client_no_context_takeover"],
    ["permessage-deflate client_no_context_takeover"],
    ["permessage-deflate,"],
    [String(repeating: "permessage-deflate, ", count: 1_000) + "permessage-deflate"],
  ])
  func `what is no good offer is declined`(_ offers: [String]) {
    #expect(Compression(offers: offers) == nil)
  }

  // RFC 7692, section 7.2.3.
  @Test(arguments: [
    [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00] as [UInt8],
    [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
    [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
    [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
  ])
  func `the examples of the RFC decompress`(_ bytes: [UInt8]) {
    let reading = read(frame(1, bytes, reserved: 0x40), compression: .unlimited)
    #expect(reading.messages == [.init(event: .message(.text), payload: Array("Hello".utf8))])
  }

  @Test func `each message is compressed by itself`() throws {
    // As the second example of section 7.2.3.2, which refers to the message before.
    let bytes = frame(1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], reserved: 0x40)
    let second = frame(1, [0xF2, 0x00, 0x11, 0x00, 0x00], reserved: 0x40)
    let reading = read(bytes + second, compression: .unlimited)
    #expect(reading.messages.count == 1)
    #expect(reading.fault == .badCompression)
  }

  @Test func `a message that is cut off is none`() throws {
    let whole = try #require(compressed((0..<2_000).map { UInt8(truncatingIfNeeded: $0 / 3) }))
    for count in stride(from: 1, to: whole.count - 1, by: 7) {
      let cut = Array(whole[..<count])
      #expect(
        read(frame(2, cut, reserved: 0x40), compression: .unlimited).fault == .badCompression)
    }
  }

  @Test(arguments: [9, 12, 15])
  func `what is compressed for any window decompresses`(_ bits: Int) throws {
    let compression = try #require(
      Compression(offers: ["permessage-deflate; server_max_window_bits=\(bits)"]))
    var numbers = Numbers(seed: 7)
    let message = (0..<50_000).map { _ in UInt8(numbers.next(below: 7)) }
    let compressor = Compressor()
    for _ in 0..<3 {
      let bytes = try #require(compressor.compress(unsafe message.span.bytes, compression))
      let reading = read(frame(2, Array(bytes), reserved: 0x40), compression: .unlimited)
      #expect(reading.messages.first?.payload == message)
    }
    let tally = compressor.takeTally()
    #expect(tally.before == 150_000)
    #expect(tally.after < 75_000)
    #expect(compressor.takeTally() == .init())
  }

  @Test func `what is short, or does not become smaller, is left as it is`() {
    let compressor = Compressor()
    let short = [UInt8](repeating: 1, count: Compressor.bytesMin - 1)
    #expect(compressor.compress(unsafe short.span.bytes, .unlimited) == nil)
    var numbers = Numbers(seed: 3)
    let noise = (0..<4_096).map { _ in UInt8(numbers.next(below: 256)) }
    #expect(compressor.compress(unsafe noise.span.bytes, .unlimited) == nil)
    #expect(compressor.takeTally() == .init())
  }

  @Test(arguments: [0, 1, 1_000_000])
  func `a message that decompresses to more than allowed is refused`(_ more: Int) throws {
    let bytes = try #require(compressed([UInt8](repeating: 0x20, count: 65_536 + more)))
    #expect(bytes.count < 5_000)
    let reading = read(frame(1, bytes, reserved: 0x40), compression: .unlimited)
    #expect(reading.fault == (more == 0 ? nil : .tooLarge))
    #expect(reading.messages.first?.payload.count == (more == 0 ? 65_536 : nil))
  }

  @Test func `a bomb is not decompressed further than the limit`() throws {
    let bomb = try #require(compressed([UInt8](repeating: 0, count: 1 << 26)))
    var target = [UInt8](repeating: 1, count: 2_048)
    let inflater = Inflater()
    #expect(throws: FrameFault.tooLarge) {
      try inflater.inflate(bomb[...], into: &target, bytesMax: 1_024)
    }
    // One byte more was taken, and nothing behind it.
    #expect(target == [UInt8](repeating: 0, count: 1_025) + [UInt8](repeating: 1, count: 1_023))
    // The next message is read as if nothing had been.
    let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
    #expect(try inflater.inflate(hello[...], into: &target, bytesMax: 1_024) == 5)
  }

  @Test(arguments: 0..<20)
  func `altered bytes are refused, or some message within the limit`(_ seed: Int) throws {
    var numbers = Numbers(seed: UInt64(seed))
    var bytes = try #require(
      compressed((0..<3_000).map { _ in UInt8(numbers.next(below: 20)) }))
    for _ in 0..<200 {
      bytes[numbers.next(below: bytes.count)] ^= UInt8(1 + numbers.next(below: 255))
      let reading = read(
        frame(2, bytes, reserved: 0x40), compression: .unlimited, bytesMax: 4_096)
      #expect(reading.fault != nil || reading.messages[0].payload.count <= 4_096)
    }
  }
}
