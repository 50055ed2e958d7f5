import Dispatch

/// The thread that an actor has to itself, since what it does blocks.
final class StoreExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "fv-accounts")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in
      unsafe job.runSynchronously(on: asUnownedSerialExecutor())
    }
  }
}
