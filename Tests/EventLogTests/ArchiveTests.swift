import EventLog
import EventLogTesting
import Foundation
import Testing

/// A log is the same whatever it is made of.
@Suite struct ArchiveTests {
  @Test func `archives take the place of all sealed segments`() throws {
    let fixture = try ArchiveFixture()
    let before = try fixture.log.summary()
    let outcomes = try fixture.archive()
    #expect(outcomes.count == before.segments.count - 1)
    #expect(outcomes.count > 3)
    for (outcome, segment) in zip(outcomes, before.segments) {
      #expect(outcome.firstPosition == segment.firstPosition)
      #expect(outcome.lastPosition == segment.lastPosition)
      #expect(outcome.segmentByteCount == segment.byteCountOnDisk)
      #expect(outcome.archiveByteCount < outcome.segmentByteCount)
    }
    let after = try fixture.log.summary()
    #expect(after.head == before.head)
    #expect(after.segments.map(\.firstPosition) == before.segments.map(\.firstPosition))
    #expect(after.segments.map(\.lastPosition) == before.segments.map(\.lastPosition))
    #expect(after.segments.map(\.isArchived) == after.segments.map(\.isSealed))
    #expect(after.byteCountOnDisk < before.byteCountOnDisk)
    #expect(try fixture.files(".segment").count == 1)
    #expect(try fixture.files(".segment-lock").count == 1)
    #expect(try fixture.files("-draft").isEmpty)
    #expect(try fixture.archive().isEmpty, "nothing is left to do")
  }

  @Test func `the same is read and verified as before`() throws {
    let fixture = try ArchiveFixture()
    let before = try fixture.log.verify()
    try fixture.archive()
    // An instance from before, the writer, and one that is opened now.
    let reader = try LMDBEventLog(directory: fixture.path, access: .readOnly)
    for log in [fixture.log, reader] {
      #expect(try log.samples() == fixture.entries)
      #expect(try log.verify() == before)
    }
    #expect(try fixture.fixture.reopen())
    try fixture.log.appendSamples([SampleEntry(number: 1_001)])
    #expect(try fixture.log.verify().entries == 1_001)
  }

  @Test(arguments: [0, 2_000])
  func `every stretch and moment is found`(padding: Int) throws {
    let fixture = try ArchiveFixture(
      batch: 7, segmentBytes: padding == 0 ? 64 << 10 : 1 << 20, padding: padding)
    try fixture.archive()
    #expect(try fixture.log.summary().segments.contains(where: \.isArchived))
    for first in stride(from: 1, through: 1_000, by: 31) {
      let last = min(1_000, first + 40)
      let read = try fixture.log.samples(
        from: Position(UInt64(first)), through: Position(UInt64(last)))
      #expect(read == Array(fixture.entries[first - 1..<last]))
      let time = fixture.entries[first - 1].time
      #expect(try fixture.log.firstPosition(atOrAfter: time) == Position(UInt64(first)))
      let after = try fixture.log.firstPosition(atOrAfter: time + 1)
      #expect(after == (first < 1_000 ? Position(UInt64(first + 1)) : nil))
      let report = try fixture.log.verify(
        from: Position(UInt64(first)), through: Position(UInt64(last))
      ) { _ in .proceed }
      #expect(report.firstPosition == Position(UInt64((first - 1) / 7 * 7 + 1)))
      #expect(report.lastPosition == Position(UInt64(min(1_000, (last - 1) / 7 * 7 + 7))))
    }
    let kind = EventKind(system: 2, event: 3)
    #expect(
      try fixture.log.samples(kinds: [kind]) == fixture.entries.filter { $0.kinds.contains(kind) })
    #expect(try fixture.log.samples(kinds: [EventKind(system: 9, event: 9)]).isEmpty)
  }

  @Test func `a batch longer than a block is one batch`() throws {
    let fixture = try ArchiveFixture(
      count: 800, batch: 400, segmentBytes: 64 << 10, padding: 2_000)
    let before = try fixture.log.verify()
    try fixture.archive()
    #expect(try fixture.log.verify() == before)
    let report = try fixture.log.verify(from: Position(390), through: Position(390)) { _ in
      .proceed
    }
    #expect(report.firstPosition == .first)
    #expect(report.lastPosition == Position(400))
  }

  @Test func `blocks without the kinds asked for are not read`() throws {
    let fixture = try LMDBFixture(.test(segmentBytesMax: 1 << 20))
    let (common, rare) = (EventKind(system: 1, event: 1), EventKind(system: 7, event: 7))
    for start in stride(from: 0, to: 2_000, by: 100) {
      try fixture.log.appendSamples(
        (start..<start + 100).map {
          SampleEntry(
            kinds: [$0 == 150 ? rare : common],
            payload: (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        })
    }
    try ArchiveFixture.archive(fixture.directory.path)
    fixture.releaseArchived()
    let file = fixture.file(1).replacingOccurrences(of: ".segment", with: ".archive")
    var bytes = try Data(contentsOf: URL(filePath: file))
    // In the last block, right in front of the index; it has none of the rare kind.
    let index = bytes.suffix(48).prefix(8).enumerated().reduce(0) {
      $0 | Int($1.element) << (8 * $1.offset)
    }
    bytes[index - 10] ^= 0xFF
    try bytes.write(to: URL(filePath: file))
    #expect(try fixture.log.samples(kinds: [rare]).count == 1)
    #expect(throws: LogFault.self) {
      try fixture.log.read(from: .first, through: nil, kinds: [common]) { _ in .proceed }
    }
  }

  @Test func `a reader goes on while its segments are archived`() throws {
    let fixture = try ArchiveFixture()
    let reader = try LMDBEventLog(directory: fixture.path, access: .readOnly)
    var read: [SampleEntry] = []
    try reader.read(from: .first) { entry in
      read.append(SampleEntry(entry))
      if read.count == 50 { try fixture.archive() }
      return .proceed
    }
    #expect(read == fixture.entries)
  }

  @Test func `a reader that was open finds that its newest segment is archived`() throws {
    let fixture = try LMDBFixture(.test(segmentBytesMax: 1))
    try fixture.log.appendSamples([SampleEntry(number: 1)])
    let reader = try LMDBEventLog(directory: fixture.directory.path, access: .readOnly)
    for number in 2...20 { try fixture.log.appendSamples([SampleEntry(number: number)]) }
    try ArchiveFixture.archive(fixture.directory.path)
    #expect(try reader.samples().count == 20)
  }

  @Test func `only one process archives at a time, and the active segment never is`() throws {
    let fixture = try ArchiveFixture()
    let archiving = try LogArchiving(directory: fixture.path, note: "the first")
    let fault = #expect(throws: LogFault.self) { try fixture.archive() }
    #expect(fault?.code == .locked)
    #expect(fault?.message.contains("the first") == true)
    let active = try #require(try fixture.log.summary().segments.last)
    #expect(throws: LogFault.self) {
      try archiving.archive(active.firstPosition) { _, _ in .proceed }
    }
    #expect(try archiving.archive(.first) { _, _ in .stop } == nil)
    #expect(try fixture.files(".archive").isEmpty)
    #expect(try fixture.log.samples() == fixture.entries)
  }
}
