import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension Movement {
  /// Applies one event.
  package mutating func fold(_ event: MovementEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .playerPlaced(let placed):
      movements.set(
        PlayerID(placed.player),
        to: .standing(placed.player, at: placed.at, in: placed.region, of: entry))
    case .moveStarted(let started):
      movements.update(PlayerID(started.player)) { row in
        row.region = started.region
        row.from = started.from
        row.to = started.to
        row.startedUs = entry.time.microseconds
        row.durationUs = started.durationUs
        row.borderUs = started.borderUs
        row.nextRegion = started.nextRegion
      }
    case .moveStopped(let stopped):
      movements.update(PlayerID(stopped.player)) { row in
        row = .standing(stopped.player, at: stopped.at, in: stopped.region, of: entry)
      }
    case .borderCrossed(let crossed):
      movements.update(PlayerID(crossed.player)) { row in
        row.region = crossed.toRegion
        row.borderUs = crossed.borderUs
        row.nextRegion = crossed.nextRegion
      }
    case .playerRemoved(let removed): movements.remove(PlayerID(removed.player))
    }
  }
}

extension MovementRow {
  fileprivate static func standing(
    _ player: UInt64, at place: Point, in region: UInt32, of entry: EntryStamp
  ) -> Self {
    .with {
      $0.player = player
      $0.region = region
      $0.from = place
      $0.to = place
      $0.startedUs = entry.time.microseconds
    }
  }
}
