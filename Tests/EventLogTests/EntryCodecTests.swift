import CCRC32C
import EventLog
import EventLogTesting
import Testing

@Suite struct EntryCodecTests {
  @Test func `entries have the bytes that the format describes`() throws {
    let batches = [try GoldenEntries.firstBatch(), try GoldenEntries.secondBatch()]
    #expect(batches[0].bytes == GoldenEntries.first.bytes + GoldenEntries.second.bytes)
    #expect(batches[1].bytes == GoldenEntries.third.bytes)
  }

  @Test func `every field of the header is read back`() throws {
    let (header, payload) = try GoldenEntries.first.decoded(expected: .first)
    #expect(header.position == .first)
    #expect(header.epoch == Epoch(2))
    #expect(header.time == GoldenEntries.start)
    #expect(header.actor == .firstPlayer)
    #expect(header.commandID == CommandID(0x1122_3344_5566_7788))
    #expect(header.eventCount == 3)
    #expect(Array(header.kinds) == [(1, 2), (3, 1)].map { EventKind(system: $0.0, event: $0.1) })
    #expect(header.flags == 0)
    #expect(payload == GoldenEntries.payload)
  }

  @Test func `heads of the chain are the hashes that the format describes`() throws {
    let first = ChainHead.genesis.extended(by: try GoldenEntries.firstBatch().bytes)
    let second = first.extended(by: try GoldenEntries.secondBatch().bytes)
    #expect([first, second].map(\.description) == GoldenEntries.heads)
    #expect(ChainHead(second.bytes) == second)
    #expect(ChainHead(second.bytes.dropLast()) == nil)
  }

  @Test func `any other value of any byte is detected`() {
    for offset in GoldenEntries.first.bytes.indices {
      for difference in UInt8(1)...255 {
        var damaged = GoldenEntries.first
        damaged.bytes[offset] ^= difference
        if damaged.fault() == nil {
          Issue.record("Byte \(offset) changed by \(difference) was not noticed.")
        }
      }
    }
  }

  @Test func `any truncation and any addition is detected`() {
    let whole = GoldenEntries.first.bytes
    for count in 0..<whole.count {
      let expected: EntryFault =
        count < 56 ? .length(stated: 56, actual: count) : .length(stated: 62, actual: count)
      #expect(SampleBytes(Array(whole[..<count])).fault() == expected)
    }
    #expect(SampleBytes(whole + [0]).fault() == .length(stated: 62, actual: 63))
    #expect(SampleBytes(whole + whole).fault() == .length(stated: 62, actual: 124))
  }

  @Test func `another entry than the expected one is detected`() {
    #expect(
      GoldenEntries.second.fault(expected: .first)
        == .position(expected: .first, found: Position(2)))
    #expect(GoldenEntries.second.fault(expected: Position(2)) == nil)
  }

  @Test(
    arguments: [
      (4, [2], .version(2)),
      (5, [0x80], .flags(0x80)),
      (6, [0, 0], .eventCount(events: 0, kinds: 2)),
      (6, [1, 0], .eventCount(events: 1, kinds: 2)),
      (8, littleEndian(UInt64(0)), .positionRange(0)),
      (8, littleEndian(UInt64.max), .positionRange(.max)),
      (8, littleEndian(UInt64(1) << 63), .positionRange(1 << 63)),
      (48, [0, 0], .eventCount(events: 3, kinds: 0)),
      (6, [255, 255] + Array(GoldenEntries.first.bytes[8..<48]) + [255, 255], .kinds),
      (6, [9, 0] + Array(GoldenEntries.first.bytes[8..<48]) + [5, 0], .kinds),
      (50, [1, 3, 2, 1], .kinds),
      (50, [2, 1, 2, 1], .kinds),
    ] as [(Int, [UInt8], EntryFault)])
  func `a well-formed lie is named`(offset: Int, bytes: [UInt8], fault: EntryFault) {
    #expect(GoldenEntries.first.forged(at: offset, bytes).fault() == fault)
  }

  @Test func `a stated length above the limit is refused even when it is true`() {
    let long = SampleBytes(
      GoldenEntries.first.bytes + Array(repeating: 0, count: EntryFormat.byteCountMax))
    let forged = long.forged(at: 4, [1])
    #expect(forged.fault() == .tooLarge(byteCount: forged.bytes.count))
  }

  @Test(arguments: 0..<20)
  func `random bytes never trap`(seed: UInt64) {
    var random = SplitMix(seed: seed)
    for _ in 0..<500 {
      let noise = SampleBytes((0..<random.next() % 200).map { _ in UInt8(random.next() & 0xFF) })
      #expect(noise.fault() != nil)
      var mutated = GoldenEntries.first.bytes
      for _ in 0...random.next() % 4 {
        mutated[Int(random.next() % UInt64(mutated.count))] = UInt8(random.next() & 0xFF)
      }
      // The checksum fits, so that the checks behind it are reached.
      let forged = SampleBytes(mutated).forged(at: 4, [UInt8(random.next() & 1)])
      if let (header, payload) = try? forged.decoded() {
        let byteCount = EntryFormat.byteCount(kinds: header.kinds.count, payload: payload.count)
        #expect(byteCount == forged.bytes.count)
      }
    }
  }

  @Test(
    arguments: [
      ([], 0), (Array("123456789".utf8), 0xE306_9283),
      (Array(repeating: 0, count: 32), 0x8A91_36AA),
      (Array(repeating: 0xFF, count: 32), 0x62A8_AB43),
      (Array(0..<32), 0x46DD_794E), (Array((0..<32).reversed()), 0x113F_DB5C),
    ] as [([UInt8], UInt32)])
  func `checksums are those of RFC 3720`(bytes: [UInt8], checksum: UInt32) {
    #expect(unsafe CCRC32C.ccrc32c(0, bytes, bytes.count) == checksum)
    #expect(unsafe ccrc32c_portable(0, bytes, bytes.count) == checksum)
  }

  @Test func `the processor's checksum is that of the table, whole or in pieces`() {
    var random = SplitMix(seed: 1)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8(random.next() & 0xFF) }
      let whole = unsafe CCRC32C.ccrc32c(0, bytes, count)
      #expect(unsafe whole == ccrc32c_portable(0, bytes, count))
      let half = unsafe CCRC32C.ccrc32c(0, bytes, count / 2)
      let rest = Array(bytes[(count / 2)...])
      #expect(unsafe whole == CCRC32C.ccrc32c(half, rest, rest.count))
    }
  }
}

/// Random numbers that a seed repeats.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
