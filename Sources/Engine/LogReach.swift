package import EventLog
import Synchronization

/// How far back a log reaches, while its oldest entries may be removed.
///
/// Thread-safe; it may be some seconds behind what is on disk.
package final class LogReach: Sendable {
  private let after: Atomic<UInt64>

  /// A log whose first entry follows `position`.
  package init(after position: Position) {
    after = Atomic(position.rawValue)
  }

  /// The earliest position from which a client can resume: the one before the log's first entry.
  package var resumableAfter: Position { Position(after.load(ordering: .relaxed)) }

  /// Says that the log begins with the entry at `first`.
  package func begins(at first: Position) {
    after.store(first.advanced(by: -1).rawValue, ordering: .relaxed)
  }
}
