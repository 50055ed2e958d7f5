import EventLog

/// Entries whose bytes were computed by another program; `docs/log-format.md` explains the first.
enum GoldenEntries {
  static let epoch = Epoch(2)

  static let first = SampleBytes(
    hex: """
      3e 00 00 00 01 00 03 00 01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 \
      00 40 1e 18 24 0a 06 00 e8 03 00 00 00 00 00 00 88 77 66 55 44 33 22 11 \
      02 00 02 01 01 03 73 6f 6e 67 12 67 1c e2
      """)

  static let second = SampleBytes(
    hex: """
      38 00 00 00 01 00 01 00 02 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 \
      01 40 1e 18 24 0a 06 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \
      01 00 00 04 51 d9 8d e2
      """)

  static let third = SampleBytes(
    hex: """
      3c 00 00 00 01 00 01 00 03 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 \
      01 40 1e 18 24 0a 06 00 e9 03 00 00 00 00 00 00 07 00 00 00 00 00 00 00 \
      01 00 02 01 65 63 68 6f b1 fa dc b4
      """)

  /// The chain after a batch of the first two, and after a batch of the third.
  static let heads = [
    "0d990f2f7f603527100a8ecc40199361f40263e7b144bb4f0141224719933ec4",
    "4d1f21544e5518b63c6da413c14ea3e27f49ca851ed96eb6b79413a4266a56e5",
  ]

  static let payload = Array("song".utf8)
  static let start = Timestamp(microseconds: 1_700_000_000_000_000)

  /// The first two entries, as the engine would append them.
  static func firstBatch() throws -> EntryBatch {
    var batch = EntryBatch(after: .zero, epoch: epoch)
    let kinds = [(3, 1), (1, 2), (1, 2)].map { EventKind(system: $0.0, event: $0.1) }
    try batch.append(
      time: start, actor: .firstPlayer, commandID: CommandID(0x1122_3344_5566_7788), kinds: kinds,
      payload: payload)
    try batch.append(
      time: start + 1, actor: .scheduler, commandID: .none,
      kinds: [EventKind(system: 4, event: 0)], payload: [])
    return batch
  }

  /// The third entry.
  static func secondBatch() throws -> EntryBatch {
    var batch = EntryBatch(after: Position(2), epoch: epoch)
    try batch.append(
      time: start + 1, actor: ActorID(1_001), commandID: CommandID(7),
      kinds: [EventKind(system: 1, event: 2)], payload: Array("echo".utf8))
    return batch
  }
}

/// An entry's bytes, to damage and to check.
struct SampleBytes {
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(hex: String) {
    bytes = hex.split(separator: " ").compactMap { UInt8($0, radix: 16) }
  }

  /// What decoding finds.
  func decoded(expected: Position? = nil) throws(EntryFault) -> (EntryHeader, payload: [UInt8]) {
    let view = try EntryView(validating: unsafe bytes.span.bytes, expected: expected)
    return (view.header, unsafe view.payload.withUnsafeBytes { unsafe Array($0) })
  }

  /// The fault that decoding finds; nil when the bytes are an entry.
  func fault(expected: Position? = nil) -> EntryFault? {
    do throws(EntryFault) {
      _ = try decoded(expected: expected)
      return nil
    } catch {
      return error
    }
  }

  /// The same with other bytes at `offset`, and a length and a checksum that fit them: what only a
  /// faulty program could have written.
  func forged(at offset: Int, _ replacement: [UInt8]) -> SampleBytes {
    var forged = Array(bytes.dropLast(4))
    forged.replaceSubrange(
      offset..<min(offset + replacement.count, forged.count), with: replacement)
    forged.replaceSubrange(0..<4, with: littleEndian(UInt32(forged.count + 4)))
    return SampleBytes(forged + littleEndian(crc32c(forged)))
  }
}

/// The bytes of a number, lowest first.
func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}

/// CRC-32C bit by bit, as its definition reads.
func crc32c(_ bytes: [UInt8]) -> UInt32 {
  var crc = UInt32.max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 {
      let carry = crc & 1
      crc >>= 1
      if carry == 1 { crc ^= 0x82F6_3B78 }
    }
  }
  return ~crc
}
