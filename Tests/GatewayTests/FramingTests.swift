import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

/// RFC 6455 over a real socket: what is allowed works, what is not closes with the right code.
@Suite(.serialized) struct FramingTests {
  @Test func `a ping is answered with its payload`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade()
      try client.send(frame: 9, [1, 2, 3])
      #expect(try client.frame() == RawClient.Frame(opcode: 10, payload: [1, 2, 3]))
    }
  }

  @Test func `a message in fragments is one message, also with a ping in between`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      try client.upgrade(json: true)
      let bytes = try client.bytes(of: .signIn(7, client: "trück"))
      let middle = try #require(bytes.firstIndex(of: 0xC3)) + 1
      try client.send(frame: 1, Array(bytes[..<middle]), isFinal: false)
      try client.send(frame: 9, [9])
      try client.send(frame: 0, [], isFinal: false)
      try client.send(frame: 0, Array(bytes[middle...]))
      #expect(try client.frame() == RawClient.Frame(opcode: 10, payload: [9]))
      #expect(try client.message().id == 7)
    }
  }

  @Test func `frames may come byte by byte, or many at once`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      var bytes: [UInt8] = []
      for id in UInt64(2)..<5 { bytes += RawClient.frame(2, try client.bytes(of: .query(id))) }
      for byte in bytes { try client.send(bytes: [byte]) }
      try client.send(bytes: bytes.map { $0 })
      for id in UInt64(2)..<5 { #expect(try client.message().id == id) }
    }
  }

  @Test(arguments: [125, 126, 65_535, 65_536])
  func `messages of all header sizes are read`(_ size: Int) async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      var message = ClientMessage.query(2)
      // An unknown field, which is ignored, makes up the length.
      let base = try message.serializedBytes() as [UInt8]
      let header = size - base.count > 16_500 ? 5 : size - base.count > 130 ? 4 : 3
      let filler = size - base.count - header
      var field: [UInt8] = [0xFA, 0x01]
      var rest = filler
      while rest >= 0x80 {
        field.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
      }
      field.append(UInt8(rest))
      message = try ClientMessage(serializedBytes: base)
      let bytes = base + field + [UInt8](repeating: 7, count: filler)
      #expect(bytes.count == size)
      try client.send(frame: 2, bytes)
      #expect(try client.message().id == 2)
    }
  }

  struct Violation: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var code: GoodbyeCode
    var testDescription: String { name }
  }

  @Test(arguments: [
    Violation(
      name: "unmasked", bytes: RawClient.frame(2, [1], isMasked: false), code: .badFraming),
    Violation(
      name: "reserved bit", bytes: RawClient.frame(2, [1], reserved: 0x40), code: .badFraming),
    Violation(name: "unknown opcode", bytes: RawClient.frame(3, []), code: .badFraming),
    Violation(name: "unknown control", bytes: RawClient.frame(0xB, []), code: .badFraming),
    Violation(
      name: "fragmented ping", bytes: RawClient.frame(9, [], isFinal: false), code: .badFraming),
    Violation(
      name: "long ping", bytes: RawClient.frame(9, [UInt8](repeating: 0, count: 126)),
      code: .badFraming),
    Violation(name: "continuation first", bytes: RawClient.frame(0, []), code: .badFraming),
    Violation(
      name: "new message within a message",
      bytes: RawClient.frame(2, [], isFinal: false) + RawClient.frame(2, []), code: .badFraming),
    Violation(
      name: "long length of a short frame", bytes: [0x82, 0xFE, 0, 1, 0, 0, 0, 0, 1],
      code: .badFraming),
    Violation(name: "close of one byte", bytes: RawClient.frame(8, [3]), code: .badFraming),
    Violation(
      name: "close with a code that is never sent", bytes: RawClient.frame(8, [0x03, 0xED]),
      code: .badFraming),
    Violation(
      name: "close with a reason that is not UTF-8", bytes: RawClient.frame(8, [0x03, 0xE8, 0xFF]),
      code: .badFraming),
    Violation(
      name: "too long", bytes: [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1], code: .messageTooLarge),
    Violation(
      name: "an absurd length",
      bytes: [0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
      code: .messageTooLarge),
    Violation(
      name: "too long in fragments",
      bytes: RawClient.frame(2, [UInt8](repeating: 0, count: 40_000), isFinal: false)
        + RawClient.frame(0, [UInt8](repeating: 0, count: 30_000)), code: .messageTooLarge),
    Violation(
      name: "too many fragments",
      bytes: RawClient.frame(2, [], isFinal: false)
        + (0..<1_024).flatMap { _ in RawClient.frame(0, [], isFinal: false) },
      code: .messageTooLarge),
    Violation(
      name: "text in the binary subprotocol", bytes: RawClient.frame(1, []), code: .wrongFrameKind),
  ])
  func `a violation is told and closes`(_ violation: Violation) async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      try client.send(bytes: violation.bytes)
      try client.expectGoodbye(violation.code)
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .expelled })
    }
  }

  @Test func `text that is not UTF-8 closes`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest(json: true)
      try client.send(frame: 1, [0x7B, 0xFF, 0x7D])
      try client.expectGoodbye(.notUTF8)
    }
  }

  @Test func `bytes in the text subprotocol close`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest(json: true)
      try client.send(frame: 2, [])
      try client.expectGoodbye(.wrongFrameKind)
    }
  }

  @Test func `a close is answered, ends the session, and the server closes`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      try client.send(frame: 8, [0x03, 0xE9, 0x62, 0x79, 0x65])
      #expect(try client.closeCode() == 1001)
      #expect(try client.isClosed())
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .farewell })
    }
  }

  @Test func `when the client answers the server's close, the server closes at once`() async throws
  {
    try await GatewayFixture.run(.adjusted { $0.limits.closingTimeout = .seconds(60) }) { gateway in
      let (client, _) = try gateway.guest()
      try client.send(.farewell(2))
      try client.expectGoodbye(.farewell)
      try client.send(frame: 8, [0x03, 0xE8])
      #expect(try client.isClosed())
    }
  }

  @Test func `nothing comes after the close frame, whatever is answered by then`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      gateway.engine.state.withLock { $0.holdsReplies = true }
      try client.send(.query(2))
      #expect(gateway.eventually { gateway.engine.requestCount == 1 })
      try client.send(frame: 1, [])
      try client.expectGoodbye(.wrongFrameKind)
      gateway.engine.answer(2, of: player)
      try client.send(frame: 8, [])
      #expect(try client.frame() == nil)
    }
  }

  @Test func `a client that does not answer the close is closed all the same`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.closingTimeout = .milliseconds(200) }) {
      gateway in
      let (client, _) = try gateway.guest()
      try client.send(.farewell(2))
      try client.expectGoodbye(.farewell)
      #expect(try client.isClosed())
    }
  }

  @Test func `a connection that breaks is a lost session`() async throws {
    try await GatewayFixture.run { gateway in
      let player = try gateway.guest().player
      #expect(gateway.eventually { gateway.engine.endOfSession(of: player) == .lost })
    }
  }
}
