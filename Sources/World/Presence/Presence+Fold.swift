import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension Presence {
  /// Applies one event.
  package mutating func fold(_ event: PresenceEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .sessionOpened(let opened):
      let player = PlayerID(opened.player)
      move(player, to: 0)
      present.set(
        player,
        to: .with {
          $0.player = opened.player
          $0.session = opened.session
          $0.openedUs = entry.time.microseconds
          $0.client = opened.client
        })
      move(player, to: opened.region)
    case .sessionClosed(let closed): apply(closed)
    case .playerWentIdle(let idle):
      present.update(PlayerID(idle.player)) { $0.idleSinceUs = entry.time.microseconds }
    case .playerReturned(let returned):
      present.update(PlayerID(returned.player)) { $0.idleSinceUs = 0 }
    }
  }

  private mutating func apply(_ closed: SessionClosed) {
    let player = PlayerID(closed.player)
    guard session(of: player) == SessionID(closed.session) else { return }
    move(player, to: 0)
    present.remove(player)
    sessions.upsert(player) { row in
      row.player = closed.player
      row.ended &+= 1
      row.totalUs &+= closed.durationUs
      if row.latest.count >= Self.sessionsKept { row.latest.removeFirst() }
      row.latest.append(
        .with {
          $0.session = closed.session
          $0.openedUs = closed.openedUs
          $0.durationUs = closed.durationUs
          $0.end = closed.end
        })
    }
  }

  /// Follows the connected players from region to region.
  package mutating func follow(_ event: MovementEvent.OneOf_Event) {
    switch event {
    case .playerPlaced(let placed): move(PlayerID(placed.player), to: placed.region)
    case .borderCrossed(let crossed): move(PlayerID(crossed.player), to: crossed.toRegion)
    case .playerRemoved(let removed): move(PlayerID(removed.player), to: 0)
    case .moveStarted, .moveStopped: break
    }
  }

  private mutating func move(_ player: PlayerID, to region: UInt32) {
    guard let old = present.withRow(player, { $0.region }), old != region else { return }
    present.update(player) { $0.region = region }
    if old != 0 { presentByRegion.remove(player, from: RegionID(old)) }
    if region != 0 { presentByRegion.insert(player, into: RegionID(region)) }
  }
}
