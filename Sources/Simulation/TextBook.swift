import EventLog
import Schema

/// Which texts there must be for a batch's entries, and which there must not.
struct TextBook {
  private var said: [Position] = []
  private var removed: [Position] = []

  /// Follows an event.
  mutating func follow(_ event: ChatEvent.OneOf_Event, at position: Position) {
    switch event {
    case .messageSaid, .messageSent: said.append(position)
    case .messageRemoved(let event): removed.append(Position(event.message))
    case .playerBlocked, .playerUnblocked, .messagesRefused, .playerMuted, .playerUnmuted: break
    }
  }

  /// The messages that were said in the batch and not taken back in it, and those that were taken back; the next
  /// batch begins.
  mutating func take() -> (said: [Position], removed: [Position]) {
    defer {
      said.removeAll(keepingCapacity: true)
      removed.removeAll(keepingCapacity: true)
    }
    return (removed.isEmpty ? said : said.filter { !removed.contains($0) }, removed)
  }
}
