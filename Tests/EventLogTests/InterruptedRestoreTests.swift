import EventLog
import EventLogTesting
import Foundation
import Testing

/// Goal: a log is restored as a whole, or there is none; never one that ends too early.
@Suite struct InterruptedRestoreTests {
  private let made: ArchiveFixture
  private let scratch: TemporaryDirectory
  private var target: String { scratch.path + "/log" }

  init() throws {
    made = try ArchiveFixture()
    scratch = try TemporaryDirectory()
    try made.archive()
  }

  private func open(_ access: LMDBEventLog.Access) throws -> LMDBEventLog {
    try LMDBEventLog(directory: target, access: access)
  }

  @Test func `there is no log before all of it is there`() throws {
    var looks = 0
    let restored = try LogBackup.restore(made.path, to: target, through: nil) { _, _ in
      looks += 1
      let missing = #expect(throws: LogFault.self) { _ = try open(.readOnly) }
      #expect(missing?.code == .missing)
      let locked = #expect(throws: LogFault.self) { _ = try open(.readWrite) }
      #expect(locked?.code == .locked)
    }
    #expect(looks > 2)
    #expect(throws: LogFault.self) { _ = try open(.readOnly) }
    #expect(restored.report.summary.lastPosition == Position(1_000))
    let report = try restored.adopt()
    #expect(report.summary.segments.allSatisfy { FileManager.default.fileExists(atPath: $0.file) })
    #expect(try open(.readOnly).samples() == made.entries)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["log"])
  }

  @Test func `what is not adopted leaves nothing`() throws {
    do {
      let restored = try LogBackup.restore(made.path, to: target, through: Position(500))
      #expect(restored.report.summary.lastPosition == Position(500))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test(arguments: [true, false])
  func `what a killed process leaves is neither read nor written over by a new log`(
    hasDirectory: Bool
  ) throws {
    let files = FileManager.default
    if hasDirectory { try files.createDirectory(atPath: target, withIntermediateDirectories: true) }
    // The first of several parts: as a log it would end too early.
    try files.createDirectory(atPath: target + "-restoring", withIntermediateDirectories: true)
    let part = try made.log.summary().segments[0].file
    try files.copyItem(
      atPath: part, toPath: target + "-restoring/" + (part as NSString).lastPathComponent)
    for access in [LMDBEventLog.Access.readOnly, .readWrite] {
      let fault = #expect(throws: LogFault.self) { _ = try open(access) }
      #expect(fault?.code == .missing)
      #expect(fault?.message.contains("Restore it again, or remove \(target)-restoring") == true)
    }
    _ = try LogBackup.restore(made.path, to: target, through: nil).adopt()
    #expect(try open(.readOnly).samples() == made.entries)
    #expect(!files.fileExists(atPath: target + "-restoring"))
  }

  @Test func `a log that comes meanwhile is left alone`() throws {
    let restored = try LogBackup.restore(made.path, to: target, through: nil)
    let other = target + "/someone's file"
    try Data([1]).write(to: URL(filePath: other))
    do throws(LogFault) {
      _ = try restored.adopt()
      Issue.record("it took the place of what had come")
    } catch {
      #expect(error.code == .exists)
    }
    #expect(FileManager.default.fileExists(atPath: other))
    #expect(!FileManager.default.fileExists(atPath: target + "-restoring"))
  }
}
