import EventLogTesting
import Glibc
import Testing

@testable import EventLog

/// Goal: what is written at a gentle pace is the same, and leaves the disk to others most of the time.
@Suite struct DiskPaceTests {
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

  @Test func `an archive written at a gentle pace is the same`() throws {
    let (gentle, full) = (try ArchiveFixture(padding: 4_000), try ArchiveFixture(padding: 4_000))
    for (made, pace) in [(gentle, DiskPace.gentle), (full, .full)] {
      let archiving = try LogArchiving(directory: made.path, note: "a test")
      for first in try archiving.sealedSegments() {
        _ = try archiving.archive(first, pace: pace) { _, _ in .proceed }
      }
      made.fixture.releaseArchived()
    }
    #expect(try gentle.log.samples() == full.log.samples())
    #expect(try gentle.log.verify().entries == 1_000)
  }

  @Test func `after each piece comes a rest of three times as long as it took`() throws {
    let scratch = try TemporaryDirectory()
    let file = unsafe open(scratch.path + "/file", O_RDWR | O_CREAT, 0o644)
    defer { close(file) }
    let piece = [UInt8](repeating: 7, count: DiskPace.pieceByteCount)
    var meter = DiskPace.Meter(.gentle, of: file)
    let start = ContinuousClock.now
    let written = unsafe piece.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    #expect(written == piece.count)
    let half = piece.count / 2
    #expect(meter.count(half) == 0)
    let took = ContinuousClock.now - start
    #expect(meter.count(piece.count - half) == 0)
    // The time that the disk took besides is rested for, too.
    #expect(ContinuousClock.now - start >= took * 4)
  }

  @Test func `a piece that cannot be written is told of`() {
    var meter = DiskPace.Meter(.gentle, of: -1)
    #expect(meter.count(DiskPace.pieceByteCount) == EBADF)
    var unpaced = DiskPace.Meter(.full, of: -1)
    #expect(unpaced.count(DiskPace.pieceByteCount) == 0, "nothing is asked of the disk")
  }
}
