internal import Glibc

/// Extends the newest segment of a log, and begins another when it is full or old.
///
/// The log's one writer: used under a lock, and only while the directory's lock is held.
struct SegmentWriter {
  /// Why a step was not done.
  private enum Failure: Error {
    /// For certain nothing changed.
    case refused(LogFault)
    /// What is on disk will be known when the log is opened afresh.
    case unknown(LogFault)
  }

  private static let staleReaderInterval = Duration.seconds(10)
  /// What a commit may write beside the entries: pages of the trees and of the list of free pages.
  private static let commitOverheadBytes: UInt64 = 256 << 10

  private let segments: SegmentList
  private let configuration: LMDBEventLog.Configuration
  private var active: Segment
  /// When the first entry of the active segment was decided; nil while it has none.
  private var activeSince: Timestamp?
  /// Set for ever by the first commit whose outcome is unknown.
  private var broken: LogFault?
  private var lastStaleReaderCheck = ContinuousClock.now

  /// Finds where to go on, creates the first segment of a new log, and completes what a crash
  /// interrupted.
  init(segments: SegmentList, configuration: LMDBEventLog.Configuration) throws(LogFault) {
    self.segments = segments
    self.configuration = configuration
    let directory = segments.directory
    if segments.firstPositions.isEmpty {
      guard !LogDirectory.isThere(directory.unfinishedPath) else {
        throw .noLog(in: directory.path)
      }
      let meta = SegmentMeta(
        logID: .random(), firstPosition: .first, startHead: .genesis, startTime: nil)
      try Segment.create(meta, epoch: .zero, in: directory, mapBytes: configuration.mapBytes)
    }
    let firsts = try directory.firstPositions()
    guard let newest = firsts.last else { throw .noLog(in: directory.path) }
    guard LogDirectory.isThere(directory.segmentFile(newest)) else {
      throw .noActiveSegment(newest, in: directory)
    }
    active = try Segment(
      opening: newest, in: directory, access: .readWrite, mapBytes: configuration.mapBytes)
    let end = try active.end()
    if let seal = end.seal { throw .missingSegment(after: seal.lastPosition, in: directory) }
    let previous = firsts.dropLast().last
    let isArchived = previous.map { LogDirectory.isThere(directory.archiveFile($0)) } ?? false
    if let previous, !isArchived {
      let isSealed = try Self.isSealed(previous, before: active, end: end, in: directory)
      if !isSealed { try Self.seal(previous, in: directory, mapBytes: configuration.mapBytes) }
    }
    if end.lastPosition >= active.firstPosition {
      activeSince = try active.time(at: active.firstPosition)
    }
    segments.add(active)
    if let previous, isArchived {
      // Opening checks that the one follows on from the other.
      _ = try segments.newest()
      _ = try segments.part(previous)
    }
  }

  /// Whether the segment in front of the newest was sealed before a crash could prevent it.
  ///
  /// Checks that the one follows on from the other.
  private static func isSealed(
    _ first: Position, before next: Segment, end nextEnd: SegmentEnd, in directory: LogDirectory
  ) throws(LogFault) -> Bool {
    let previous = try Segment(
      opening: first, in: directory, access: .readOnly, mapBytes: nil)
    let end = try previous.end()
    try previous.checkContinuation(end, by: next)
    // Only an empty segment can follow one that is not sealed.
    if end.seal == nil, nextEnd.lastPosition >= next.firstPosition {
      throw .damaged(
        "The segment was never sealed, but a later one has entries.", file: previous.file,
        position: next.firstPosition)
    }
    return end.seal != nil
  }

  private static func seal(
    _ first: Position, in directory: LogDirectory, mapBytes: Int
  ) throws(LogFault) {
    let segment = try Segment(
      opening: first, in: directory, access: .readWrite, mapBytes: mapBytes)
    let end = try segment.end()
    try LogFault.wrapping { () throws(LMDBFault) in try segment.seal(at: end) }
  }

  /// Begins a new writer's term, durably.
  mutating func takeEpoch() throws(LogFault) -> Epoch {
    if let broken { throw broken }
    do throws(LogFault) {
      return try storeNextEpoch()
    } catch {
      broken = error
      throw error
    }
  }

  /// In one transaction, so that no two writers take the same term.
  private func storeNextEpoch() throws(LogFault) -> Epoch {
    let transaction: LMDBWriteTransaction
    do throws(LMDBFault) {
      transaction = try LMDBWriteTransaction(active.environment)
    } catch {
      throw LogFault(error)
    }
    let end = try active.end(in: transaction)
    guard end.seal == nil else { throw .continuedElsewhere(active.file) }
    do throws(LMDBFault) {
      try active.put(end.epoch.next, in: transaction)
      try transaction.commit()
    } catch {
      throw LogFault(error)
    }
    return end.epoch.next
  }

  /// Makes a batch durable, wholly or not at all.
  mutating func append(
    _ batch: EntryBatch, epoch: Epoch, expected: Position
  ) -> AppendResult {
    if let broken { return .unknown(broken) }
    do throws(Failure) {
      try ensureRoom(for: batch)
      clearStaleReaders()
      try rollIfDue(before: batch, epoch: epoch)
      return try write(batch, epoch: epoch, expected: expected)
    } catch {
      switch error {
      case .refused(let fault):
        return .refused(fault)
      case .unknown(let fault):
        broken = fault
        return .unknown(fault)
      }
    }
  }

