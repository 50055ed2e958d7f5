import Dispatch
import Synchronization

/// What waits for the engine: bounded, filled by any thread, emptied by the engine's own.
///
/// The engine sleeps here and nowhere else; ``wake()`` ends its sleep for whatever reason.
final class Inbox: Sendable {
  private struct State {
    var waiting: [Inbound] = []
    var weight = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let capacity: Int
  private let isAsleep = Atomic(false)
  private let hasBeenAbandoned = Atomic(false)
  private let alarm = DispatchSemaphore(value: 0)

  /// An inbox for so many requests.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// How many requests wait.
  var weight: Int { state.withLock { $0.weight } }

  /// Adds what came, and lets the engine sleep.
  ///
  /// False, and nothing taken, when there is no room or the engine is stopping.
  ///
  /// What must not be lost (the end of a session) is taken even when there is no room: there is at
  /// most one a connection.
  func put(_ inbound: Inbound) -> Bool {
    state.withLock { state in
      guard !state.isClosed else { return false }
      guard state.weight < capacity || inbound.isIndispensable else { return false }
      state.waiting.append(inbound)
      state.weight += inbound.weight
      return true
    }
  }

  /// Takes all that waits, in the order it came.
  func takeAll() -> [Inbound] {
    state.withLock { state in
      state.weight = 0
      return exchange(&state.waiting, with: [])
    }
  }

  /// Takes nothing more from now on, and wakes the engine to finish.
  func close() {
    state.withLock { $0.isClosed = true }
    wake()
  }

  /// Whether it takes nothing more.
  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Takes nothing more, and lets what waits go: the process is about to end.
  func abandon() {
    hasBeenAbandoned.store(true, ordering: .releasing)
    close()
  }

  /// Whether it was abandoned.
  var isAbandoned: Bool { hasBeenAbandoned.load(ordering: .acquiring) }

  /// Sleeps until woken, or for so long; returns at once when something waits or `hasOtherWork`
  /// says so.
  func sleep(microseconds: Int64?, unless hasOtherWork: () -> Bool) {
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    if hasOtherWork() || state.withLock({ !$0.waiting.isEmpty }) {
      _ = isAsleep.exchange(false, ordering: .sequentiallyConsistent)
      return
    }
    if let microseconds {
      _ = alarm.wait(timeout: .now() + .microseconds(Int(max(0, microseconds))))
      _ = isAsleep.exchange(false, ordering: .sequentiallyConsistent)
    } else {
      alarm.wait()
    }
  }

  /// Ends the engine's sleep, or keeps the next from beginning.
  func wake() {
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) {
      alarm.signal()
    }
  }
}

extension Inbound {
  fileprivate var isIndispensable: Bool {
    switch self {
    case .closed, .idle, .active: true
    case .open, .requests: false
    }
  }
}

private func exchange<Value>(_ value: inout Value, with next: Value) -> Value {
  let old = value
  value = next
  return old
}
