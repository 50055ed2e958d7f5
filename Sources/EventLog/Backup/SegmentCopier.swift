/// Copies one segment after the other.
struct SegmentCopier {
  let source: SegmentList
  /// Where copies go.
  let target: LogDirectory
  /// Where an older copy of the log is, of which what is sealed is not copied again; nil for none.
  let older: LogDirectory?
  let logID: LogID
  /// The last position to be copied; nil for all.
  var last: Position?
  /// How fast copies are written.
  var pace = DiskPace.full
  var report: LogBackup.Report

  init(source: SegmentList, target: LogDirectory, older: LogDirectory?, logID: LogID) {
    self.source = source
    self.target = target
    self.older = older
    self.logID = logID
    report = LogBackup.Report(
      summary: LogSummary(
        logID: logID, firstPosition: .first, lastPosition: .zero, lastTime: nil, epoch: .zero,
        head: .genesis, byteCountOnDisk: 0, segments: []))
  }

  /// Copies what there is to copy, the newest segment always.
  mutating func copyAll(_ progress: (Int, Int) -> Void) throws(LogFault) {
    var done = 0
    var mayRepeat = true
    while true {
      let firsts = source.firstPositions.filter { $0 <= last ?? .max }
      if done == firsts.count {
        guard mayRepeat, let first = firsts.dropLast().last, try !isSealed(first) else {
          return
        }
        // A writer begins a segment before it seals the one in front, and fills it after that.
        mayRepeat = false
        done -= 2
      }
      let isLast = done + 1 == firsts.count
      try copy(firsts[done], isLast: isLast)
      done += 1
      progress(done, firsts.count)
      guard isLast, last == nil else { continue }
      // When another segment has begun meanwhile, this one is looked at once more: what was copied of it
      // may have been copied before its end.
      _ = try source.newest()
      if source.firstPositions.count > done { done -= 1 }
    }
  }

  /// Copies a segment or an archive, unless there is a copy of it.
  private mutating func copy(_ first: Position, isLast: Bool) throws(LogFault) {
    let part = try source.part(first)
    if try isThere(part) {
      report.segmentsKept += 1
      return
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

  /// Whether the copy of a segment is sealed.
  private func isSealed(_ first: Position) throws(LogFault) -> Bool {
    try existing(first)?.seal != nil
  }

  /// Whether there is a copy of the segment or archive as it will always be.
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

  /// What there is already that begins at `first`; nil when there is nothing.
  private func existing(
    _ first: Position
  ) throws(LogFault) -> (logID: LogID, seal: SegmentSeal?, file: String)? {
    for directory in [target, older] {
      guard let directory, let (file, isArchived, _) = directory.part(first) else { continue }
      if isArchived {
        let header = try Archive(opening: first, in: directory).header
        return (header.meta.logID, header.seal, file)
      }
      let segment = try Segment(opening: first, in: directory, access: .readOnly, mapBytes: nil)
      return (segment.meta.logID, try segment.end().seal, file)
    }
    return nil
  }
}
