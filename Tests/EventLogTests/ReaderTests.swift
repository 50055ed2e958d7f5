import EventLog
import EventLogTesting
import Testing

@Suite struct ReaderTests {
  @Test func `a long read renews its view and misses nothing`() throws {
    let fixture = try LMDBFixture()
    let entries = (1...10_000).map { SampleEntry(number: $0) }
    try fixture.log.appendSamples(Array(entries[..<5_000]))
    try fixture.log.appendSamples(Array(entries[5_000...]))
    var next = 1
    try fixture.log.read(from: .first) { entry in
      #expect(SampleEntry(entry) == entries[next - 1].asRead)
      if next % 1_000 == 0 { try fixture.log.appendSamples([SampleEntry(number: 20_000 + next)]) }
      next += 1
      return .proceed
    }
    #expect(next == 10_001)
    #expect(try fixture.log.summary().lastPosition == Position(10_010))
    #expect(try fixture.log.verify().entries == 10_010)
  }

  @Test func `a reader in the writer's process sees each append at once`() throws {
    let fixture = try LMDBFixture(.test(segmentBytesMax: 1))
    let reader = try LMDBEventLog(directory: fixture.directory.path, access: .readOnly)
    for number in 1...20 {
      try fixture.log.appendSamples([SampleEntry(number: number)])
      #expect(try reader.summary().lastPosition == Position(UInt64(number)))
      #expect(try reader.samples().count == number)
      #expect(try reader.summary() == fixture.log.summary())
    }
  }

  @Test func `a path written otherwise is the same log`() throws {
    let fixture = try LMDBFixture()
    try fixture.log.appendSamples([SampleEntry(number: 1)])
    let reader = try LMDBEventLog(
      directory: fixture.directory.path + "/./",
      access: .readOnly)
    #expect(try reader.samples().count == 1)
  }
}
