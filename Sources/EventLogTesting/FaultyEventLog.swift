public import EventLog
internal import Glibc
internal import Synchronization

/// A log that does what another does, except where a plan says that it fails.
///
/// For tests of whatever stands on a log: full disks, failed syncs, slow disks, damaged files. Without
/// a plan it is the other log. Thread-safe.
public final class FaultyEventLog: EventLog {
  /// What happens to an append.
  public enum AppendFault: Sendable {
    /// It is refused; nothing is written.
    case refuse(LogFault)
    /// Its outcome is unknown: nothing was written.
    case unknownBeforeWrite
    /// Its outcome is unknown: it was written.
    case unknownAfterWrite
    /// Its outcome is unknown: so many of its first entries were written, as a batch of their own.
    ///
    /// No log may do that. It is here so that what stands on a log can be seen to notice.
    case unknownAfterPart(entryCount: Int)
    /// It takes longer.
    case delay(Duration)
  }

  /// What happens to an entry that is read.
  public enum ReadFault: Sendable {
    /// One bit of the entry is wrong, counted from the lowest of its first byte.
    case flipBit(Int)
    /// Only so many of the entry's bytes are there.
    case truncate(byteCount: Int)
    /// Reading fails here.
    case fail(LogFault)
    /// Reading takes longer here.
    case delay(Duration)
  }

  private struct Plan {
    var appends: [Int: AppendFault] = [:]
    var reads: [Position: ReadFault] = [:]
    var appendCount = 0
    var broken: LogFault?
  }

  private let log: any EventLog
  private let plan = Mutex(Plan())

  /// Behaves as `log` until a fault is planned.
  public init(_ log: any EventLog) {
    self.log = log
  }

  /// Plans a fault of an append.
  ///
  /// - Parameters:
  ///   - fault: What happens to it.
  ///   - index: Which append from now on: 0 is the next.
  public func plan(_ fault: AppendFault, forAppend index: Int = 0) {
    plan.withLock { $0.appends[$0.appendCount + index] = fault }
  }

  /// Plans a fault of every read that comes to the entry at `position`, until ``forgetPlan()``.
  public func plan(_ fault: ReadFault, forEntryAt position: Position) {
    plan.withLock { $0.reads[position] = fault }
  }

  /// Plans no more faults.
  ///
  /// An unknown outcome stays unknown, as it does for any log.
  public func forgetPlan() {
    plan.withLock { plan in
      plan.appends = [:]
      plan.reads = [:]
    }
  }

  /// Appends as the other log does, or fails as planned.
  public func append(
    _ batch: EntryBatch, epoch: Epoch, expected: Position
  ) -> AppendResult {
    let (fault, broken) = plan.withLock { plan in
      plan.appendCount += 1
      return (plan.appends.removeValue(forKey: plan.appendCount - 1), plan.broken)
    }
    if let broken { return .unknown(broken) }
    switch fault {
    case .refuse(let fault):
      return .refused(fault)
    case .unknownBeforeWrite:
      return .unknown(stop())
    case .unknownAfterWrite:
      _ = log.append(batch, epoch: epoch, expected: expected)
      return .unknown(stop())
    case .unknownAfterPart(let entryCount):
      let part = batch.prefix(entryCount)
      if !part.isEmpty { _ = log.append(part, epoch: epoch, expected: expected) }
      return .unknown(stop())
    case .delay(let duration):
      Self.sleep(duration)
      return log.append(batch, epoch: epoch, expected: expected)
    case nil:
      return log.append(batch, epoch: epoch, expected: expected)
    }
  }

  private func stop() -> LogFault {
    let fault = LogFault(
      code: .inputOutput, message: "The sync failed, as planned by a test.", nativeCode: EIO)
    plan.withLock { $0.broken = fault }
    return fault
  }

  /// Begins a new writer's term in the other log.
  public func takeEpoch() throws(LogFault) -> Epoch {
    if let broken = plan.withLock({ $0.broken }) { throw broken }
    return try log.takeEpoch()
  }

  /// What the other log holds.
  public func summary() throws(LogFault) -> LogSummary { try log.summary() }

  /// The first entry of the other log decided at `time` or later.
  public func firstPosition(atOrAfter time: Timestamp) throws(LogFault) -> Position? {
    try log.firstPosition(atOrAfter: time)
  }

  /// Reads the other log, and comes upon the faults that are planned.
  public func read(
    from first: Position, through last: Position?, kinds: Set<EventKind>?,
    _ body: (EntryView) throws -> ReadControl
  ) throws {
    try log.read(from: first, through: last, kinds: kinds) { entry in
      guard let fault = plan.withLock({ $0.reads[entry.position] }) else { return try body(entry) }
      return try Self.lend(entry, with: fault, to: body)
    }
  }

  private static func lend(
    _ entry: EntryView, with fault: ReadFault, to body: (EntryView) throws -> ReadControl
  ) throws -> ReadControl {
    var bytes = unsafe entry.bytes.withUnsafeBytes { unsafe Array($0) }
    switch fault {
    case .flipBit(let bit):
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    case .truncate(let byteCount):
      bytes.removeLast(bytes.count - byteCount)
    case .fail(let fault):
      throw fault
    case .delay(let duration):
      sleep(duration)
    }
    let damaged: EntryView
    do throws(EntryFault) {
      damaged = try EntryView(validating: unsafe bytes.span.bytes, expected: entry.position)
    } catch {
      throw LogFault.damaged(error, file: nil, position: entry.position)
    }
    return try body(damaged)
  }

  /// Verifies the other log, and comes upon the faults that are planned.
  public func verify(
    from first: Position?, through last: Position?, progress: (VerifyProgress) -> ReadControl
  ) throws(LogFault) -> VerifyReport {
    do {
      try read(from: first ?? log.summary().firstPosition, through: last) { _ in .proceed }
    } catch {
      throw error as? LogFault
        ?? LogFault(code: .inputOutput, message: "A planned fault.", cause: error)
    }
    return try log.verify(from: first, through: last, progress: progress)
  }

  private static func sleep(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    unsafe nanosleep(&time, nil)
  }
}

extension EntryBatch {
  /// A batch of the first entries.
  fileprivate func prefix(_ entryCount: Int) -> EntryBatch {
    var part = EntryBatch(after: previousPosition, epoch: epoch)
    for index in 0..<min(entryCount, count) { withEntry(at: index) { part.append(stored: $0) } }
    return part
  }
}
