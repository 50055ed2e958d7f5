import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension Chats {
  /// Applies one event.
  package mutating func fold(_ event: ChatEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .messageSaid(let said):
      noteSpeaking(of: said.player, at: entry.time)
      keep(
        .with {
          $0.player = said.player
          $0.region = said.region
          $0.characters = said.characters
        }, of: entry)
    case .messageSent(let sent):
      noteSpeaking(of: sent.player, at: entry.time)
      keep(
        .with {
          $0.player = sent.player
          $0.to = sent.to
          $0.characters = sent.characters
        }, of: entry)
    case .messageRemoved(let removed):
      messages.update(MessageID(removed.message)) { $0.removed = true }
    case .playerBlocked(let event): block(event.blockedPlayer, by: event.player)
    case .playerUnblocked(let event):
      changeBlocks(of: event.player) { $0.blocked.removeAll { $0 == event.blockedPlayer } }
    case .messagesRefused(let event):
      changeBlocks(of: event.player) { $0.refusesMessages = event.refused }
    case .playerMuted(let muted):
      mutes.set(
        PlayerID(muted.player),
        to: .with {
          $0.player = muted.player
          $0.mute = entry.position.rawValue
          $0.sinceUs = entry.time.microseconds
          $0.untilUs = muted.untilUs
          $0.by = muted.by
        })
    case .playerUnmuted(let unmuted): mutes.remove(PlayerID(unmuted.player))
    }
  }

  /// Counts a message against its author's allowance; who speaks is muted no more.
  private mutating func noteSpeaking(of player: UInt64, at time: Timestamp) {
    let now = time.microseconds
    let key = PlayerID(player)
    paces.upsert(key) { row in
      row.player = player
      row.restedUs = max(row.restedUs, now) &+ Self.interval
    }
    if let mute = mutes[key], !mute.isInEffect(at: now) { mutes.remove(key) }
  }

  /// Keeps a message as the latest of its region or receiver, and lets the oldest go.
  private mutating func keep(_ row: MessageRow, of entry: EntryStamp) {
    let message = MessageID(entry.position.rawValue)
    forget(message)
    var row = row
    row.message = message.rawValue
    row.saidUs = entry.time.microseconds
    messages.set(message, to: row)
    if row.to == 0 {
      let region = RegionID(row.region)
      messagesOfRegion.insert(message, into: region)
      let kept = messagesOfRegion.members(of: region)
      if kept.count > Self.regionMessagesMax { forget(kept[0]) }
    } else {
      let receiver = PlayerID(row.to)
      messagesToPlayer.insert(message, into: receiver)
      let kept = messagesToPlayer.members(of: receiver)
      if kept.count > Self.directMessagesMax { forget(kept[0]) }
    }
  }

  private mutating func forget(_ message: MessageID) {
    guard let row = messages[message] else { return }
    messages.remove(message)
    if row.to == 0 {
      messagesOfRegion.remove(message, from: RegionID(row.region))
    } else {
      messagesToPlayer.remove(message, from: PlayerID(row.to))
    }
  }

  private mutating func block(_ blocked: UInt64, by player: UInt64) {
    changeBlocks(of: player) { row in
      let index = row.blocked.firstIndex { $0 >= blocked } ?? row.blocked.count
      if index < row.blocked.count, row.blocked[index] == blocked { return }
      row.blocked.insert(blocked, at: index)
    }
  }

  /// Changes a player's row, and lets it go when it says nothing any more.
  private mutating func changeBlocks(of player: UInt64, _ change: (inout BlocksRow) -> Void) {
    var row = blocks[PlayerID(player)] ?? .with { $0.player = player }
    change(&row)
    if row.blocked.isEmpty && !row.refusesMessages {
      blocks.remove(PlayerID(player))
    } else {
      blocks.set(PlayerID(player), to: row)
    }
  }
}
