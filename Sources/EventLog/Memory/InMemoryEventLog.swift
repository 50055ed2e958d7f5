internal import Synchronization

/// A log that lives as long as the process: for tests, and for worlds that need not last.
public final class InMemoryEventLog: EventLog {
  private struct StoredBatch {
    var entries: EntryBatch
    var head: ChainHead
  }

  private struct State {
    var epoch = Epoch.zero
    var batches: [StoredBatch] = []

    var last: Position { batches.last?.entries.lastPosition ?? .zero }
    var lastTime: Timestamp? { batches.last?.entries.lastTime }
    var head: ChainHead { batches.last?.head ?? .genesis }

    /// The index of the batch that holds `position`, or would if it were appended next.
    func batchIndex(of position: Position) -> Int {
      batches.partitioningIndex { $0.entries.lastPosition >= position }
    }
  }

  private let logID = LogID.random()
  private let state = Mutex(State())

  /// An empty log.
  public init() {}

  /// What the log holds now; nothing of it on disk.
  public func summary() -> LogSummary {
    state.withLock { state in
      LogSummary(
        logID: logID, firstPosition: .first, lastPosition: state.last, lastTime: state.lastTime,
        epoch: state.epoch, head: state.head, byteCountOnDisk: 0, segments: [])
    }
  }

  /// Lends entries to `body`, each checked as a durable log would.
  public func read(
    from first: Position, through last: Position?, kinds: Set<EventKind>?,
    _ body: (EntryView) throws -> ReadControl
  ) throws {
    let first = max(first, .first)
    let (batches, index) = state.withLock { ($0.batches, $0.batchIndex(of: first)) }
    let filter = KindFilter(kinds)
    for batch in batches[index...].lazy.map(\.entries) {
      for index in max(0, batch.firstPosition.distance(to: first))..<batch.count {
        let position = batch.firstPosition.advanced(by: index)
        if let last, position > last { return }
        let control = try batch.withEntry(at: index) { entry in
          let entry = try Self.checked(entry, position)
          return filter.admits(entry) ? try body(entry) : .proceed
        }
        if control == .stop { return }
      }
    }
  }

  @_lifetime(copy entry)
  private static func checked(
    _ entry: EntryView, _ position: Position
  ) throws(LogFault) -> EntryView {
    do throws(EntryFault) {
      return try EntryView(validating: entry.bytes, expected: position)
    } catch {
      throw .damaged(error, file: nil, position: position)
    }
  }

  /// The first entry decided at `time` or later.
  public func firstPosition(atOrAfter time: Timestamp) -> Position? {
    let batches = state.withLock { $0.batches }
    let index = batches.partitioningIndex { $0.entries.lastTime.map { $0 >= time } ?? false }
    guard index < batches.count else { return nil }
    let batch = batches[index].entries
    let entry = (0..<batch.count).partitioningIndex { batch.header(at: $0).time >= time }
    return batch.firstPosition.advanced(by: entry)
  }

  /// Checks every byte of whole batches and the chain of hashes.
  public func verify(
    from first: Position?, through last: Position?, progress: (VerifyProgress) -> ReadControl
  ) throws(LogFault) -> VerifyReport {
    let state = state.withLock { $0 }
    let start = state.batchIndex(of: first ?? .first)
    let end = min(state.batches.count, state.batchIndex(of: last ?? state.last) + 1)
    let batches = state.batches[min(start, end)..<end]
    var check = ChainCheck(
      from: batches.first?.entries.firstPosition ?? state.last.next,
      head: start == 0 ? .genesis : state.batches[start - 1].head,
      through: batches.last?.entries.lastPosition ?? state.last)
    for batch in batches {
      for index in 0..<batch.entries.count {
        try batch.entries.withEntry(at: index) { entry throws(LogFault) in
          try check.check(entry.bytes, file: nil)
        }
      }
      try check.endBatch(stored: batch.head, file: nil)
      if progress(check.progress) == .stop {
        check.stop()
        break
      }
    }
    return check.report
  }

  /// Begins a new writer's term.
  public func takeEpoch() -> Epoch {
    state.withLock { state in
      state.epoch = state.epoch.next
      return state.epoch
    }
  }

  /// Keeps a batch; never ``AppendResult/unknown(_:)``.
  public func append(
    _ batch: EntryBatch, epoch: Epoch, expected: Position
  ) -> AppendResult {
    state.withLock { state in
      guard epoch == state.epoch, epoch > .zero else { return .fenced(current: state.epoch) }
      guard expected == state.last else { return .conflict(last: state.last) }
      if let fault = LogFault.misplaced(
        batch, epoch: epoch, expected: expected, lastTime: state.lastTime)
      {
        return .refused(fault)
      }
      let head = state.head.extended(by: batch.bytes)
      state.batches.append(StoredBatch(entries: batch, head: head))
      return .appended(head: head)
    }
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first index whose element satisfies `condition`, which holds for none before it and for all
  /// after it.
  func partitioningIndex(where condition: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if condition(self[middle]) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}
