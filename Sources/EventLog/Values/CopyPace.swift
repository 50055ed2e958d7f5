internal import Glibc

/// How a large file is written beside others who need the disk.
///
/// What is written waits in memory until the system writes it, all at once and at the time of its choosing; and whoever
/// waits for the disk then, waits long. So a copy is made durable piece by piece, and rests in between.
public struct CopyPace: Hashable, Sendable {
  /// How long to rest after a piece, as a multiple of the time that it took.
  private let rest: UInt32

  /// As fast as can be.
  public static let full = CopyPace(rest: 0)
  /// A quarter of the time: the rest is for whoever waits for the disk.
  public static let gentle = CopyPace(rest: 3)

  /// How many bytes are written between two rests.
  private static let pieceByteCount = 4 << 20

  /// Counts what is written to one file, and rests when it is time.
  struct Meter {
    private let pace: CopyPace
    private let descriptor: Int32
    private var byteCount = 0
    private var start = ContinuousClock.now

    init(_ pace: CopyPace, of descriptor: Int32) {
      self.pace = pace
      self.descriptor = descriptor
    }

    /// Notes that bytes were written; makes them durable and rests when there are enough.
    ///
    /// - Returns: The error number of a sync that failed; 0 when all is well.
    mutating func count(_ bytes: Int) -> Int32 {
      byteCount += bytes
      guard pace != .full, byteCount >= CopyPace.pieceByteCount else { return 0 }
      byteCount = 0
      guard fdatasync(descriptor) == 0 else { return errno }
      // Whoever reads back what was written reads what is on disk, and the server's pages stay in memory.
      posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      let microseconds = min(seconds, 1) * 1_000_000 + attoseconds / 1_000_000_000_000
      usleep(UInt32(clamping: microseconds) * pace.rest)
      start = .now
      return 0
    }
  }
}
