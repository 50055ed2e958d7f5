import EventLog
import EventLogTesting
import Foundation
import Testing

/// Segments of a few pages each, so that a small log has many.
@Suite struct SegmentTests {
  private static let small = LMDBEventLog.Configuration.test(segmentBytesMax: 64 << 10)

  /// A log of 1,000 entries in batches of ten.
  private func filled(_ fixture: LMDBFixture) throws -> [SampleEntry] {
    let entries = (1...1_000).map { SampleEntry(number: $0) }
    for start in stride(from: 0, to: entries.count, by: 10) {
      try fixture.log.appendSamples(Array(entries[start..<start + 10]))
    }
    return entries.map(\.asRead)
  }

  private func files(_ fixture: LMDBFixture) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path)
      .filter { $0.hasSuffix(".segment") }.sorted()
  }

  @Test func `a full segment is followed by another, named for its first position`() throws {
    let fixture = try LMDBFixture(Self.small)
    _ = try filled(fixture)
    let summary = try fixture.log.summary()
    #expect(summary.segments.count > 3)
    let unsealed = summary.segments.filter { !$0.isSealed }
    #expect(unsealed == summary.segments.suffix(1))
    for (segment, next) in zip(summary.segments, summary.segments.dropFirst()) {
      #expect(next.firstPosition == segment.lastPosition.next)
      #expect(segment.byteCountOnDisk < 128 << 10)
    }
    let names = summary.segments.map { segment in
      let digits = String(segment.firstPosition.rawValue)
      return String(repeating: "0", count: 20 - digits.count) + digits + ".segment"
    }
    #expect(try files(fixture) == names)
    #expect(names.first == "00000000000000000001.segment")
  }

  @Test func `segments are read as one log`() throws {
    let fixture = try LMDBFixture(Self.small)
    let entries = try filled(fixture)
    #expect(try fixture.log.samples() == entries)
    for segment in try fixture.log.summary().segments.dropFirst() {
      let first = segment.firstPosition
      let read = try fixture.log.samples(from: first.advanced(by: -2), through: first.next)
      let index = Position.first.distance(to: first)
      #expect(read == Array(entries[index - 2..<index + 2]))
      #expect(try fixture.log.firstPosition(atOrAfter: entries[index].time) == first)
      #expect(
        try fixture.log.firstPosition(atOrAfter: entries[index - 1].time + 1) == first)
    }
    let report = try fixture.log.verify()
    #expect(report.entries == 1_000)
    #expect(report.batches == 100)
    #expect(try report.head == fixture.log.summary().head)
  }

  @Test func `verification of a part spans segments`() throws {
    let fixture = try LMDBFixture(Self.small)
    _ = try filled(fixture)
    let report = try fixture.log.verify(from: Position(95), through: Position(805)) { _ in .proceed
    }
    #expect(report.firstPosition == Position(91))
    #expect(report.lastPosition == Position(810))
    #expect(report.isComplete)
  }

  @Test func `a log of many segments is as it was when opened again`() throws {
    let fixture = try LMDBFixture(Self.small)
    let entries = try filled(fixture)
    let before = try fixture.log.summary()
    #expect(try fixture.reopen())
    #expect(try fixture.log.summary() == before)
    #expect(try fixture.log.samples() == entries)
  }

  @Test func `a crash between the creation of a segment and the seal before it is mended`() throws {
    let fixture = try LMDBFixture(.test(segmentBytesMax: 1))
    let unsealed = try fillOneSegment(fixture)
    // Begins another segment, and then refuses to write into it.
    let stray = try EntryBatch(after: .zero, epoch: Epoch(1), [SampleEntry(number: 6)])
    _ = fixture.log.append(stray, epoch: Epoch(1), expected: .zero)
    #expect(try fixture.log.summary().segments.map(\.firstPosition) == [.first, Position(6)])
    fixture.close()
    try unsealed.write(to: URL(filePath: fixture.file(1)))

    try fixture.open()
    try fixture.log.appendSamples([SampleEntry(number: 6)])
    #expect(try fixture.log.summary().segments.map(\.isSealed) == [true, false])
    #expect(try fixture.log.verify().entries == 6)
    // Only a sealed segment may stand in front of one with entries.
    #expect(try fixture.reopen())
  }

  @Test func `an older file put back is noticed`() throws {
    let fixture = try LMDBFixture(.test(segmentBytesMax: 1))
    let unsealed = try fillOneSegment(fixture)
    try fixture.log.appendSamples([SampleEntry(number: 6)])
    fixture.close()
    try unsealed.write(to: URL(filePath: fixture.file(1)))
    let fault = #expect(throws: LogFault.self) { try fixture.open() }
    #expect(fault?.code == .damaged)
    #expect(fault?.position == Position(6))
    #expect(fault?.file == fixture.file(1))
  }

  /// Appends five entries, and returns the file that they are in as it is before it is sealed.
  private func fillOneSegment(_ fixture: LMDBFixture) throws -> Data {
    try fixture.log.appendSamples((1...5).map { SampleEntry(number: $0) })
    return try Data(contentsOf: URL(filePath: fixture.file(1)))
  }

  @Test func `a draft of a segment that never came to exist is removed`() throws {
    let fixture = try LMDBFixture()
    try fixture.log.appendSamples([SampleEntry(number: 1)])
    fixture.close()
    let draft = fixture.directory.path + "/00000000000000000002.segment-draft"
    for path in [draft, draft + "-lock"] { try Data("half".utf8).write(to: URL(filePath: path)) }
    try fixture.open()
    #expect(!FileManager.default.fileExists(atPath: draft))
    #expect(!FileManager.default.fileExists(atPath: draft + "-lock"))
    #expect(try fixture.log.samples().count == 1)
  }

  @Test func `a missing newest segment is a loss and not an invitation to begin another`() throws {
    let fixture = try LMDBFixture(Self.small)
    _ = try filled(fixture)
    let newest = try #require(try fixture.log.summary().segments.last)
    fixture.close()
    try FileManager.default.removeItem(atPath: newest.file)
    for access in [LMDBEventLog.Access.readWrite, .readOnly] {
      let fault = #expect(throws: LogFault.self) { try fixture.open(access) }
      #expect(fault?.code == .damaged)
      #expect(fault?.position == newest.firstPosition)
      #expect(fault?.file?.hasSuffix(newest.file.suffix(28)) == true)
    }
  }

  @Test func `a missing segment in the middle is found by whoever comes there`() throws {
    let fixture = try LMDBFixture(Self.small)
    _ = try filled(fixture)
    let gone = try fixture.log.summary().segments[1]
    fixture.close()
    try FileManager.default.removeItem(atPath: gone.file)
    try fixture.open()
    let read = #expect(throws: LogFault.self) { try fixture.log.samples() }
    let verified = #expect(throws: LogFault.self) { try fixture.log.verify() }
    for fault in [read, verified] {
      #expect(fault?.code == .damaged)
      #expect(fault?.position == gone.firstPosition)
    }
  }

  @Test func `what was retired is said to be gone`() throws {
    let fixture = try LMDBFixture(Self.small)
    let entries = try filled(fixture)
    let (oldest, second) = try (
      fixture.log.summary().segments[0], fixture.log.summary().segments[1]
    )
    fixture.close()
    try FileManager.default.removeItem(atPath: oldest.file)
    try fixture.open()
    #expect(try fixture.log.summary().firstPosition == second.firstPosition)
    let fault = #expect(throws: LogFault.self) { try fixture.log.samples(from: .first) }
    #expect(fault?.code == .positionGone)
    let index = Position.first.distance(to: second.firstPosition)
    #expect(try fixture.log.samples(from: second.firstPosition) == Array(entries[index...]))
    #expect(try fixture.log.verify().entries == 1_000 - index)
  }

  @Test func `a segment of another log does not fit in`() throws {
    let (fixture, stranger) = (try LMDBFixture(Self.small), try LMDBFixture(Self.small))
    _ = try filled(fixture)
    _ = try filled(stranger)
    let newest = try #require(try fixture.log.summary().segments.last?.firstPosition)
    fixture.close()
    stranger.close()
    try copySegment(newest.rawValue, from: stranger, to: fixture)
    let fault = #expect(throws: LogFault.self) { try fixture.open() }
    #expect(fault?.code == .damaged)
  }

  private func copySegment(_ first: UInt64, from: LMDBFixture, to: LMDBFixture) throws {
    try? FileManager.default.removeItem(atPath: to.file(first))
    try FileManager.default.copyItem(atPath: from.file(first), toPath: to.file(first))
  }
}
