import Engine
import EventLog

/// A piece of what a client missed, as what it sees of it.
struct SeenPiece: MissedPiece {
  private(set) var sights: [Sight] = []
  private(set) var byteCount = 0

  var needsEvents: Bool { false }

  mutating func append(_ entry: borrowing EntryView, _ missed: MissedEntry) {
    byteCount += entry.bytes.byteCount
    let all = UInt64.max >> UInt64(UInt64.bitWidth - Int(entry.eventCount))
    sights.append(Sight(position: entry.position, events: missed.visible & all))
  }
}
