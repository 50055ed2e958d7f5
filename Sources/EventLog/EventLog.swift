/// Whether whoever reads wants more.
public enum ReadControl: Hashable, Sendable {
  /// Go on with the next.
  case proceed
  /// That was enough.
  case stop
}

/// Reads entries: those of a log, or a stretch of one in a file of its own.
///
/// All operations are thread-safe. They block while they read from disk, so they belong on a thread
/// that may.
public protocol EntryReader: Sendable {
  /// The oldest position that there is; one past the newest when there is none.
  ///
  /// - Throws: ``LogFault``
  func oldestPosition() throws(LogFault) -> Position

  /// Lends entries to `body` in order of position.
  ///
  /// Every entry passed over or lent has been checked (``EntryView/init(validating:expected:)``), but for
  /// those of an archive's blocks that have none of `kinds`, which are not read; and no position between
  /// the first and the last is missing. Only durable entries are seen, and of a
  /// batch all or none. A view is valid only inside `body`; a body that takes long delays no writer,
  /// but makes its file grow.
  ///
  /// - Parameters:
  ///   - first: Where to begin; ``Position/zero`` means the very first entry ever appended. Beyond the
  ///     end nothing is lent.
  ///   - last: Where to end, inclusive; nil means the last entry that was durable when the read began.
  ///   - kinds: When given, only entries that have an event of one of these kinds are lent.
  ///   - body: Gets each entry, and says whether to go on.
  /// - Throws: ``LogFault`` of code ``LogFault/Code/positionGone`` when the log no longer reaches back
  ///   to `first`, ``LogFault/Code/damaged`` with file and position, or what `body` throws.
  func read(
    from first: Position, through last: Position?, kinds: Set<EventKind>?,
    _ body: (EntryView) throws -> ReadControl
  ) throws

  /// The first entry decided at `time` or later; nil when there is none.
  ///
  /// - Throws: ``LogFault``
  /// - Complexity: O(log *n*) entries are read.
  func firstPosition(atOrAfter time: Timestamp) throws(LogFault) -> Position?
}

/// Reads an append-only log of entries.
public protocol LogReader: EntryReader {
  /// What the log holds now.
  ///
  /// - Throws: ``LogFault``
  func summary() throws(LogFault) -> LogSummary

  /// Checks every stored byte of whole batches: lengths, checksums, positions without a gap, times
  /// and epochs never decreasing, and the chain of hashes.
  ///
  /// - Parameters:
  ///   - first: Where to begin; the batch in which it lies is checked from its start. nil means the
  ///     oldest entry.
  ///   - last: Where to end; the batch in which it lies is checked to its end. nil means the last
  ///     durable entry.
  ///   - progress: Called now and then; says whether to go on.
  /// - Returns: What was checked, when all of it is as it was written.
  /// - Throws: ``LogFault``, the first fault found, with file and position.
  func verify(
    from first: Position?, through last: Position?, progress: (VerifyProgress) -> ReadControl
  ) throws(LogFault) -> VerifyReport
}

extension EntryReader {
  /// Lends all entries from `first` on.
  ///
  /// - Throws: as ``read(from:through:kinds:_:)`` does.
  public func read(
    from first: Position, through last: Position? = nil,
    _ body: (EntryView) throws -> ReadControl
  ) throws {
    try read(from: first, through: last, kinds: nil, body)
  }
}

extension LogReader {
  /// The oldest position that the log still holds.
  ///
  /// - Throws: ``LogFault``
  public func oldestPosition() throws(LogFault) -> Position { try summary().firstPosition }

  /// Checks the whole log without reporting progress.
  ///
  /// - Throws: ``LogFault``, the first fault found.
  @discardableResult
  public func verify() throws(LogFault) -> VerifyReport {
    try verify(from: nil, through: nil) { _ in .proceed }
  }
}

/// What became of a batch.
public enum AppendResult: Sendable {
  /// It is durable; the hash now stands for everything up to its end.
  case appended(head: ChainHead)

  /// The log does not end where the writer believes it does. Nothing was written.
  case conflict(last: Position)

  /// A newer writer has taken over. Nothing was written, and this writer never will again.
  case fenced(current: Epoch)

  /// Nothing was written, for certain; the same batch may be tried again later.
  case refused(LogFault)

  /// Whether the batch was written will only be known when the log is opened afresh. The process
  /// must end without telling anybody anything about this batch.
  case unknown(LogFault)
}

/// Appends to a log.
public protocol LogAppender: Sendable {
  /// Begins a new writer's term, durably. From here on every older writer is fenced off.
  ///
  /// - Throws: ``LogFault``
  func takeEpoch() throws(LogFault) -> Epoch

  /// Makes a batch durable, wholly or not at all, and blocks until it is.
  ///
  /// Called by one thread at a time. After ``AppendResult/unknown(_:)`` every further call gives the
  /// same answer and does nothing.
  ///
  /// - Parameters:
  ///   - batch: Entries of term `epoch` that begin right after `expected`.
  ///   - epoch: The writer's term, from ``takeEpoch()``.
  ///   - expected: The position that the writer believes to be the log's last.
  /// - Returns: What became of the batch.
  func append(_ batch: EntryBatch, epoch: Epoch, expected: Position) -> AppendResult
}

/// An append-only log of entries that one writer at a time extends and anyone reads.
public protocol EventLog: LogReader, LogAppender {}
