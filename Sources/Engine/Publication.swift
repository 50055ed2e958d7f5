package import EventLog
package import World

/// The part of a batch that somebody watches: which entries, and which of their events, each topic
/// sees.
///
/// Built once by the engine, immutable from then on, and shared by all outlets.
package final class Publication: Sendable {
  /// An entry as one topic sees it.
  package struct VisibleEntry: Hashable, Sendable {
    /// The entry's index in the batch.
    package let index: Int32
    /// The visible events: bit n for the n-th.
    package var events: UInt64
    /// Whether all of them are visible, so that the payload can be passed on as it is.
    package var isWhole: Bool

    /// Some events of an entry.
    package init(index: Int32, events: UInt64, isWhole: Bool) {
      self.index = index
      self.events = events
      self.isWhole = isWhole
    }
  }

  /// The entries' bytes.
  package let batch: EntryBatch
  /// What each watched topic sees, in the order of positions.
  ///
  /// A topic that sees nothing is absent.
  package let entries: [DeliveryTopic: [VisibleEntry]]

  /// The texts that go with the events, by position and event: whoever sees an event sees its text.
  package let texts: [KeptText]

  /// The visible part of a batch.
  package init(
    batch: EntryBatch, entries: [DeliveryTopic: [VisibleEntry]], texts: [KeptText] = []
  ) {
    self.batch = batch
    self.entries = entries
    self.texts = texts
  }

  /// The texts that go with an entry.
  ///
  /// - Complexity: O(log *n*) for *n* texts in the batch.
  package func texts(of position: Position) -> ArraySlice<KeptText> {
    texts.of(position)
  }
}

extension Publication {
  /// What is visible under any of two topics: every entry once, in order, with all its visible
  /// events.
  package static func merge(_ first: [VisibleEntry], _ second: [VisibleEntry]) -> [VisibleEntry] {
    var merged: [VisibleEntry] = []
    merged.reserveCapacity(first.count + second.count)
    var left = first[...]
    var right = second[...]
    while let one = left.first, let other = right.first {
      if one.index == other.index {
        merged.append(
          VisibleEntry(
            index: one.index, events: one.events | other.events,
            isWhole: one.isWhole || other.isWhole))
        left.removeFirst()
        right.removeFirst()
      } else if one.index < other.index {
        merged.append(one)
        left.removeFirst()
      } else {
        merged.append(other)
        right.removeFirst()
      }
    }
    return merged + left + right
  }
}

extension [KeptText] {
  /// Those of one entry, where all are in the order of positions.
  ///
  /// - Complexity: O(log *n*).
  package func of(_ position: Position) -> ArraySlice<KeptText> {
    guard !isEmpty else { return [] }
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].position < position { low = middle + 1 } else { high = middle }
    }
    return self[low...].prefix { $0.position == position }
  }
}
