internal import Synchronization

/// A log in a directory: one LMDB file per segment, or an archive where one was.
///
/// One instance in one process writes; any number of instances and processes read. Thread-safe: reads
/// run beside each other and beside an append. An append returns when its batch is on disk.
public final class LMDBEventLog: EventLog {
  /// What a process may do with a log.
  public enum Access: Hashable, Sendable {
    /// Read a log that exists, beside its writer if it has one.
    case readOnly
    /// Read and append; the log is created when there is none.
    case readWrite
  }

  /// The limits of a log.
  public struct Configuration: Sendable {
    /// A segment that has grown to this many bytes is followed by another.
    public var segmentBytesMax: Int

    /// A segment whose first entry is older than this when another comes is followed by another, in
    /// microseconds of the entries' time; nil when only size counts.
    public var segmentAgeMax: Int64?

    /// The address space of a segment, in bytes: it must hold `segmentBytesMax` and the largest batch.
    public var mapBytes: Int

    /// Appends are refused when they would leave less room than this on the disk, in bytes.
    public var diskReserveBytes: UInt64

    /// What a second writer is told about this one, such as the address that it listens on.
    public var writerNote: String

    /// How much room the disk of a directory has, in bytes; nil when that cannot be known.
    public var freeBytes: @Sendable (_ directory: String) -> UInt64?

    /// Sets limits; those not given suit a server.
    ///
    /// - Parameters:
    ///   - segmentBytesMax: 1 GiB by default.
    ///   - segmentAgeMax: Only size counts by default.
    ///   - mapBytes: By default eight times that, and at least 16 GiB: it costs nothing but addresses.
    ///   - diskReserveBytes: 256 MiB by default: room to start again and to make images.
    ///   - writerNote: Nothing by default.
    ///   - freeBytes: Asks the operating system by default; tests answer for it.
    public init(
      segmentBytesMax: Int = 1 << 30, segmentAgeMax: Int64? = nil, mapBytes: Int? = nil,
      diskReserveBytes: UInt64 = 256 << 20, writerNote: String = "",
      freeBytes: (@Sendable (_ directory: String) -> UInt64?)? = nil
    ) {
      self.segmentBytesMax = segmentBytesMax
      self.segmentAgeMax = segmentAgeMax
      self.mapBytes = mapBytes ?? max(8 * segmentBytesMax, 16 << 30)
      self.diskReserveBytes = diskReserveBytes
      self.writerNote = writerNote
      self.freeBytes = freeBytes ?? { LogDirectory.freeByteCount(at: $0) }
    }
  }

  let segments: SegmentList
  /// Holds nil when the log was opened for reading only.
  private let writer: Mutex<SegmentWriter?>
  private let lock: DirectoryLock?

  /// Opens the log in `directory`.
  ///
  /// A writer repairs what a crash can leave behind: a segment that never came to exist, or one that
  /// has a successor and was not sealed yet.
  ///
  /// - Throws: ``LogFault``, notably of code ``LogFault/Code/locked`` when there is a writer already,
  ///   ``LogFault/Code/missing`` when there is nothing to read, ``LogFault/Code/damaged``.
  public init(
    directory: String, configuration: Configuration = Configuration(), access: Access
  ) throws(LogFault) {
    switch access {
    case .readOnly:
      lock = nil
      writer = Mutex(nil)
      segments = try SegmentList(LogDirectory(path: directory).resolved())
      _ = try segments.newest()
    case .readWrite:
      try LogDirectory(path: directory).create()
      let directory = try LogDirectory(path: directory).resolved()
      lock = try DirectoryLock(directory: directory.path, note: configuration.writerNote)
      try directory.removeDrafts()
      // A writer that was killed may have given a segment its name and not made that durable yet;
      // nothing is appended to a file that a power cut could take the name from.
      try directory.synchronize()
      segments = try SegmentList(directory)
      writer = Mutex(try SegmentWriter(segments: segments, configuration: configuration))
    }
  }

  /// Replaces what a second writer is told about this one; of no effect on a reader.
  ///
  /// - Throws: ``LogFault``
  public func describeWriter(_ note: String) throws(LogFault) {
    try lock?.describe(note)
  }

  /// What the log holds now.
  ///
  /// - Throws: ``LogFault``
  public func summary() throws(LogFault) -> LogSummary {
    let (newest, end) = try segments.newest()
    // Segments that were added since then are of no concern.
    let firsts = try segments.directory.firstPositions().filter { $0 <= newest.firstPosition }
    var files: [LogSummary.Segment] = []
    for (index, first) in firsts.enumerated() {
      guard let (file, isArchived, byteCount) = segments.directory.part(first) else { continue }
      let isNewest = index == firsts.count - 1
      files.append(
        LogSummary.Segment(
          file: file, firstPosition: first,
          lastPosition: isNewest ? end.lastPosition : firsts[index + 1].advanced(by: -1),
          isSealed: !isNewest, isArchived: isArchived, byteCountOnDisk: byteCount))
    }
    return LogSummary(
      logID: newest.meta.logID, firstPosition: files.first?.firstPosition ?? newest.firstPosition,
      lastPosition: end.lastPosition, lastTime: end.lastTime, epoch: end.epoch, head: end.head,
      byteCountOnDisk: files.reduce(0) { $0 + $1.byteCountOnDisk }, segments: files)
  }

  /// Lets go of segments that another process has archived or removed, so that the disk gets back their room.
  ///
  /// - Returns: The oldest position that the log still has; one past its newest when it has none.
  /// - Throws: ``LogFault``
  @discardableResult
  public func releaseArchived() throws(LogFault) -> Position {
    segments.releaseArchived()
    try segments.noticeRemoved()
    return segments.firstPositions.first ?? .first
  }

  /// The first positions of the sealed segments that are there, oldest first, with the time of the last
  /// entry of each; those whose archive is there too are among them.
  ///
  /// - Throws: ``LogFault``
  public func sealedSegments() throws(LogFault) -> [(first: Position, lastTime: Timestamp)] {
    try segments.sealedSegments().compactMap { segment in
      segment.end.lastTime.map { (segment.first, $0) }
    }
  }

  /// How many bytes the entries of an archive have by themselves; nil when what begins at `first` is none.
  ///
  /// - Throws: ``LogFault``
  public func entryByteCount(ofArchive first: Position) throws(LogFault) -> UInt64? {
    guard case .archive(let archive) = try segments.part(first) else { return nil }
    return archive.header.entryByteCount
  }

  /// Begins a new writer's term, durably.
  ///
  /// - Throws: ``LogFault``
  public func takeEpoch() throws(LogFault) -> Epoch {
    let epoch = try writer.withLock { (writer: inout SegmentWriter?) throws(LogFault) in
      try writer?.takeEpoch()
    }
    guard let epoch else { throw .readOnly(segments.directory) }
    return epoch
  }

  /// Makes a batch durable, wholly or not at all.
  public func append(
    _ batch: EntryBatch, epoch: Epoch, expected: Position
  ) -> AppendResult {
    writer.withLock { $0?.append(batch, epoch: epoch, expected: expected) }
      ?? .refused(.readOnly(segments.directory))
  }
}

extension LogFault {
  /// Says that the log cannot be extended through this instance.
  fileprivate static func readOnly(_ directory: LogDirectory) -> LogFault {
    LogFault(
      code: .readOnly, message: "The log was opened for reading only. Nothing was written.",
      file: directory.path)
  }
}
