import EventLog
import Projection
package import Schema

extension Players {
  /// Applies one event.
  package mutating func fold(_ event: PlayersEvent.OneOf_Event, of entry: EntryStamp) {
    let now = entry.time.microseconds
    switch event {
    case .playerEnrolled(let enrolled):
      let player = PlayerID(enrolled.player)
      profiles.upsert(player) { row in
        row.player = enrolled.player
        row.enrolledUs = now
        row.changedUs = now
      }
      note(player)
    case .profileCreated(let created): apply(created, at: now)
    case .profileChanged(let changed): apply(changed, at: now)
    case .profileRetired(let retired):
      profiles.update(PlayerID(retired.player)) { row in
        row.retired = true
        row.role = .player
        row.changedUs = now
      }
      noteRole(.player, of: PlayerID(retired.player))
    case .roleChanged(let changed):
      let isKnown = profiles.update(PlayerID(changed.player)) { row in
        row.role = changed.role
        row.changedUs = now
      }
      if isKnown { noteRole(changed.role, of: PlayerID(changed.player)) }
    }
  }

  private mutating func apply(_ created: ProfileCreated, at now: Int64) {
    let player = PlayerID(created.player)
    let old = profiles[player]?.nameKey ?? ""
    let isKnown = profiles.update(player) { row in
      row.name = created.name
      row.nameKey = created.nameKey
      row.look = created.look
      row.homeRegion = created.homeRegion
      row.createdUs = now
      row.changedUs = now
    }
    if isKnown { rename(player, from: old, to: created.nameKey) }
  }

  private mutating func apply(_ changed: ProfileChanged, at now: Int64) {
    let player = PlayerID(changed.player)
    guard let old = profiles[player]?.nameKey else { return }
    profiles.update(player) { row in
      if changed.hasName {
        row.name = changed.name
        row.nameKey = changed.nameKey
      }
      if changed.hasLook { row.look = changed.look }
      if changed.hasHomeRegion { row.homeRegion = changed.homeRegion }
      row.changedUs = now
    }
    if changed.hasName { rename(player, from: old, to: changed.nameKey) }
  }
}
