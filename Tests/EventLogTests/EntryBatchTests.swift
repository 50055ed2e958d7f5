import EventLog
import EventLogTesting
import Testing

@Suite struct EntryBatchTests {
  @Test func `a batch numbers its entries on from the log`() throws {
    let entries = (1...5).map { SampleEntry(number: $0) }
    let batch = try EntryBatch(after: Position(41), epoch: Epoch(3), entries)
    #expect(batch.count == 5)
    #expect(batch.firstPosition == Position(42))
    #expect(batch.lastPosition == Position(46))
    #expect(batch.firstTime == entries[0].time)
    #expect(batch.lastTime == entries[4].time)
    for (index, entry) in entries.enumerated() {
      #expect(batch.header(at: index).position == Position(UInt64(42 + index)))
      #expect(batch.header(at: index).epoch == Epoch(3))
      #expect(Array(batch.bytes[batch.payloadRange(at: index)]) == entry.payload)
      #expect(batch.withEntry(at: index) { SampleEntry($0) } == entry.asRead)
      #expect(SampleBytes(Array(batch.bytes[batch.byteRange(at: index)])).fault() == nil)
    }
    #expect(batch.byteRange(at: 4).upperBound == batch.bytes.count)
  }

  @Test func `a batch without entries has no times and ends where it begins`() {
    let batch = EntryBatch(after: Position(7), epoch: Epoch(1), reservingBytes: 1_000)
    #expect(batch.isEmpty)
    #expect(batch.firstTime == nil)
    #expect(batch.lastTime == nil)
    #expect(batch.firstPosition == Position(8))
    #expect(batch.lastPosition == Position(7))
  }

  private static let time = Timestamp(microseconds: 50)
  private static let kind = EventKind(system: 1, event: 1)

  @Test(
    arguments: [
      (
        SampleEntry(time: time - 1),
        .timeDecreased(from: time, to: time - 1)
      ),
      (SampleEntry(time: time, kinds: []), .eventCount(events: 0, kinds: 0)),
      (
        SampleEntry(time: time, kinds: Array(repeating: kind, count: 65_536)),
        .eventCount(events: 65_536, kinds: 1)
      ),
      (
        SampleEntry(time: time, payload: Array(repeating: 0, count: EntryFormat.byteCountMax - 55)),
        .tooLarge(byteCount: EntryFormat.byteCountMax + 1)
      ),
    ] as [(SampleEntry, EntryFault)])
  func `what cannot be an entry leaves the batch as it was`(
    entry: SampleEntry, fault: EntryFault
  ) throws {
    var batch = try EntryBatch(after: .zero, epoch: Epoch(1), [SampleEntry(time: Self.time)])
    let bytes = batch.bytes
    #expect(throws: fault) {
      try batch.append(
        time: entry.time, actor: entry.actor, commandID: entry.commandID, kinds: entry.kinds,
        payload: entry.payload)
    }
    #expect(batch.bytes == bytes)
    #expect(batch.count == 1)
    #expect(batch.lastTime == Self.time)
  }

  @Test func `kinds that outnumber the events are refused`() {
    var batch = EntryBatch(after: .zero, epoch: Epoch(1))
    let kinds: EventKinds = [Self.kind, EventKind(system: 2, event: 1)]
    #expect(throws: EntryFault.eventCount(events: 1, kinds: 2)) {
      try batch.append(
        time: Self.time, actor: .scheduler, commandID: .none, eventCount: 1, kinds: kinds,
        payload: RawSpan())
    }
  }

  @Test func `as many events as the format allows are kept`() throws {
    let kinds = (0..<65_535).map { EventKind(rawValue: UInt16($0)) }
    let batch = try EntryBatch(
      after: .zero, epoch: Epoch(1), [SampleEntry(kinds: kinds.reversed())])
    #expect(batch.header(at: 0).eventCount == 65_535)
    #expect(Array(batch.header(at: 0).kinds) == kinds)
    #expect(SampleBytes(batch.bytes).fault() == nil)
  }

  @Test func `a copy of a batch is not changed by what is added later`() throws {
    var batch = try EntryBatch(after: .zero, epoch: Epoch(1), [SampleEntry(number: 1)])
    let copy = batch
    try batch.append(
      time: SampleEntry(number: 2).time, actor: .scheduler, commandID: .none, kinds: [Self.kind],
      payload: [])
    #expect(copy.count == 1)
    #expect(copy.bytes == Array(batch.bytes[batch.byteRange(at: 0)]))
  }
}
