import EventLogTesting
import Foundation
import Testing

@testable import EventLog

/// Goal: a log that is damaged is not copied; what is told is where to mend it, and what was there is as it was.
@Suite struct RefusedBackupTests {
  private let made: ArchiveFixture
  private let scratch: TemporaryDirectory
  /// The second archive.
  private let archive: String
  private let sound: Data

  init() throws {
    made = try ArchiveFixture()
    scratch = try TemporaryDirectory()
    try made.archive()
    let second = try made.log.summary().segments[1]
    archive = second.file
    sound = try Data(contentsOf: URL(filePath: archive))
  }

  /// Flips a bit in the middle of a file, where its blocks are.
  private func damage(_ file: String) throws {
    var bytes = try Data(contentsOf: URL(filePath: file))
    bytes[bytes.count / 3] ^= 1
    try bytes.write(to: URL(filePath: file))
  }

  private func mend() throws {
    try sound.write(to: URL(filePath: archive))
  }

  /// The log's files in a directory, with what is in them.
  private func contents(_ path: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    return try names.filter { !$0.hasSuffix("lock") }.reduce(into: [:]) { files, name in
      files[name] = try Data(contentsOf: URL(filePath: path + "/" + name))
    }
  }

  private func expectWhole(_ path: String, from first: Position = .first) throws {
    let log = try LMDBEventLog(directory: path, access: .readOnly)
    #expect(try log.samples(from: first) == made.log.samples(from: first))
    #expect(try log.verify().head == made.log.verify().head)
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    #expect(!names.contains("incoming"))
    #expect(!names.contains { $0.contains("draft") })
  }

  @Test func `a damaged archive is named, and nothing is made of its copy`() throws {
    try damage(archive)
    let target = scratch.path + "/backup/log"
    let fault = #expect(throws: LogFault.self) { try LogBackup.copy(made.path, to: target) }
    #expect(fault?.code == .damaged)
    #expect(fault?.file == archive)
    #expect(fault?.message.contains("/backup/") == false)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    try mend()
    _ = try LogBackup.copy(made.path, to: target)
    try expectWhole(target)
  }

  @Test func `an older copy is left as it was`() throws {
    let target = scratch.path + "/backup"
    _ = try LogBackup.copy(made.path, to: target)
    let before = try contents(target)
    for number in stride(from: 1_001, to: 1_600, by: 10) {
      try made.log.appendSamples((number..<number + 10).map { SampleEntry(number: $0) })
    }
    let newest = try #require(try made.archive().last)
    let file = made.archiveFile(newest.firstPosition)
    let whole = try Data(contentsOf: URL(filePath: file))
    try damage(file)
    let fault = #expect(throws: LogFault.self) { try LogBackup.copy(made.path, to: target) }
    #expect(fault?.file == file)
    #expect(try contents(target) == before)
    try whole.write(to: URL(filePath: file))
    _ = try LogBackup.copy(made.path, to: target)
    try expectWhole(target)
  }

  @Test func `what an interrupted backup has copied is not copied again`() throws {
    let target = scratch.path + "/backup"
    let first = try LogBackup.copy(made.path, to: target)
    // As if the first had been killed while it copied the newest segment.
    let files = FileManager.default
    try files.createDirectory(atPath: target + "/incoming", withIntermediateDirectories: false)
    for name in try files.contentsOfDirectory(atPath: target) where name.hasSuffix(".archive") {
      try files.moveItem(atPath: target + "/" + name, toPath: target + "/incoming/" + name)
    }
    let newest = try #require(first.summary.segments.last?.file)
    try files.moveItem(
      atPath: newest,
      toPath: target + "/incoming/" + (newest as NSString).lastPathComponent + "-draft")
    let second = try LogBackup.copy(made.path, to: target)
    #expect(second.segmentsKept == first.segmentsCopied - 1)
    #expect(second.segmentsCopied == 1)
    try expectWhole(target)
  }

  @Test func `what was removed from the log meanwhile is no part of a backup that goes on`() throws
  {
    let target = scratch.path + "/backup"
    try FileManager.default.createDirectory(
      atPath: target + "/incoming", withIntermediateDirectories: true)
    let oldest = try made.log.summary().segments[0]
    let name = (oldest.file as NSString).lastPathComponent
    try FileManager.default.moveItem(atPath: oldest.file, toPath: target + "/incoming/" + name)
    made.fixture.releaseArchived()
    let report = try LogBackup.copy(made.path, to: target)
    let first = oldest.lastPosition.next
    #expect(report.summary.firstPosition == first)
    try expectWhole(target, from: first)
  }

  @Test func `a disk that does not keep what is written is told from a damaged log`() throws {
    let target = scratch.path + "/backup"
    _ = try LogBackup.copy(made.path, to: target)
    let (copy, source) = (LogDirectory(path: target), LogDirectory(path: made.path))
    try LogBackup.check(copy, of: source)
    let file = target + "/" + (archive as NSString).lastPathComponent
    try damage(file)
    let fault = #expect(throws: LogFault.self) { try LogBackup.check(copy, of: source) }
    #expect(fault?.code == .damaged)
    #expect(fault?.file == file)
    #expect(fault?.message.contains("is not what was read from \(made.path)") == true)
  }

  @Test func `a damaged backup is named, and nothing is restored from it`() throws {
    try damage(archive)
    let fault = #expect(throws: LogFault.self) {
      try LogBackup.restore(made.path, to: scratch.path + "/data/log", through: nil).adopt()
    }
    #expect(fault?.code == .damaged)
    #expect(fault?.file == archive)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }
}
