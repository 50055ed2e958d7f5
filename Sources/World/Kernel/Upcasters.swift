package import EventLog
package import Schema

/// Reads events of a kind that is no longer made as what they mean today.
///
/// An event that was written stays what it was, byte for byte; a meaning that changes gets a new kind.
/// An upcaster is how the old kind is read from then on, so that folds, rules and clients know the new
/// one alone. It is pure: the same event always becomes the same one, from what it says itself.
/// `docs/upgrading.md` tells when to write one and how.
package struct Upcaster: Sendable {
  /// The kind that is no longer made.
  package let kind: EventKind
  private let newer: @Sendable (Event) -> Event

  /// An upcaster.
  ///
  /// - Parameters:
  ///   - kind: The kind that is no longer made.
  ///   - newer: The event of the newer kind. Total: whatever the old event says, there is an answer.
  package init(of kind: EventKind, _ newer: @escaping @Sendable (Event) -> Event) {
    self.kind = kind
    self.newer = newer
  }

  fileprivate func apply(to event: inout Event) {
    if event.kind == kind { event = newer(event) }
  }
}

/// All upcasters, in the order in which the kinds that they read went out of use.
///
/// One that makes a kind that itself went out of use later is followed by the one of that kind. Each event
/// becomes exactly one, so that the n-th event of an entry stays the n-th.
package struct Upcasters: Sendable {
  /// Those of the schema: none, since no kind has gone out of use yet.
  package static let current = Upcasters([])

  private let list: [Upcaster]

  /// Upcasters, the one that is applied first in front.
  package init(_ list: [Upcaster]) {
    self.list = list
  }

  /// The kinds that are read as others.
  package var kinds: [EventKind] { list.map(\.kind) }

  /// Whether an entry has an event that is read as another.
  ///
  /// - Complexity: O(1) when there are no upcasters; else O(upcasters × the entry's kinds), and nothing is
  ///   decoded.
  package func concern(_ entry: EntryView) -> Bool {
    guard !list.isEmpty else { return false }
    for index in 0..<entry.kindCount
    where list.contains(where: { $0.kind == entry.kind(at: index) }) {
      return true
    }
    return false
  }

  /// Decodes the events of an entry, as they are to be read today.
  ///
  /// - Throws: What SwiftProtobuf throws for bytes that are no payload; nothing is appended then.
  package func append(eventsOf entry: EntryView, to events: inout [Event]) throws {
    let start = events.count
    try events.append(payload: entry.payload)
    guard concern(entry) else { return }
    for index in start..<events.count {
      for upcaster in list { upcaster.apply(to: &events[index]) }
    }
  }
}
