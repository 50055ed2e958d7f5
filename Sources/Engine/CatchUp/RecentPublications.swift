import DequeModule
package import EventLog

/// The last publications that were delivered here, so that a connection that has almost caught up can
/// be shown the rest at once, without a gap that opens meanwhile.
///
/// One such window serves all connections of an outlet.
package struct RecentPublications {
  /// How many bytes of entries it holds at most, but for a last publication that has more by itself.
  private static let bytesMax = 4 << 20

  private struct Kept {
    let publication: Publication
    /// How many bytes of entries came before its own since the window was empty.
    let bytesBefore: Int
  }

  /// Everything that was delivered after this position is here.
  package private(set) var start = Position.zero
  private var kept: Deque<Kept> = []
  /// How many bytes of entries have come since the window was empty.
  private var bytesThrough = 0

  /// Nothing was delivered yet.
  package init() {}

  /// Forgets everything up to a position.
  package mutating func restart(at position: Position) {
    if !kept.isEmpty { kept.removeAll() }
    bytesThrough = 0
    start = position
  }

  /// Keeps what was delivered.
  package mutating func append(_ publication: Publication) {
    kept.append(Kept(publication: publication, bytesBefore: bytesThrough))
    bytesThrough += publication.batch.bytes.count
    while kept.count > 1, let first = kept.first, bytesThrough - first.bytesBefore > Self.bytesMax {
      kept.removeFirst()
      start = first.publication.batch.lastPosition
    }
  }

  /// The first that has something after a position, which is not before ``start``; nil when none has.
  ///
  /// - Complexity: O(log *n*).
  package func first(after position: Position) -> Publication? {
    let index = firstIndex(after: position)
    return index < kept.count ? kept[index].publication : nil
  }

  /// How many bytes of entries there are after a position, about.
  ///
  /// - Complexity: O(log *n*).
  package func byteCount(after position: Position) -> Int {
    let index = firstIndex(after: position)
    return index < kept.count ? bytesThrough - kept[index].bytesBefore : 0
  }

  private func firstIndex(after position: Position) -> Int {
    var (low, high) = (0, kept.count)
    while low < high {
      let middle = (low + high) / 2
      if kept[middle].publication.batch.lastPosition > position {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}
