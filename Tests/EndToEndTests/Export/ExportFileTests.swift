import EventLog
import Foundation
import Glibc
import Testing

@testable import finalverse

/// Goal: an export is there as a whole or not at all, whatever is in its way; and nothing else is touched.
@Suite(.serialized) struct ExportFileTests {
  private func names(in scratch: Scratch) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).sorted()
  }

  @Test(arguments: ExportFormat.allCases)
  func `what is there is not replaced`(_ format: ExportFormat) throws {
    let scratch = try Scratch()
    let target = scratch.url.appendingPathComponent("x")
    try Data("mine".utf8).write(to: target)
    let failure = #expect(throws: Failure.self) {
      try Export.of(try RecordedLog.first(), as: format).run(to: target.path)
    }
    #expect(failure?.status == .cannotWrite)
    #expect(try String(contentsOf: target, encoding: .utf8) == "mine")
    #expect(try names(in: scratch) == ["x"])
  }

  @Test(arguments: ExportFormat.allCases)
  func `what comes to be there meanwhile is not replaced`(_ format: ExportFormat) throws {
    let scratch = try Scratch()
    let target = scratch.url.appendingPathComponent("x")
    let draft = try ExportDraft(of: target.path, isDirectory: format.isDirectory)
    if !format.isDirectory { try Data("draft".utf8).write(to: URL(fileURLWithPath: draft.path)) }
    try Data("mine".utf8).write(to: target)
    #expect(throws: Failure.self) { try draft.finish() }
    #expect(try String(contentsOf: target, encoding: .utf8) == "mine")
  }

  @Test(arguments: ExportFormat.allCases)
  func `what an ended attempt left is cleared away`(_ format: ExportFormat) throws {
    let scratch = try Scratch()
    let target = scratch.url.appendingPathComponent("x")
    let draft = scratch.url.appendingPathComponent("x.part")
    try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
    try Data("half".utf8).write(to: draft.appendingPathComponent("entries.csv"))
    _ = try Export.of(try RecordedLog.first(), as: format).run(to: target.path)
    #expect(try names(in: scratch) == ["x"])
  }

  @Test func `two exports do not write one file`() throws {
    let scratch = try Scratch()
    let target = scratch.url.appendingPathComponent("x").path
    let first = try ExportDraft(of: target, isDirectory: true)
    let failure = #expect(throws: Failure.self) {
      _ = try ExportDraft(of: target, isDirectory: true)
    }
    #expect(failure?.status == .locked)
    try first.finish()
    #expect(try names(in: scratch) == ["x"])
  }

  @Test func `nothing that is as asked for, and an empty log, leave no file`() throws {
    let scratch = try Scratch()
    let target = scratch.url.appendingPathComponent("x").path
    var request = ReplayRequest()
    request.filter = EntryFilter([.init(.player, 999_999)])
    for export in [Export.of(InMemoryEventLog()), Export.of(try RecordedLog.first(), request)] {
      let failure = #expect(throws: Failure.self) { try export.run(to: target) }
      #expect(failure?.status == .noData)
      #expect(try names(in: scratch).isEmpty)
    }
  }

  @Test func `what was asked for is exported, and the projections as after its last position`()
    throws
  {
    let scratch = try Scratch()
    let target = scratch.url.appendingPathComponent("x.sqlite").path
    let log = try RecordedLog.first()
    var request = ReplayRequest()
    request.from = Position(50)
    request.limit = 10
    request.kinds = EventCatalogue.schema.kinds(named: "movement")
    var wanted: [UInt64] = []
    try request.run(on: log) { wanted.append($0.header.position.rawValue) }
    try #require(wanted.count == 10)
    let report = try Export.of(log, request).run(to: target)
    #expect(report.entries == 10)
    let database = try ExportedDatabase(target)
    #expect(
      try database.rows("SELECT position FROM entries ORDER BY position").map { $0["position"] }
        == wanted.map(String.init))
    let meta = try database.rows("SELECT * FROM meta").reduce(into: [:]) {
      $0[$1["name"] ?? ""] = $1["value"] ?? ""
    }
    #expect(meta["selected"] == "true")
    #expect(meta["projections_position"] == wanted.last.map(String.init))
    #expect(meta["last_position"] == wanted.last.map(String.init))
  }

  @Test func `a replay file gives what the log gave, without projections`() throws {
    let scratch = try Scratch()
    let log = try RecordedLog.first()
    let recording = scratch.url.appendingPathComponent("x.fvreplay").path
    let writer = try ReplayFileWriter(
      recording, logID: log.summary().logID, name: "Meadow", isSelected: false)
    try log.read(from: .first) { entry in
      try writer.append(entry)
      return .proceed
    }
    _ = try writer.finish()
    let ofLog = scratch.url.appendingPathComponent("log.sqlite").path
    let ofFile = scratch.url.appendingPathComponent("file.sqlite").path
    _ = try Export.of(log).run(to: ofLog)
    let export = Export(
      source: .file(try ReplayFile(recording)), request: ReplayRequest(), format: .sqlite,
      isWithProjections: true, isWithoutTexts: false)
    _ = try export.run(to: ofFile)
    let (left, right) = (try ExportedDatabase(ofLog), try ExportedDatabase(ofFile))
    for table in ExportSchema(isWithoutTexts: false).tables where table.name != "meta" {
      let sql = "SELECT * FROM \"\(table.name)\" ORDER BY rowid"
      let rows = try right.rows(sql)
      if table.origin == .projection {
        #expect(rows.isEmpty)
      } else {
        #expect(try left.rows(sql) == rows, "\(table.name)")
      }
    }
    #expect(
      try right.rows("SELECT value FROM meta WHERE name = 'world'").first?["value"] == "Meadow")
  }
}
