import Dispatch
import EventLog
import Foundation
import Synchronization

/// Makes one batch after another durable, on a thread of its own, and delivers what it brought.
///
/// LMDB binds a write transaction to its thread, and a sync blocks: hence the thread. It takes one
/// batch at a time; while it syncs, the engine fills the next.
final class Committer: Sendable {
  private let steps: BatchCommit
  private let outlets: [any Outlet]
  private let counts: CommitCounts
  private let onIdle: @Sendable (CommitOutcome) -> Void

  private let handedOver = Mutex<SealedBatch?>(nil)
  private let isBusy = Atomic(false)
  private let isStopped = Atomic(false)
  private let alarm = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// What became of a batch.
  enum CommitOutcome: Sendable {
    /// It is durable, and delivered.
    case durable(through: Position)
    /// The process must end.
    case failed(EngineFault)
  }

  /// A committer that tells `onIdle`, on its thread, whenever it is free again.
  init(
    _ steps: BatchCommit, outlets: [any Outlet], counts: CommitCounts,
    onIdle: @escaping @Sendable (CommitOutcome) -> Void
  ) {
    self.steps = steps
    self.outlets = outlets
    self.counts = counts
    self.onIdle = onIdle
  }

  /// Whether it takes a batch now.
  var isIdle: Bool { !isBusy.load(ordering: .acquiring) }

  /// Whether it is to be given a batch now: it is idle, and every outlet has room for what comes of it.
  var isReady: Bool { isIdle && outlets.allSatisfy(\.hasRoom) }

  /// Starts its thread.
  func start() {
    let thread = Thread { [self] in run() }
    thread.name = "fv-committer"
    thread.start()
  }

  /// Takes a batch.
  ///
  /// Only while ``isIdle``.
  ///
  /// A batch without entries brings only answers, and all they speak of is durable: it is delivered
  /// at once, unless texts have to be read for them.
  func commit(_ batch: SealedBatch) {
    precondition(isIdle, "the committer takes one batch at a time")
    if batch.entries.isEmpty && !batch.asksForTexts {
      deliver(batch.deliveries)
      return
    }
    isBusy.store(true, ordering: .releasing)
    handedOver.withLock { $0 = batch }
    alarm.signal()
  }

  /// Ends the thread once the batch under way is durable, and waits for it.
  func stop() {
    isStopped.store(true, ordering: .releasing)
    alarm.signal()
    ended.wait()
  }

  private func run() {
    while true {
      alarm.wait()
      if let batch = handedOver.withLock({ $0.take() }) {
        do throws(EngineFault) {
          let position = try append(batch)
          deliver(try steps.deliveries(of: batch))
          isBusy.store(false, ordering: .releasing)
          onIdle(.durable(through: position))
        } catch {
          onIdle(.failed(error))
          break
        }
      } else if isStopped.load(ordering: .acquiring) {
        break
      }
    }
    ended.signal()
  }

  /// Makes the texts durable, and then the entries that they go with.
  private func append(_ batch: SealedBatch) throws(EngineFault) -> Position {
    let entries = batch.entries
    guard !entries.isEmpty else { return entries.lastPosition }
    try steps.keepTexts(of: batch)
    let start = ContinuousClock.now
    try steps.append(batch)
    counts.count(entries, in: ContinuousClock.now - start)
    return entries.lastPosition
  }

  private func deliver(_ deliveries: [Delivery?]) {
    for (outlet, delivery) in zip(outlets, deliveries) {
      if let delivery { outlet.deliver(delivery) }
    }
  }
}

extension EngineFault {
  /// Why a batch was not appended; nil when it was.
  init?(_ result: AppendResult, of batch: EntryBatch, epoch: Epoch) {
    switch result {
    case .appended: return nil
    case .conflict(let last):
      self.init(
        .fenced,
        """
        The log ends at position \(last), not at \(batch.previousPosition) where this server left it: something else \
        wrote to it. Nothing was appended. Find the other writer and end it, then start again.
        """)
    case .fenced(let current):
      self.init(
        .fenced,
        """
        A newer server (epoch \(current)) has taken the log over from this one (epoch \(epoch)). \
        Nothing was appended. This server ends; the newer one goes on.
        """)
    case .refused(let fault), .unknown(let fault):
      self.init(
        .commitFailed,
        """
        A batch could not be made durable. Nothing about it was told to anybody, and the server ends. \
        Mend the cause, then start again: recovery reads what the log holds.
        """,
        cause: fault)
    }
  }
}
