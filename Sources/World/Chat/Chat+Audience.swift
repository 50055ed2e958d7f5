package import Schema

extension ChatEvent.OneOf_Event {
  /// Adds who may see the event, and with it the event's text.
  ///
  /// Operators see all of it, direct messages too.
  package func addAudience(to audiences: inout [Audience]) {
    switch self {
    case .messageSaid(let event): audiences.add(event.player, inRegions: event.region)
    case .messageSent(let event):
      audiences.add(event.player)
      audiences.add(event.to)
    case .messageRemoved(let event):
      audiences.add(event.player, inRegions: event.region)
      if event.to != 0 { audiences.add(event.to) }
    case .playerBlocked(let event): audiences.add(event.player)
    case .playerUnblocked(let event): audiences.add(event.player)
    case .messagesRefused(let event): audiences.add(event.player)
    case .playerMuted(let event): audiences.add(event.player)
    case .playerUnmuted(let event): audiences.add(event.player)
    }
  }
}
