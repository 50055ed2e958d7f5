import Engine
import EventLog

/// A piece of what a client missed, as what it sees of it.
struct SeenPiece: MissedPiece {
  private(set) var sights: [Sight] = []
  private(set) var byteCount = 0

  var needsEvents: Bool { false }

  mutating func append(_ entry: borrowing EntryView, _ missed: MissedEntry) {
    byteCount += entry.bytes.byteCount
    // Where all are visible, more are marked than there are.
    let events = missed.visible & .all(of: Int(entry.eventCount))
    sights.append(Sight(position: entry.position, events: events))
  }
}
