package import EventLog
import Synchronization
import World

/// Texts in memory: for tests, and for logs that are not on a disk.
package final class InMemoryTextStore: TextStore {
  /// By position and event.
  private let texts = Mutex<[KeptText]>([])
  /// Nil until somebody takes a term.
  private let epoch = Mutex<Epoch?>(nil)

  /// No text yet.
  package init() {}

  /// Adds and erases.
  ///
  /// - Throws: ``EngineFault`` of code `fenced`.
  /// - Complexity: O(*k*) to add *k* texts; O(*n*) for each entry whose texts are erased, a move of memory.
  package func apply(_ changes: TextChanges, by epoch: Epoch) throws {
    if let current = self.epoch.withLock({ $0 }), current != epoch {
      throw EngineFault.textsTaken(by: current, from: epoch)
    }
    texts.withLock { texts in
      if let first = changes.kept.first {
        texts.removeSubrange(texts.index(of: first.position)...)
      }
      texts += changes.kept
      for erased in changes.erased {
        texts.removeSubrange(texts.index(of: erased)..<texts.index(after: erased))
      }
    }
  }

  /// The texts of a stretch.
  package func texts(from first: Position, through last: Position) -> [KeptText] {
    guard first <= last else { return [] }
    return texts.withLock { Array($0[$0.index(of: first)..<$0.index(after: last)]) }
  }

  /// The texts of some entries.
  package func texts(at positions: [Position]) -> [KeptText] {
    let positions = Set(positions).sorted()
    return texts.withLock { texts in positions.flatMap { texts.of($0) } }
  }

  /// Begins a writer's term, and erases the texts after a position.
  package func take(_ epoch: Epoch, after last: Position) {
    self.epoch.withLock { $0 = epoch }
    texts.withLock { $0.removeSubrange($0.index(after: last)...) }
  }
}

extension [KeptText] {
  /// Where the texts of an entry are, or would be.
  fileprivate func index(of position: Position) -> Int {
    partitioningIndex { $0.position >= position }
  }

  /// Where the texts of later entries begin.
  fileprivate func index(after position: Position) -> Int {
    partitioningIndex { $0.position > position }
  }
}
