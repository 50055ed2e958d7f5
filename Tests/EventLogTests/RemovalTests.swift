import EventLog
import EventLogTesting
import Foundation
import Testing

/// Goal: what is removed from a log's beginning is gone at once and as a whole, and what is left is a log.
@Suite struct RemovalTests {
  private let made: ArchiveFixture
  private let summary: LogSummary

  init() throws {
    made = try ArchiveFixture()
    summary = try made.log.summary()
    #expect(summary.segments.count > 4)
  }

  /// Removes the oldest files, as another process would.
  private func remove(through last: Position) throws -> [Position] {
    let archiving = try LogArchiving(directory: made.path, note: "a test")
    var removed: [Position] = []
    try archiving.remove(through: last) { removed.append($0) }
    return removed
  }

  private func positions(in log: any EventLog, from first: Position) throws -> [Position] {
    var found: [Position] = []
    try log.read(from: first, through: nil, kinds: nil) { entry in
      found.append(entry.position)
      return .proceed
    }
    return found
  }

  @Test(arguments: [false, true])
  func `the oldest files go, and the rest reads, proves itself and goes on`(
    isArchived: Bool
  ) throws {
    if isArchived { try made.archive() }
    let cut = summary.segments[1].lastPosition
    let removed = try remove(through: cut)
    #expect(removed == summary.segments.prefix(2).map(\.firstPosition))
    made.fixture.releaseArchived()

    let left = try made.log.summary()
    #expect(left.firstPosition == cut.next)
    #expect(left.lastPosition == summary.lastPosition)
    #expect(left.head == summary.head)
    #expect(
      try positions(in: made.log, from: cut.next).count == cut.distance(to: summary.lastPosition))
    let fault = #expect(throws: LogFault.self) {
      _ = try positions(in: made.log, from: cut)
    }
    #expect(fault?.code == .positionGone)
    let report = try made.log.verify(from: nil, through: nil) { _ in .proceed }
    #expect(report.firstPosition == cut.next)
    #expect(report.head == summary.head)
    try made.log.appendSamples([SampleEntry(number: 1_001)])
    #expect(try made.log.summary().lastPosition == summary.lastPosition.next)

    let reader = try LMDBEventLog(directory: made.path, access: .readOnly)
    #expect(try reader.summary().firstPosition == cut.next)
    #expect(
      try reader.firstPosition(atOrAfter: Timestamp(microseconds: 0)) == cut.next,
      "the earliest that is left")
  }

  @Test func `a log that was opened before finds out what is gone`() throws {
    let reader = try LMDBEventLog(directory: made.path, access: .readOnly)
    let cut = summary.segments[2].lastPosition
    _ = try remove(through: cut)
    let fault = #expect(throws: LogFault.self) {
      try reader.read(from: .first, through: nil, kinds: nil) { _ in .proceed }
    }
    #expect(fault?.code == .positionGone)
    #expect(try reader.releaseArchived() == cut.next)
    #expect(try positions(in: reader, from: cut.next).first == cut.next)
  }

  @Test func `only whole sealed files go, and never the newest`() throws {
    let newest = try #require(summary.segments.last)
    for wrong in [
      Position(1), summary.segments[1].lastPosition.advanced(by: -1), newest.lastPosition,
      newest.lastPosition.advanced(by: 10),
    ] {
      #expect(throws: LogFault.self) { _ = try remove(through: wrong) }
    }
    #expect(try made.log.summary().segments.count == summary.segments.count)
    let before = newest.firstPosition.advanced(by: -1)
    #expect(try remove(through: before).count == summary.segments.count - 1)
    #expect(try positions(in: made.log, from: newest.firstPosition).first == newest.firstPosition)
  }

  @Test func `a backup that has what was removed keeps it, and follows the log from there`() throws
  {
    let scratch = try TemporaryDirectory()
    let copy = scratch.path + "/copy"
    _ = try LogBackup.copy(made.path, to: copy)
    _ = try remove(through: summary.segments[1].lastPosition)
    made.fixture.releaseArchived()
    try made.log.appendSamples([SampleEntry(number: 1_001)])
    let report = try LogBackup.copy(made.path, to: copy)
    #expect(report.summary.firstPosition == .first)
    #expect(report.summary.lastPosition == summary.lastPosition.next)
    let whole = try LMDBEventLog(directory: copy, access: .readOnly)
    #expect(try whole.verify(from: nil, through: nil) { _ in .proceed }.entries == 1_001)
    let fresh = scratch.path + "/fresh"
    #expect(
      try LogBackup.copy(made.path, to: fresh).summary.firstPosition
        == summary.segments[2].firstPosition)
  }
}
