import NIOCore
import NIOWebSocket
import Schema
import SwiftProtobuf
import Testing

@testable import Client
@testable import WebSocket

/// permessage-deflate on the client's side: what is agreed on, and what is made of frames.
@Suite(.timeLimit(.minutes(1)))
struct CompressionTests {
  private static let bytesMax = 100_000

  private static func compressed(_ bytes: [UInt8]) throws -> ByteBuffer {
    let bytes = try #require(Compressor().compress(unsafe bytes.span.bytes, .unlimited))
    return ByteBuffer(bytes: bytes)
  }

  private static func assembly(compresses: Bool = true) -> MessageAssembly {
    MessageAssembly(bytesMax: bytesMax, compression: compresses ? .unlimited : nil)
  }

  @Test(arguments: [1, 2, 7, 1_000])
  func `messages are put together, compressed or not, in however many frames`(
    _ count: Int
  ) throws {
    var assembly = Self.assembly()
    for (size, isCompressed) in [(50_000, true), (0, false), (90_000, false), (100_000, true)] {
      let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 1_000) }
      var rest = isCompressed ? try Self.compressed(message) : ByteBuffer(bytes: message)
      var whole: ByteBuffer?
      for number in 0..<count {
        #expect(whole == nil)
        let part = rest.readSlice(length: rest.readableBytes / (count - number)) ?? ByteBuffer()
        whole = try assembly.take(
          WebSocketFrame(
            fin: number == count - 1, rsv1: isCompressed && number == 0,
            opcode: number == 0 ? .binary : .continuation, data: part))
      }
      #expect(whole.map { Array(buffer: $0) } == message)
    }
  }

  @Test func `what is too long is refused: as it comes, decompressed, and in frames`() throws {
    let long = [UInt8](repeating: 7, count: Self.bytesMax + 1)
    let bomb = try Self.compressed([UInt8](repeating: 0, count: 1 << 24))
    #expect(bomb.readableBytes < Self.bytesMax)
    let messages = [
      (ByteBuffer(bytes: long), false), (try Self.compressed(long), true), (bomb, true),
    ]
    for (data, isCompressed) in messages {
      var assembly = Self.assembly()
      #expect(throws: FrameFault.tooLarge) {
        try assembly.take(
          WebSocketFrame(fin: true, rsv1: isCompressed, opcode: .binary, data: data))
      }
    }
    var assembly = Self.assembly()
    let part = ByteBuffer(repeating: 7, count: 60_000)
    #expect(try assembly.take(WebSocketFrame(fin: false, opcode: .binary, data: part)) == nil)
    #expect(throws: FrameFault.tooLarge) {
      try assembly.take(WebSocketFrame(fin: true, opcode: .continuation, data: part))
    }
    var fragments = Self.assembly()
    #expect(throws: FrameFault.tooManyFragments) {
      for number in 0...1_024 {
        _ = try fragments.take(
          WebSocketFrame(
            fin: false, opcode: number == 0 ? .binary : .continuation, data: ByteBuffer()))
      }
    }
  }

  @Test func `frames out of order, and bits that nobody has agreed on, are refused`() throws {
    let data = ByteBuffer(string: "x")
    var assembly = Self.assembly()
    #expect(throws: FrameFault.fragmentOutOfOrder) {
      try assembly.take(WebSocketFrame(fin: true, opcode: .continuation, data: data))
    }
    var plain = Self.assembly(compresses: false)
    #expect(throws: FrameFault.reservedBits) {
      try plain.take(WebSocketFrame(fin: true, rsv1: true, opcode: .binary, data: data))
    }
    for bits in [(true, false, false), (false, true, false), (false, false, true)] {
      var assembly = Self.assembly()
      #expect(try assembly.take(WebSocketFrame(fin: false, opcode: .binary, data: data)) == nil)
      #expect(throws: FrameFault.reservedBits) {
        try assembly.take(
          WebSocketFrame(
            fin: true, rsv1: bits.0, rsv2: bits.1, rsv3: bits.2, opcode: .continuation, data: data))
      }
    }
    var broken = Self.assembly()
    #expect(throws: FrameFault.badCompression) {
      try broken.take(
        WebSocketFrame(
          fin: true, rsv1: true, opcode: .binary, data: ByteBuffer(bytes: [0xFF, 0xFF])))
    }
  }

  private static let script: ScriptedServer.Script = { connection, message in
    if message.isSignIn { return connection.welcome(message) }
    connection.acknowledge(message, at: 300)
  }

  @Test(arguments: [
    nil, "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    "permessage-deflate; server_no_context_takeover",
    "permessage-deflate; server_max_window_bits=10; server_no_context_takeover",
  ])
  func `a server may take the offer or not`(_ extensions: String?) async throws {
    try await ScriptedServer.run(extensions: extensions, script: Self.script) { server in
      let client = try await FinalverseClient.connect(to: server.url, options: .quick)
      #expect(try await client.stopMove() == 300)
    }
  }

  @Test(arguments: [
    ("permessage-deflate", true), ("permessage-deflate; client_no_context_takeover", true),
    ("x-webkit-deflate-frame", true),
    (Compression.offer + "; client_max_window_bits=10", true),
    (Compression.offer + "; foo", true), (Compression.offer + ", foo", true),
    (Compression.offer, false),
  ])
  func `an extension that was not offered ends the attempt`(
    _ extensions: String, offers: Bool
  ) async throws {
    try await ScriptedServer.run(extensions: extensions, script: Self.script) { server in
      let options = ClientOptions.quick { $0.compresses = offers }
      let fault = await #expect(throws: ClientFault.self) {
        _ = try await FinalverseClient.connect(to: server.url, options: options)
      }
      #expect(fault?.code == .protocolViolation)
    }
  }
}
