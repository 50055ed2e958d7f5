/// Replaces sealed segments by archives, in a directory whose log may be read and written meanwhile.
///
/// One process at a time does so, under a lock of its own; the writer goes on. An archive gets its name only once it is on disk and has been read back: every entry,
/// every batch, and the head that the segment was sealed with. Only then does the segment go. Whoever has
/// it open reads on; whoever comes after finds the archive. After a crash there is the one, or both, of which the
/// archive is read; the next call removes the segment.
public final class LogArchiving {
  /// What became of one segment.
  public struct Outcome: Hashable, Sendable {
    /// The first position.
    public var firstPosition: Position
    /// The last position.
    public var lastPosition: Position
    /// How many bytes the entries have by themselves.
    public var entryByteCount: UInt64
    /// How many bytes the segment had.
    public var segmentByteCount: UInt64
    /// How many bytes the archive has.
    public var archiveByteCount: UInt64

    /// How many entries there are.
    public var entries: Int { firstPosition.distance(to: lastPosition) + 1 }
  }

  private static let entriesPerProgress = 4_096

  let directory: LogDirectory
  let segments: SegmentList
  private let lock: DirectoryLock

  /// Takes the right to keep the log in a directory.
  ///
  /// - Parameters:
  ///   - directory: The log's directory.
  ///   - note: One line that tells others who does.
  /// - Throws: ``LogFault``, of code ``LogFault/Code/locked`` when another process keeps it just now.
  public convenience init(directory: String, note: String) throws(LogFault) {
    try self.init(SegmentList(LogDirectory(path: directory).resolved()), note: note)
  }

  /// Takes the right to keep a log that this process has open, whose instance lets go of what is archived.
  ///
  /// - Throws: as ``init(directory:note:)`` does.
  public convenience init(of log: LMDBEventLog, note: String) throws(LogFault) {
    try self.init(log.segments, note: note)
  }

  private init(_ segments: SegmentList, note: String) throws(LogFault) {
    self.segments = segments
    directory = segments.directory
    lock = try Self.lock(directory, note: note)
    _ = try segments.newest()
  }

  /// Keeps every other process from archiving, and clears away what one that ended too early
  /// has left.
  static func lock(_ directory: LogDirectory, note: String) throws(LogFault) -> DirectoryLock {
    let lock = try DirectoryLock(directory: directory.path, note: note, purpose: .keep)
    try directory.removeLeftovers()
    return lock
  }

  /// The first positions of the segments that are sealed and were not archived yet, oldest first; of those
  /// too whose archive is there, while the segment is as well.
  ///
  /// - Throws: ``LogFault``
  public func sealedSegments() throws(LogFault) -> [Position] {
    try segments.sealedSegments().map(\.first)
  }

  /// When the last entry of a sealed segment was decided.
  ///
  /// - Throws: ``LogFault``
  public func lastTime(ofSegment first: Position) throws(LogFault) -> Timestamp? {
    try segments.segment(first).end().lastTime
  }

  /// How many entries a sealed segment has.
  ///
  /// - Throws: ``LogFault``
  public func entries(ofSegment first: Position) throws(LogFault) -> Int {
    first.distance(to: try segments.segment(first).end().lastPosition) + 1
  }

  /// Puts an archive in the place of a sealed segment.
  ///
  /// - Parameters:
  ///   - first: The segment's first position.
  ///   - reserve: How many bytes to leave free on the disk, where the archive must have room first.
  ///   - pace: How fast the archive is written.
  ///   - progress: Called now and then with how many entries were read, and whether they are being written
  ///     or read back; says whether to go on.
  /// - Returns: What became of it; nil when `progress` said to stop, and nothing was changed.
  /// - Throws: ``LogFault``; the segment is there as before.
  public func archive(
    _ first: Position, leaving reserve: UInt64 = 0, pace: DiskPace = .full,
    progress: (_ entries: Int, _ isReadingBack: Bool) -> ReadControl
  ) throws(LogFault) -> Outcome? {
    let segment = try segments.segment(first)
    let end = try segment.end()
    guard let seal = end.seal, end.lastPosition >= first else {
      throw LogFault(
        code: .inputOutput,
        message: "The segment that begins at position \(first) is not sealed. Only sealed segments "
          + "are archived.", file: segment.file, position: first)
    }
    let segmentByteCount = try LogDirectory.byteCount(of: segment.file)
    var found = try finished(segment, seal, progress)
    if case .missing = found {
      try checkRoom(segmentByteCount, leaving: reserve)
      found = try write(segment, end, seal, pace, progress)
    }
    guard case .proved(let header) = found else { return nil }
    try directory.removeSegment(first)
    segments.forget(first)
    return Outcome(
      firstPosition: first, lastPosition: seal.lastPosition,
      entryByteCount: header.entryByteCount, segmentByteCount: segmentByteCount,
      archiveByteCount: try LogDirectory.byteCount(of: directory.archiveFile(first)))
  }

