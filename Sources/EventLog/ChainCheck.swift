/// What ``LogReader/verify(from:through:progress:)`` keeps in mind from entry to entry.
struct ChainCheck {
  private var hash: ChainHash
  private var lastEpoch = Epoch.zero
  /// When the entry checked last was decided.
  private(set) var lastTime: Timestamp?
  private let entriesTotal: Int
  private(set) var isStopped = false
  /// The first position of the batch that is being checked, or that comes next.
  private(set) var batchStart: Position
  private(set) var report: VerifyReport

  /// Starts at the beginning of a batch.
  ///
  /// - Parameters:
  ///   - first: The first position of the batch.
  ///   - head: The hash of everything in front of it.
  ///   - last: The last position that will be checked.
  init(from first: Position, head: ChainHead, through last: Position) {
    hash = ChainHash(continuing: head)
    batchStart = first
    entriesTotal = max(0, first.distance(to: last) + 1)
    report = VerifyReport(
      firstPosition: first, lastPosition: first.advanced(by: -1), entries: 0, bytes: 0, batches: 0,
      head: head, isComplete: true)
  }

  /// The position that must come next.
  var expected: Position { report.lastPosition.next }

  /// How far the check has come.
  var progress: VerifyProgress {
    VerifyProgress(
      entries: report.entries, bytes: report.bytes, entriesTotal: entriesTotal,
      position: report.lastPosition)
  }

  /// Checks the entry at ``expected``.
  mutating func check(_ bytes: RawSpan, file: String?) throws(LogFault) {
    do throws(EntryFault) {
      try checkEntry(bytes)
    } catch {
      throw .damaged(error, file: file, position: expected)
    }
    unsafe bytes.withUnsafeBytes { unsafe hash.update($0) }
    report.entries += 1
    report.bytes += UInt64(bytes.byteCount)
    report.lastPosition = expected
  }

  private mutating func checkEntry(_ bytes: RawSpan) throws(EntryFault) {
    let entry = try EntryView(validating: bytes, expected: expected)
    if let lastTime, entry.time < lastTime {
      throw .timeDecreased(from: lastTime, to: entry.time)
    }
    if entry.epoch < lastEpoch {
      throw .epochDecreased(from: lastEpoch, to: entry.epoch)
    }
    lastTime = entry.time
    lastEpoch = entry.epoch
  }

  /// The head after the entry checked last, as if its batch ended there.
  var openHead: ChainHead { batchStart == expected ? report.head : hash.head }

  /// Compares the computed head with the one stored for the batch that ends here, if one is, and starts
  /// the next batch.
  mutating func endBatch(stored: ChainHead?, file: String?) throws(LogFault) {
    let computed = hash.head
    if let stored, computed != stored {
      throw LogFault(
        code: .damaged,
        message: "The chain of hashes is broken in the batch that ends at position "
          + "\(report.lastPosition): the stored head is \(stored), the entries give \(computed). "
          + "Entries were changed after they were written. Restore this file from a backup.",
        file: file, position: report.lastPosition)
    }
    report.batches += 1
    report.head = computed
    batchStart = expected
    hash = ChainHash(continuing: computed)
  }

  /// Notes that whoever asked has enough.
  mutating func stop() {
    isStopped = true
    report.isComplete = report.entries == entriesTotal
  }
}
