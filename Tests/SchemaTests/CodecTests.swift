import Schema
import SwiftProtobuf
import Testing

/// The generated codec and SwiftProtobuf make the same of everything.
@Suite struct CodecTests {
  /// The roots of what is stored and sent, and the rows: every other message is in one of them.
  static let types: [any WireMessage.Type] = [
    Payload.self, ClientMessage.self, ServerMessage.self, Answer.self, Query.self, Command.self,
    WorldFile.self, InventoryRow.self, PileRow.self, TradeRow.self, SessionsRow.self,
    PresenceRow.self, MovementRow.self, ProfileRow.self, RetryRow.self, JobRow.self,
    RegionRow.self, WorldRow.self, LedgerRow.self, ItemKindRow.self, UniqueItemRow.self,
  ]

  @Test(arguments: types.indices)
  func `random messages are read and written as the library does`(index: Int) throws {
    var maker = MessageMaker(seed: UInt64(index))
    for _ in 0..<1_500 { try check(Self.types[index], &maker) }
    #expect(maker.fieldCount > 300, "the messages are empty")
  }

  private func check<Value: WireMessage>(_ type: Value.Type, _ maker: inout MessageMaker) throws {
    let message: Value = try maker.message()
    let bytes: [UInt8] = try message.serializedBytes()
    #expect(message.wireBytes == bytes)
    let read = try unsafe Value(wire: bytes.span.bytes)
    #expect(read.isEqualTo(message: message))
  }

  @Test(arguments: types.indices)
  func `damaged bytes are read or refused as the library does`(index: Int) throws {
    var maker = MessageMaker(seed: UInt64(index) + 1_000)
    for _ in 0..<400 { try checkDamaged(Self.types[index], &maker) }
  }

  private func checkDamaged<Value: WireMessage>(
    _ type: Value.Type, _ maker: inout MessageMaker
  ) throws {
    var bytes = (try maker.message() as Value).wireBytes
    for _ in 0...maker.below(3) {
      switch bytes.isEmpty ? 2 : maker.below(4) {
      case 0: bytes[maker.below(bytes.count)] ^= 1 << UInt8(maker.below(8))
      case 1: bytes.removeLast(maker.below(bytes.count))
      case 2: bytes.append(UInt8(maker.below(256)))
      default: bytes += bytes.prefix(maker.below(bytes.count))
      }
    }
    let ours = try? unsafe Value(wire: bytes.span.bytes)
    let theirs = try? Value(serializedBytes: bytes)
    if let ours, let theirs {
      #expect(ours.isEqualTo(message: theirs), "\(bytes)")
    } else {
      #expect((ours == nil) == (theirs == nil), "\(bytes)")
    }
  }

  @Test func `unknown fields are kept`() throws {
    let bytes: [UInt8] = [0x08, 0x07, 0xF8, 0x07, 0x2A]
    let point = try unsafe Point(wire: bytes.span.bytes)
    #expect(point.xMm == 7)
    #expect(point.wireBytes == bytes)
  }

  @Test func `a payload is written event by event`() throws {
    var maker = MessageMaker(seed: 7)
    let payload: Payload = try maker.message()
    var writer = WireWriter()
    writer.append(payload: payload.events)
    #expect(writer.bytes == (try payload.serializedBytes() as [UInt8]))
    writer.clear()
    #expect(writer.bytes.isEmpty)
  }

  @Test func `lengths of more than one byte are written`() throws {
    for count in [0, 127, 128, 16_383, 16_384] {
      let message = Payload.with { payload in
        payload.events = [
          .with { $0.players.profileCreated.name = String(repeating: "a", count: count) }
        ]
      }
      #expect(message.wireBytes == (try message.serializedBytes() as [UInt8]), "\(count) letters")
    }
  }
}
