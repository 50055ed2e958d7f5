import Dispatch
import Foundation
import Glibc
import Synchronization

/// One thread that hashes passwords, and a bounded queue before it.
///
/// Hashing is meant to be slow: here it takes its memory once, whatever comes, and never a thread
/// that the world or its connections need. The thread has a lower priority than those.
final class PasswordHasher: Sendable {
  private let queue: Queue

  /// What the thread shares with whoever waits for it.
  private final class Queue: Sendable {
    let waiting = Mutex<[@Sendable () -> Void]?>([])
    let alarm = DispatchSemaphore(value: 0)

    /// Works until the queue is closed.
    func work() {
      // On Linux this is about the calling thread alone.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
      while true {
        alarm.wait()
        let jobs = waiting.withLock { jobs -> (@Sendable () -> Void)?? in
          guard jobs != nil else { return nil }
          return jobs?.isEmpty == false ? .some(jobs?.removeFirst()) : .some(nil)
        }
        guard let job = jobs else { return }
        job?()
      }
    }
  }

  private let waitingMax: Int

  /// Starts the thread.
  ///
  /// - Parameter waitingMax: How many may wait; 1 and up.
  init(waitingMax: Int) {
    self.waitingMax = waitingMax
    let queue = Queue()
    self.queue = queue
    let thread = Thread { queue.work() }
    thread.name = "fv-passwords"
    thread.start()
  }

  deinit {
    queue.waiting.withLock { $0 = nil }
    queue.alarm.signal()
  }

  /// Does something on the thread, when its turn comes.
  ///
  /// - Throws: `busy` when too many wait; what `work` throws.
  func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws(AccountRefusal) -> Value
  ) async throws(AccountRefusal) -> Value {
    let result = await withCheckedContinuation { continuation in
      let isTaken = queue.waiting.withLock { jobs in
        guard let count = jobs?.count, count < waitingMax else { return false }
        jobs?.append {
          continuation.resume(returning: Result { () throws(AccountRefusal) in try work() })
        }
        return true
      }
      if isTaken {
        queue.alarm.signal()
      } else {
        continuation.resume(returning: .failure(AccountRefusal.busy))
      }
    }
    return try result.get()
  }
}
