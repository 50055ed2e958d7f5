import EventLog
import EventLogTesting
import Foundation
import Testing

/// Whatever a crash leaves while a segment is archived, the log is whole, and the next call finishes.
@Suite struct ArchiveCrashTests {
  private let fixture: ArchiveFixture
  private let segment: Data
  private let archive: Data

  /// A log whose first segment is archived; its segment and its archive are kept aside.
  init() throws {
    fixture = try ArchiveFixture()
    segment = try Data(contentsOf: URL(filePath: fixture.fixture.file(1)))
    let archiving = try LogArchiving(directory: fixture.path, note: "a test")
    _ = try archiving.archive(.first) { _, _ in .proceed }
    archive = try Data(contentsOf: URL(filePath: fixture.archiveFile(.first)))
    fixture.fixture.close()
  }

  private func put(_ data: Data?, _ file: String) throws {
    try? FileManager.default.removeItem(atPath: file)
    try data?.write(to: URL(filePath: file))
  }

  private func expectWhole() throws {
    try fixture.fixture.open()
    #expect(try fixture.log.samples() == fixture.entries)
    #expect(try fixture.log.verify().entries == 1_000)
    try fixture.archive()
    #expect(try fixture.log.samples() == fixture.entries)
    #expect(try fixture.log.verify().entries == 1_000)
    #expect(try fixture.files(".segment").count == 1)
    #expect(try fixture.files(".segment-lock").count == 1)
    #expect(try fixture.files("-draft").isEmpty)
    #expect(try fixture.log.summary().segments.dropLast().allSatisfy(\.isArchived))
  }

  @Test(arguments: [0.0, 0.1, 0.5, 1.0])
  func `a draft that was being written`(part: Double) throws {
    try put(segment, fixture.fixture.file(1))
    try put(nil, fixture.archiveFile(.first))
    let draft = fixture.archiveFile(.first) + "-draft"
    try put(archive.prefix(Int(Double(archive.count) * part)), draft)
    try expectWhole()
  }

  @Test func `a segment that was not removed yet`() throws {
    try put(segment, fixture.fixture.file(1))
    try expectWhole()
  }

  @Test func `a lock file of LMDB that was not removed yet`() throws {
    try put(Data(), fixture.fixture.file(1) + "-lock")
    try expectWhole()
  }

  @Test func `a damaged archive beside its segment is made again`() throws {
    try put(segment, fixture.fixture.file(1))
    var bytes = archive
    bytes[bytes.count / 2] ^= 1
    try put(bytes, fixture.archiveFile(.first))
    try fixture.fixture.open()
    #expect(throws: LogFault.self) { try fixture.log.samples() }
    fixture.fixture.close()
    try fixture.archive()
    try expectWhole()
  }

  @Test func `an archive that another log needs is not taken for one's own`() throws {
    let other = try ArchiveFixture()
    try other.archive()
    other.fixture.close()
    let foreign = try Data(contentsOf: URL(filePath: other.archiveFile(.first)))
    try put(foreign, fixture.archiveFile(.first))
    try fixture.fixture.open()
    let fault = #expect(throws: LogFault.self) { try fixture.log.samples() }
    #expect(fault?.code == .damaged)
    #expect(fault?.file?.hasSuffix("1.archive") == true)
    #expect(fault?.message.contains("of log") == true)
  }

  @Test func `an archive under another's name is not taken for it`() throws {
    let second = try #require(
      try LMDBEventLog(directory: fixture.path, access: .readOnly)
        .summary().segments.dropFirst().first?.firstPosition)
    try put(archive, fixture.archiveFile(second))
    try fixture.fixture.open()
    let fault = #expect(throws: LogFault.self) { try fixture.log.samples(from: second) }
    #expect(fault?.message.contains("named for position") == true)
  }

  @Test func `an archive of another course of history is noticed`() throws {
    // The same log as of position 3, gone on with otherwise and sealed at the same place.
    let other = try TemporaryDirectory()
    _ = try LogBackup.restore(fixture.path, to: other.path, through: Position(3)).adopt()
    let end = try #require(
      try LMDBEventLog(directory: fixture.path, access: .readOnly)
        .summary().segments.first?.lastPosition)
    do {
      let log = try LMDBEventLog(
        directory: other.path, configuration: .test(), access: .readWrite)
      let batch = (4...Int(end.rawValue)).map { SampleEntry(number: $0 + 1) }
      try log.appendSamples(batch)
    }
    do {
      let log = try LMDBEventLog(
        directory: other.path, configuration: .test(segmentBytesMax: 1), access: .readWrite)
      try log.appendSamples([SampleEntry(number: 2_000)])
    }
    try ArchiveFixture.archive(other.path)
    let name = fixture.archiveFile(.first).split(separator: "/").last ?? ""
    try put(
      try Data(contentsOf: URL(filePath: other.path + "/" + name)), fixture.archiveFile(.first))
    try fixture.fixture.open()
    let fault = #expect(throws: LogFault.self) { try fixture.log.samples() }
    #expect(fault?.code == .damaged)
    #expect(fault?.message.contains("head") == true)
  }
}