  private mutating func write(
    _ batch: EntryBatch, epoch: Epoch, expected: Position
  ) throws(Failure) -> AppendResult {
    let transaction = try attempt { () throws(LMDBFault) in
      try LMDBWriteTransaction(active.environment)
    }
    let end = try end(in: transaction)
    guard epoch == end.epoch, epoch > .zero else { return .fenced(current: end.epoch) }
    guard expected == end.lastPosition, end.seal == nil else {
      return .conflict(last: end.lastPosition)
    }
    if let fault = LogFault.misplaced(
      batch, epoch: epoch, expected: expected, lastTime: end.lastTime)
    {
      throw .refused(fault)
    }
    let head = end.head.extended(by: batch.bytes)
    try attempt { () throws(LMDBFault) in
      try active.append(batch, head: head, to: transaction)
    }
    do throws(LMDBFault) {
      try transaction.commit()
    } catch {
      throw .unknown(LogFault(error))
    }
    activeSince = activeSince ?? batch.firstTime
    return .appended(head: head)
  }

  /// Runs a step in front of a commit: when it fails for want of room, nothing has changed; any other
  /// failure means that the file cannot be relied on.
  private func attempt<Value: ~Copyable>(
    _ step: () throws(LMDBFault) -> Value
  ) throws(Failure) -> Value {
    do throws(LMDBFault) {
      return try step()
    } catch {
      let fault = LogFault(error)
      throw error.isFull || error.code == ENOSPC ? .refused(fault) : .unknown(fault)
    }
  }

  private func end(in transaction: borrowing LMDBWriteTransaction) throws(Failure) -> SegmentEnd {
    do throws(LogFault) {
      return try active.end(in: transaction)
    } catch {
      throw .unknown(error)
    }
  }

  private func ensureRoom(for batch: EntryBatch) throws(Failure) {
    let directory = segments.directory.path
    guard let free = configuration.freeBytes(directory) else { return }
    let needed =
      configuration.diskReserveBytes + UInt64(batch.bytes.count) + Self.commitOverheadBytes
    guard free >= needed else {
      throw .refused(
        LogFault(
          code: .diskFull,
          message:
            "The disk has \(free) bytes left, and \(configuration.diskReserveBytes) are held "
            + "in reserve. Nothing was written. Make room on the disk.",
          file: directory))
    }
  }

  /// A reader that was killed would otherwise make the file grow for as long as this process runs.
  private mutating func clearStaleReaders() {
    let now = ContinuousClock.now
    guard now - lastStaleReaderCheck >= Self.staleReaderInterval else { return }
    lastStaleReaderCheck = now
    active.environment.clearStaleReaders()
  }

  /// Whether the active segment is full, or its first entry too old beside the first of `batch`.
  private func isRollDue(before batch: EntryBatch) -> Bool {
    if active.environment.usedByteCount >= configuration.segmentBytesMax { return true }
    guard let ageMax = configuration.segmentAgeMax, let activeSince, let time = batch.firstTime
    else { return false }
    // Times come from outside: a distance that does not fit is longer than any age.
    let (age, overflows) = time.microseconds.subtractingReportingOverflow(activeSince.microseconds)
    return time > activeSince && (overflows || age >= ageMax)
  }

  /// Begins another segment when the active one is full or old, and has entries.
  ///
  /// The next one comes to exist before this one is sealed: a sealed segment without a successor is
  /// then always a loss, and never what a crash has left.
  ///
  /// All of it happens within one transaction of the active segment, in which the writer's term is
  /// looked at first: a deposed writer would put an empty segment in the place of one that has the
  /// entries of its successor. It leaves the files alone, and ``write(_:epoch:expected:)`` says why.
  private mutating func rollIfDue(before batch: EntryBatch, epoch: Epoch) throws(Failure) {
    guard isRollDue(before: batch) else { return }
    let transaction = try attempt { () throws(LMDBFault) in
      try LMDBWriteTransaction(active.environment)
    }
    let end = try end(in: transaction)
    guard end.epoch == epoch, end.seal == nil, end.lastPosition >= active.firstPosition else {
      return
    }
    do throws(LogFault) {
      let next = try createSegment(after: end)
      do throws(LMDBFault) {
        try active.putSeal(at: end, in: transaction)
        try transaction.commit()
      } catch {
        throw LogFault(error)
      }
      segments.add(next)
      active = next
      activeSince = nil
    } catch {
      throw .unknown(error)
    }
  }

  private func createSegment(after end: SegmentEnd) throws(LogFault) -> Segment {
    let meta = SegmentMeta(
      logID: active.meta.logID, firstPosition: end.lastPosition.next, startHead: end.head,
      startTime: end.lastTime)
    let directory = segments.directory
    let file = directory.segmentFile(meta.firstPosition)
    guard !LogDirectory.isThere(file) else { throw .continuedElsewhere(file) }
    EnvironmentRegistry.reserve(file)
    defer { EnvironmentRegistry.cancelReservation(of: file) }
    try Segment.create(meta, epoch: end.epoch, in: directory, mapBytes: configuration.mapBytes)
    return try Segment(
      opening: meta.firstPosition, in: directory, access: .readWrite,
      mapBytes: configuration.mapBytes)
  }
}

extension LogFault {
  /// Says that another writer has gone on with the log where this one was about to.
  fileprivate static func continuedElsewhere(_ file: String) -> LogFault {
    LogFault(
      code: .locked,
      message: "Another writer has gone on with the log. Nothing was written. Find it and end it, "
        + "then start again.", file: file)
  }
}
