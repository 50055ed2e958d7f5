/// Copies of a log that are logs themselves: to be kept elsewhere, read, verified and put back.
///
/// A copy has the same segments and archives under the same names, the same log id and the same chain of hashes, so a
/// head that was noted proves the one as it proves the other.
public enum LogBackup {
  /// What a copy holds, and what it took.
  public struct Report: Hashable, Sendable {
    /// The copy.
    public var summary: LogSummary
    /// Segments copied now.
    public var segmentsCopied = 0
    /// Segments that the copy had already, sealed and unchanged.
    public var segmentsKept = 0
    /// Bytes written.
    public var bytesCopied: UInt64 = 0
  }

  /// Copies a log, as it is at one moment, into a directory that is empty or has an older copy of the same
  /// log.
  ///
  /// Its writer goes on meanwhile. Each file is there as a whole or not at all, also after a crash, and
  /// what is not finished is finished by the next call. Sealed segments that the copy has are not copied
  /// again. The copy is checked: every page, every byte, and the chain from the first segment that was
  /// copied on.
  ///
  /// - Parameters:
  ///   - log: The log's directory.
  ///   - directory: Where the copy goes; created when missing.
  ///   - pace: How fast it is written.
  ///   - progress: Called after each segment with how many are done, and of how many.
  /// - Throws: ``LogFault``, notably of code ``LogFault/Code/locked`` when a server or another backup has
  ///   the directory, and ``LogFault/Code/otherLog`` when it has another log.
  public static func copy(
    _ log: String, to directory: String, pace: CopyPace = .full,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(LogFault) -> Report {
    let source = try SegmentList(LogDirectory(path: log).resolved())
    let logID = try source.newest().segment.meta.logID
    try LogDirectory(path: directory).create()
    let target = try LogDirectory(path: directory).resolved()
    let lock = try DirectoryLock(directory: target.path, note: "finalverse backup of \(log)")
    defer { withExtendedLifetime(lock) {} }
    let keeping = try LogArchiving.lock(target, note: "finalverse backup of \(log)")
    defer { withExtendedLifetime(keeping) {} }
    try target.removeDrafts()

    var copier = SegmentCopier(source: source, target: target, logID: logID)
    copier.pace = pace
    let firstCopied = try copier.copyAll(progress)
    let copy = try LMDBEventLog(directory: target.path, access: .readOnly)
    copier.report.summary = try copy.summary()
    _ = try copy.verify(from: firstCopied, through: nil) { _ in .proceed }
    return copier.report
  }

  /// Copies a log into a directory that has none, up to a position.
  ///
  /// - Parameters:
  ///   - backup: The directory of the copy, or of any log.
  ///   - directory: Where the log goes; created when missing.
  ///   - last: The last position to be there; nil for all.
  ///   - progress: Called after each segment with how many are done, and of how many.
  /// - Throws: ``LogFault``, notably of code ``LogFault/Code/exists`` when there is a log already.
  public static func restore(
    _ backup: String, to directory: String, through last: Position?,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(LogFault) -> Report {
    try LogDirectory(path: directory).create()
    let target = try LogDirectory(path: directory).resolved()
    let lock = try DirectoryLock(directory: target.path, note: "finalverse restore of \(backup)")
    defer { withExtendedLifetime(lock) {} }
    let keeping = try LogArchiving.lock(target, note: "finalverse restore of \(backup)")
    defer { withExtendedLifetime(keeping) {} }
    guard try target.firstPositions().isEmpty else { throw .exists(in: directory) }
    try target.removeDrafts()
    let source = try SegmentList(LogDirectory(path: backup).resolved())
    let (newest, end) = try source.newest()
    let oldest = source.firstPositions.first ?? newest.firstPosition
    let wanted = min(last ?? end.lastPosition, end.lastPosition)
    guard wanted >= oldest || last == nil else { throw .gone(wanted, first: oldest) }

    var copier = SegmentCopier(source: source, target: target, logID: newest.meta.logID)
    copier.last = wanted
    _ = try copier.copyAll(progress)
    let log = try LMDBEventLog(directory: target.path, access: .readOnly)
    copier.report.summary = try log.summary()
    _ = try log.verify(from: nil, through: nil) { _ in .proceed }
    return copier.report
  }
}

/// Copies one segment after the other.
private struct SegmentCopier {
  let source: SegmentList
  let target: LogDirectory
  let logID: LogID
  /// The last position to be copied; nil for all.
  var last: Position?
  /// How fast copies are written.
  var pace = CopyPace.full
  var report: LogBackup.Report

  init(source: SegmentList, target: LogDirectory, logID: LogID) {
    self.source = source
    self.target = target
    self.logID = logID
    report = LogBackup.Report(
      summary: LogSummary(
        logID: logID, firstPosition: .first, lastPosition: .zero, lastTime: nil, epoch: .zero,
        head: .genesis, byteCountOnDisk: 0, segments: []))
  }

  /// - Returns: the first position that was copied; nil when nothing had to be.
  mutating func copyAll(_ progress: (Int, Int) -> Void) throws(LogFault) -> Position? {
    var firstCopied: Position?
    var done = 0
    var mayRepeat = true
    while true {
      let firsts = source.firstPositions.filter { $0 <= last ?? .max }
      if done == firsts.count {
        guard mayRepeat, let first = firsts.dropLast().last, try !isSealed(first) else {
          return firstCopied
        }
        // A writer begins a segment before it seals the one in front, and fills it after that.
        mayRepeat = false
        done -= 2
      }
      let first = firsts[done]
      let isLast = done + 1 == firsts.count
      if try copy(first, isLast: isLast) { firstCopied = firstCopied ?? first }
      done += 1
      progress(done, firsts.count)
      guard isLast, last == nil else { continue }
      // When another segment has begun meanwhile, this one is looked at once more: what was copied of it
      // may have been copied before its end.
      _ = try source.newest()
      if source.firstPositions.count > done { done -= 1 }
    }
  }

  /// Copies a segment or an archive, unless the target has it; says whether it did.
  private mutating func copy(_ first: Position, isLast: Bool) throws(LogFault) -> Bool {
    let part = try source.part(first)
    if try isThere(part) {
      report.segmentsKept += 1
      return false
    }
    switch part {
    case .segment(let segment):
      try copy(segment, isCut: isLast)
    case .archive(let archive):
      if let last, isLast {
        try unpack(archive, through: last)
      } else {
        try copy(archive)
      }
    }
    report.segmentsCopied += 1
    return true
  }

  private mutating func copy(_ segment: Segment, isCut: Bool) throws(LogFault) {
    let draft = target.draftFile(segment.firstPosition)
    try LogFault.wrapping { () throws(LMDBFault) in
      try segment.environment.copy(to: draft, pace: pace)
    }
    if let last, isCut { try Segment.truncate(draft, of: segment, after: last) }
    try adopt(draft, segment.firstPosition)
  }

  private mutating func unpack(_ archive: Archive, through last: Position) throws(LogFault) {
    let first = archive.header.firstPosition
    let draft = target.draftFile(first)
    try Segment.unpack(archive, through: last, to: draft)
    try adopt(draft, first)
  }

  private mutating func adopt(_ draft: String, _ first: Position) throws(LogFault) {
    try LogDirectory.synchronize(file: draft)
    report.bytesCopied += try LogDirectory.byteCount(of: draft)
    try target.adoptDraft(first)
  }

  private mutating func copy(_ archive: Archive) throws(LogFault) {
    let first = archive.header.firstPosition
    try archive.file.copy(
      to: target.archiveFile(first), draft: target.archiveDraftFile(first), pace: pace)
    try target.synchronize()
    report.bytesCopied += archive.file.byteCount
    // What an earlier backup had of it, before it was sealed.
    try target.removeSegment(first)
  }

  /// Whether the target's copy of a segment is sealed.
  private func isSealed(_ first: Position) throws(LogFault) -> Bool {
    try existing(first)?.seal != nil
  }

  /// Whether the target has the segment or archive as it will always be.
  private func isThere(_ part: LogPart) throws(LogFault) -> Bool {
    guard let copy = try existing(part.firstPosition) else { return false }
    guard copy.logID == logID else {
      throw LogFault(
        code: .otherLog,
        message: "The directory has a copy of log \(copy.logID), and this is log \(logID). "
          + "Nothing was changed. Choose another directory.", file: copy.file)
    }
    guard let seal = copy.seal else { return false }
    return switch part {
    case .segment(let segment): try segment.end().seal == seal
    case .archive(let archive): archive.header.seal == seal
    }
  }

  /// What the target has that begins at `first`; nil when it has nothing.
  private func existing(
    _ first: Position
  ) throws(LogFault) -> (logID: LogID, seal: SegmentSeal?, file: String)? {
    guard let (file, isArchived, _) = target.part(first) else { return nil }
    if isArchived {
      let header = try Archive(opening: first, in: target).header
      return (header.meta.logID, header.seal, file)
    }
    let segment = try Segment(opening: first, in: target, access: .readOnly, mapBytes: nil)
    return (segment.meta.logID, try segment.end().seal, file)
  }
}

extension LogFault {
  /// Says that a log would be overwritten.
  fileprivate static func exists(in directory: String) -> LogFault {
    LogFault(
      code: .exists,
      message:
        "There is a log in \(directory) already. Nothing was changed. Choose a directory without "
        + "one.", file: directory)
  }
}
