package import Engine
package import EventLog
package import EventLogTesting
import Synchronization

/// What the simulated server runs on, for whoever wants one that is worse than the real one.
///
/// The defaults are honest. A test gives a log that forgets, or a gateway that drops, and expects the
/// simulation to notice.
package struct Machine: Sendable {
  /// The log as the server finds it when it starts, made of what was left of it.
  package var openLog: @Sendable (any EventLog) -> any EventLog = { $0 }
  /// What a sync that fails leaves of a batch that is stored all the same.
  package var storedUnknown = FaultyEventLog.AppendFault.unknownAfterWrite
  /// What reaches the engine of what is handed to it; nil when that is the same.
  package var submit: (@Sendable (Inbound) -> [Inbound])?
  /// The log as the gateway reads it for a client that resumes; nil when that is the same.
  package var history: (@Sendable (any EntryReader) -> any EntryReader)?
  /// What reaches the connections of what the engine tells; nil when that is the same.
  package var deliver: (@Sendable (Delivery) -> [Delivery])?

  /// A machine that does what it should.
  package init() {}
}

/// The disk: what is left when the process dies.
final class Storage: Sendable {
  /// Where the texts are.
  let texts = SimulatedTexts()
  private let full = Atomic(false)

  /// Whether commands are to be refused for want of room.
  var isFull: Bool {
    get { full.load(ordering: .relaxed) }
    set { full.store(newValue, ordering: .relaxed) }
  }

  /// The room, as the engine asks for it.
  var room: StorageRoom {
    StorageRoom(reserve: 1 << 20) { [self] in isFull ? 0 : 1 << 30 }
  }
}

/// Texts in memory, kept or not as planned.
final class SimulatedTexts: TextStore {
  /// What happens to the next changes.
  enum Fault: Error {
    /// Nothing is done.
    case refused
    /// They are made, and nobody knows.
    case unknown
  }

  private let kept = InMemoryTextStore()
  private let planned = Mutex<Fault?>(nil)

  /// Plans what happens to the next changes.
  func plan(_ fault: Fault?) {
    planned.withLock { $0 = fault }
  }

  func apply(_ changes: TextChanges, by epoch: Epoch) throws {
    let fault = planned.withLock { $0.take() }
    if case .refused = fault { throw Fault.refused }
    try kept.apply(changes, by: epoch)
    if let fault { throw fault }
  }

  func texts(from first: Position, through last: Position) -> [KeptText] {
    kept.texts(from: first, through: last)
  }

  func texts(at positions: [Position]) -> [KeptText] { kept.texts(at: positions) }

  func take(_ epoch: Epoch, after last: Position) { kept.take(epoch, after: last) }
}
