package import EventLog
import Synchronization

/// Texts in memory: for tests, and for logs that are not on a disk.
package final class InMemoryTextStore: TextStore {
  private let texts = Mutex<[KeptText]>([])
  /// Nil until somebody takes a term.
  private let epoch = Mutex<Epoch?>(nil)

  /// No text yet.
  package init() {}

  /// Adds and erases.
  ///
  /// - Throws: ``EngineFault`` of code `fenced`.
  package func apply(_ changes: TextChanges, by epoch: Epoch) throws {
    if let current = self.epoch.withLock({ $0 }), current != epoch {
      throw EngineFault.textsTaken(by: current, from: epoch)
    }
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

  /// Begins a writer's term, and erases the texts after a position.
  package func take(_ epoch: Epoch, after last: Position) {
    self.epoch.withLock { $0 = epoch }
    texts.withLock { $0.removeAll { $0.position > last } }
  }
}
