import EventLog
import EventLogTesting
import Testing

/// Segments are sealed by age as well as by size.
@Suite struct SegmentAgeTests {
  private static func configuration(seconds: Int64) -> LMDBEventLog.Configuration {
    var configuration = LMDBEventLog.Configuration.test()
    configuration.segmentAgeMax = seconds * 1_000_000
    return configuration
  }

  @Test func `a segment that is old when an entry comes is followed by another`() throws {
    let fixture = try LMDBFixture(Self.configuration(seconds: 10))
    // One second apart.
    for number in 1...35 { try fixture.log.appendSamples([SampleEntry(number: number)]) }
    let firsts = try fixture.log.summary().segments.map(\.firstPosition.rawValue)
    #expect(firsts == [1, 11, 21, 31])
    #expect(try fixture.log.verify().entries == 35)
  }

  @Test func `the age counts from the first entry, also after a restart`() throws {
    let fixture = try LMDBFixture(Self.configuration(seconds: 10))
    for number in 1...5 { try fixture.log.appendSamples([SampleEntry(number: number)]) }
    #expect(try fixture.reopen())
    for number in 6...12 { try fixture.log.appendSamples([SampleEntry(number: number)]) }
    #expect(try fixture.log.summary().segments.map(\.firstPosition.rawValue) == [1, 11])
  }

  @Test func `no segment is empty, however long nothing happens`() throws {
    let fixture = try LMDBFixture(Self.configuration(seconds: 10))
    try fixture.log.appendSamples([SampleEntry(number: 1)])
    try fixture.log.appendSamples([SampleEntry(number: 100_000)])
    #expect(try fixture.reopen())
    try fixture.log.appendSamples([SampleEntry(number: 200_000)])
    #expect(try fixture.log.summary().segments.map(\.entries) == [1, 1, 1])
  }
}