  /// An archive is smaller than its segment, by how much is not known beforehand.
  private func checkRoom(_ byteCount: UInt64, leaving reserve: UInt64) throws(LogFault) {
    guard let free = LogDirectory.freeByteCount(at: directory.path) else { return }
    guard free >= byteCount, free - byteCount >= reserve else {
      throw LogFault(
        code: .diskFull,
        message:
          "The disk has \(free) bytes left: too few to archive a segment of \(byteCount) bytes"
          + (reserve > 0 ? " and leave \(reserve) in reserve" : "")
          + ". Nothing was changed. Make room on the disk.", file: directory.path)
    }
  }

  /// How it stands with the archive of a segment.
  private enum Standing {
    /// There is none, or none that is of use.
    case missing
    /// It holds what the segment holds.
    case proved(ArchiveHeader)
    /// Whoever asked has enough.
    case stopped
  }

  /// Reads an archive that a crash has left beside its segment.
  ///
  /// One that does not hold what the segment holds is removed: the segment is what was written first.
  private func finished(
    _ segment: Segment, _ seal: SegmentSeal, _ progress: (Int, Bool) -> ReadControl
  ) throws(LogFault) -> Standing {
    let first = segment.firstPosition
    guard LogDirectory.isThere(directory.archiveFile(first)) else { return .missing }
    do throws(LogFault) {
      let archive = try Archive(opening: first, in: directory)
      guard archive.header.seal == seal, archive.header.meta == segment.meta else {
        throw archive.file.damaged("it is another's")
      }
      return try readBack(archive, progress)
    } catch {
      guard error.code == .damaged || error.code == .formatUnknown else { throw error }
      try directory.removeArchive(first)
      segments.forget(first)
      return .missing
    }
  }

  private func write(
    _ segment: Segment, _ end: SegmentEnd, _ seal: SegmentSeal, _ pace: DiskPace,
    _ progress: (Int, Bool) -> ReadControl
  ) throws(LogFault) -> Standing {
    let draft = directory.archiveDraftFile(segment.firstPosition)
    var writer = try ArchiveWriter(
      draft: draft, meta: segment.meta, seal: seal, epoch: end.epoch, pace: pace)
    guard try copy(segment, through: seal.lastPosition, to: &writer, progress) else {
      return .stopped
    }
    _ = try writer.finish()
    let standing = try readBack(Archive(draft), progress)
    guard case .proved = standing else { return standing }
    try writer.adopt(as: directory.archiveFile(segment.firstPosition))
    try directory.synchronize()
    return standing
  }

  /// Copies the entries, every one checked, and the chain with them; false when told to stop.
  private func copy(
    _ segment: Segment, through last: Position, to writer: inout ArchiveWriter,
    _ progress: (Int, Bool) -> ReadControl
  ) throws(LogFault) -> Bool {
    var transaction = try segment.beginRead()
    try transaction.checkStructureForLog()
    var heads = try HeadCursor(segment, in: transaction)
    var entries = try EntryCursor(segment, in: transaction)
    var check = ChainCheck(
      from: segment.firstPosition, head: segment.meta.startHead, through: last)
    var batchEnd = try heads.move(toBatchOf: segment.firstPosition)
    try entries.move(to: segment.firstPosition)
    while true {
      let position = check.expected
      guard let end = batchEnd else {
        throw .damaged(
          "The chain of hashes does not reach position \(position).", file: segment.file,
          position: position)
      }
      try check.check(entries.bytes, file: segment.file)
      try writer.append(EntryView(encoded: entries.bytes))
      if position == end.0 {
        try check.endBatch(stored: end.1, file: segment.file)
        writer.endBatch(position, head: end.1)
        if position < last { batchEnd = try heads.move(toBatchOf: check.expected) }
      }
      if check.report.entries % Self.entriesPerProgress == 0,
        progress(check.report.entries, false) == .stop
      {
        return false
      }
      guard position < last else { return true }
      try entries.moveToNext(expecting: check.expected)
    }
  }

  /// Proves that an archive holds the entries that lead to the segment's head: the head is a hash of every
  /// byte of them.
  private func readBack(
    _ archive: Archive, _ progress: (Int, Bool) -> ReadControl
  ) throws(LogFault) -> Standing {
    let header = archive.header
    var check = ChainCheck(
      from: header.firstPosition, head: header.meta.startHead, through: header.lastPosition)
    try archive.verify(through: header.lastPosition, &check) { progress($0.entries, true) }
    return check.isStopped ? .stopped : .proved(header)
  }
}

@available(*, unavailable)
extension LogArchiving: Sendable {}
