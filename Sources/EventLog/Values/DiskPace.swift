internal import CWriteBack
internal import Glibc

/// How a large file is written beside others who need the disk.
///
/// What is written waits in memory until the system writes it, all at once and at the time of its choosing; and a commit
/// that has to be durable then waits behind all of it. So a large file goes to the disk in pieces, each so small that a
/// commit hardly notices, and with a rest after each. The pieces are not made durable one by one: a sync would have the
/// file system write down its own books each time, for which every commit would wait as well. That comes once, at
/// the end.
public struct DiskPace: Hashable, Sendable {
  /// How long to rest after a piece, as a multiple of the time that it took.
  private let rest: UInt32

  /// As fast as can be.
  public static let full = DiskPace(rest: 0)
  /// A quarter of the time, however fast the disk is: the rest is for whoever waits for it.
  public static let gentle = DiskPace(rest: 3)

  /// How many bytes are written between two rests.
  package static let pieceByteCount = 256 << 10

  /// Counts what is written to one file, and rests when it is time.
  package struct Meter {
    private let pace: DiskPace
    private let descriptor: Int32
    private let isForgotten: Bool
    private var byteCount = 0
    private var start = ContinuousClock.now

    /// Begins.
    ///
    /// - Parameters:
    ///   - pace: How fast the file is written.
    ///   - descriptor: The file, open for as long as this is used.
    ///   - isForgotten: Whether what is on disk need not stay in memory, so that other files' pages can.
    package init(_ pace: DiskPace, of descriptor: Int32, isForgotten: Bool = true) {
      self.pace = pace
      self.descriptor = descriptor
      self.isForgotten = isForgotten
    }

    /// Notes that bytes were written; has them go to the disk, and rests, when there are enough.
    ///
    /// - Returns: The error number of what failed; 0 when all is well.
    package mutating func count(_ bytes: Int) -> Int32 {
      byteCount += bytes
      guard pace != .full, byteCount >= DiskPace.pieceByteCount else { return 0 }
      byteCount = 0
      let failure = cwriteback(descriptor)
      guard failure == 0 else { return failure }
      if isForgotten { posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      let microseconds = min(seconds, 1) * 1_000_000 + attoseconds / 1_000_000_000_000
      usleep(UInt32(clamping: microseconds) * pace.rest)
      start = .now
      return 0
    }
  }
}
