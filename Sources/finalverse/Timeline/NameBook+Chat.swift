import EventLog
import Schema

extension NameBook {
  /// An event of the Chat system in a sentence.
  func sentence(_ event: ChatEvent.OneOf_Event) -> String {
    switch event {
    case .messageSaid(let event):
      "\(player(event.player)) said something to \(region(event.region))"
        + " (\(Figures.count(Int(event.characters), "character", "characters")))"
    case .messageSent(let event):
      "\(player(event.player)) said something to \(player(event.to))"
        + " (\(Figures.count(Int(event.characters), "character", "characters")))"
    case .messageRemoved(let event):
      "message \(event.message) of \(player(event.player)) was taken back by \(actor(event.by))"
    case .playerBlocked(let event):
      "\(player(event.player)) blocked \(player(event.blockedPlayer))"
    case .playerUnblocked(let event):
      "\(player(event.player)) blocked \(player(event.blockedPlayer)) no more"
    case .messagesRefused(let event):
      "\(player(event.player)) took \(event.refused ? "no more direct messages" : "direct messages again")"
    case .playerMuted(let event):
      "\(player(event.player)) was muted by \(actor(event.by)) "
        + (event.untilUs == 0 ? "for good" : "until \(Timestamp(microseconds: event.untilUs))")
    case .playerUnmuted(let event):
      "\(player(event.player)) was let speak again by \(actor(event.by))"
    }
  }

  private func actor(_ number: UInt64) -> String {
    ActorID(rawValue: number).isPlayer ? player(number) : "an operator"
  }
}
