package import EventLog
import Synchronization

/// Texts in memory: for tests, and for logs that are not on a disk.
package final class InMemoryTextStore: TextStore {
  private let texts = Mutex<[KeptText]>([])

  /// No text yet.
  package init() {}

  /// Adds and erases.
  package func apply(_ changes: TextChanges) {
    texts.withLock { texts in
      if let first = changes.kept.first { texts.removeAll { $0.position >= first.position } }
      texts += changes.kept
      texts.removeAll { changes.erased.contains($0.position) }
    }
  }

  /// The texts of a stretch.
  package func texts(from first: Position, through last: Position) -> [KeptText] {
    texts.withLock { $0.filter { $0.position >= first && $0.position <= last } }
  }

  /// The texts of some entries.
  package func texts(at positions: [Position]) -> [KeptText] {
    texts.withLock { $0.filter { positions.contains($0.position) } }
  }

  /// Erases the texts after a position.
  package func discard(after last: Position) {
    texts.withLock { $0.removeAll { $0.position > last } }
  }
}
