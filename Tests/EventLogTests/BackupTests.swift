import EventLog
import EventLogTesting
import Testing

/// A backup is a log that its own chain proves to be the same.
@Suite struct BackupTests {
  private static let small = LMDBEventLog.Configuration.test(segmentBytesMax: 64 << 10)

  /// Appends batches of ten; returns the head after each.
  @discardableResult
  private func append(_ numbers: ClosedRange<Int>, to log: any EventLog) throws
    -> [Position: ChainHead]
  {
    var heads: [Position: ChainHead] = [:]
    for start in stride(from: numbers.lowerBound, through: numbers.upperBound, by: 10) {
      try log.appendSamples((start..<start + 10).map { SampleEntry(number: $0) })
      let summary = try log.summary()
      heads[summary.lastPosition] = summary.head
    }
    return heads
  }

  private func open(_ directory: TemporaryDirectory) throws -> LMDBEventLog {
    try LMDBEventLog(directory: directory.path, access: .readOnly)
  }

  @Test func `a copy holds the same entries under the same head`() throws {
    let fixture = try LMDBFixture(Self.small)
    try append(1...600, to: fixture.log)
    let target = try TemporaryDirectory()
    let report = try LogBackup.copy(fixture.directory.path, to: target.path)
    #expect(report.segmentsKept == 0)
    #expect(report.segmentsCopied > 2)
    let copy = try open(target)
    #expect(try copy.samples() == fixture.log.samples())
    #expect(try copy.summary().head == fixture.log.summary().head)
    #expect(report.summary.head == (try fixture.log.summary().head))
  }

  @Test func `the next copy leaves sealed segments alone`() throws {
    let fixture = try LMDBFixture(Self.small)
    try append(1...300, to: fixture.log)
    let target = try TemporaryDirectory()
    let first = try LogBackup.copy(fixture.directory.path, to: target.path)
    try append(301...900, to: fixture.log)
    let second = try LogBackup.copy(fixture.directory.path, to: target.path)
    // The one that was active then has gone on.
    #expect(second.segmentsKept == first.segmentsCopied - 1)
    #expect(try open(target).samples() == fixture.log.samples())
    #expect(try open(target).verify().head == fixture.log.summary().head)
    let third = try LogBackup.copy(fixture.directory.path, to: target.path)
    #expect(third.segmentsCopied == 1)
  }

  @Test func `a log is copied while it is written, and segments are sealed meanwhile`() throws {
    let fixture = try LMDBFixture(Self.small)
    try append(1...300, to: fixture.log)
    let target = try TemporaryDirectory()
    var next = 301
    let report = try LogBackup.copy(fixture.directory.path, to: target.path) { _, _ in
      guard next < 1_500 else { return }
      do {
        try append(next...next + 99, to: fixture.log)
      } catch {
        Issue.record("the writer was disturbed: \(error)")
      }
      next += 100
    }
    let copy = try open(target)
    #expect(report.summary.lastPosition > Position(1_000))
    #expect(try copy.verify().head == report.summary.head)
    let last = report.summary.lastPosition
    #expect(try copy.samples() == fixture.log.samples(through: last))
  }

  @Test(arguments: [1, 9, 10, 11, 155, 299, 300] as [UInt64])
  func `a log is restored as of a position, and goes on from there`(last: UInt64) throws {
    let fixture = try LMDBFixture(Self.small)
    let heads = try append(1...300, to: fixture.log)
    let target = try TemporaryDirectory()
    let report = try LogBackup.restore(
      fixture.directory.path, to: target.path, through: Position(last)
    ).adopt()
    #expect(report.summary.lastPosition == Position(last))
    if let noted = heads[Position(last)] {
      #expect(report.summary.head == noted, "the end of a batch")
    }
    let restored = try LMDBEventLog(
      directory: target.path, configuration: Self.small, access: .readWrite)
    #expect(try restored.samples() == fixture.log.samples(through: Position(last)))
    #expect(try restored.summary().logID == fixture.log.summary().logID)
    _ = try restored.takeEpoch()
    try restored.appendSamples([SampleEntry(number: 301)])
    #expect(try restored.verify().entries == Int(last) + 1)
  }

  @Test func `a whole log is restored with its head`() throws {
    let fixture = try LMDBFixture(Self.small)
    try append(1...300, to: fixture.log)
    let target = try TemporaryDirectory()
    let report = try LogBackup.restore(fixture.directory.path, to: target.path, through: nil)
      .adopt()
    #expect(report.summary.head == (try fixture.log.summary().head))
  }

  @Test func `nothing is overwritten`() throws {
    let (fixture, other) = (try LMDBFixture(Self.small), try LMDBFixture(Self.small))
    try append(1...10, to: fixture.log)
    try append(1...20, to: other.log)
    let target = try TemporaryDirectory()
    _ = try LogBackup.copy(fixture.directory.path, to: target.path)
    #expect(throws: LogFault.self) { try LogBackup.copy(other.directory.path, to: target.path) }
    #expect(throws: LogFault.self) {
      try LogBackup.restore(other.directory.path, to: target.path, through: nil).adopt()
    }
    #expect(try open(target).samples() == fixture.log.samples())
    #expect(throws: LogFault.self, "a directory that a server has") {
      try LogBackup.copy(fixture.directory.path, to: other.directory.path)
    }
  }
}
