import EventLog
import EventLogTesting
import Testing

/// Goal: a copy that rests in between is the same copy.
@Suite struct CopyPaceTests {
  @Test func `a backup at a gentle pace is the log`() throws {
    let made = try ArchiveFixture(count: 2_000, segmentBytes: 12 << 20, padding: 4_000)
    let scratch = try TemporaryDirectory()
    let gentle = try LogBackup.copy(made.path, to: scratch.path + "/gentle", pace: .gentle)
    let full = try LogBackup.copy(made.path, to: scratch.path + "/full")
    #expect(gentle.summary.head == full.summary.head)
    #expect(gentle.summary.lastPosition == Position(2_000))
    #expect(gentle.bytesCopied == full.bytesCopied)
    #expect(gentle.bytesCopied > 8 << 20, "more than one piece")
  }
}
