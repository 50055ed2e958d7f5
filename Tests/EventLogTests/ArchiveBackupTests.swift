import EventLog
import EventLogTesting
import Foundation
import Testing

/// A backup of archives is as good as one of segments.
@Suite struct ArchiveBackupTests {
  private func open(_ directory: TemporaryDirectory) throws -> LMDBEventLog {
    try LMDBEventLog(directory: directory.path, access: .readOnly)
  }

  @Test func `archives are copied as they are, and not again`() throws {
    let fixture = try ArchiveFixture()
    let archived = try fixture.archive().count
    let target = try TemporaryDirectory()
    let report = try LogBackup.copy(fixture.path, to: target.path)
    #expect(report.segmentsCopied == archived + 1)
    #expect(report.summary.segments.filter(\.isArchived).count == archived)
    #expect(try open(target).samples() == fixture.entries)
    #expect(try open(target).verify() == fixture.log.verify())
    let again = try LogBackup.copy(fixture.path, to: target.path)
    #expect(again.segmentsKept == archived)
  }

  @Test func `what a backup had as a segment need not come again as an archive`() throws {
    let fixture = try ArchiveFixture()
    let target = try TemporaryDirectory()
    let first = try LogBackup.copy(fixture.path, to: target.path)
    // The one that was active is sealed, and then archived with the others.
    for number in stride(from: 1_001, to: 1_400, by: 10) {
      try fixture.log.appendSamples((number..<number + 10).map { SampleEntry(number: $0) })
    }
    try fixture.archive()
    let second = try LogBackup.copy(fixture.path, to: target.path)
    #expect(second.segmentsKept == first.segmentsCopied - 1)
    #expect(try open(target).samples() == fixture.log.samples())
    #expect(try open(target).verify() == fixture.log.verify())
    let names = try FileManager.default.contentsOfDirectory(atPath: target.path)
    let stems = names.filter { $0.hasSuffix(".segment") || $0.hasSuffix(".archive") }
      .compactMap { $0.split(separator: ".").first }
    #expect(Set(stems).count == stems.count, "no part is there twice")
    // A backup can be archived too.
    try ArchiveFixture.archive(target.path)
    #expect(try open(target).verify() == fixture.log.verify())
  }

  @Test(arguments: [1, 9, 10, 11, 155, 999, 1_000] as [UInt64])
  func `a log is restored as of a position in an archive, and goes on`(last: UInt64) throws {
    let fixture = try ArchiveFixture()
    let wished = try fixture.log.verify(from: nil, through: Position(last)) { _ in .proceed }
    try fixture.archive()
    let target = try TemporaryDirectory()
    let report = try LogBackup.restore(
      fixture.path, to: target.path, through: Position(last)
    ).adopt()
    #expect(report.summary.lastPosition == Position(last))
    if wished.lastPosition == Position(last) { #expect(report.summary.head == wished.head) }
    #expect(try open(target).samples() == Array(fixture.entries.prefix(Int(last))))
    let restored = try LMDBEventLog(
      directory: target.path, configuration: .test(segmentBytesMax: 64 << 10), access: .readWrite)
    _ = try restored.takeEpoch()
    try restored.appendSamples([SampleEntry(number: 1_001)])
    #expect(try restored.verify().entries == Int(last) + 1)
  }

  @Test func `the last entry of an archive can be the last of a log`() throws {
    let fixture = try ArchiveFixture()
    let end = try #require(try fixture.archive().first).lastPosition
    let target = try TemporaryDirectory()
    let report = try LogBackup.restore(fixture.path, to: target.path, through: end).adopt()
    #expect(report.summary.lastPosition == end)
    #expect(report.summary.segments.map(\.isArchived) == [false])
    #expect(try open(target).verify().entries == Int(end.rawValue))
  }
}
