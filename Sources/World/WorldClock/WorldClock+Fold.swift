import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension WorldClock {
  /// Applies one event.
  ///
  /// Total: a clock that runs is not started again, one that was never started is not changed.
  package mutating func fold(_ event: WorldClockEvent.OneOf_Event, of entry: EntryStamp) {
    let row = clocks[.only].changed(by: event, at: entry.time)
    if let row { clocks.set(.only, to: row) }
  }
}

extension ClockRow? {
  /// The clock after an event; nil if there is none then either.
  ///
  /// The one rule of how a clock changes, for all who keep one.
  func changed(by event: WorldClockEvent.OneOf_Event, at time: Timestamp) -> ClockRow? {
    switch event {
    case .clockStarted(let started):
      return self
        ?? .with {
          $0.anchorUs = time.microseconds
          $0.worldUs = max(0, started.rules.startUs)
          $0.speedPermille = max(1, started.rules.speedPermille)
          $0.seasonDays = max(1, started.rules.seasonDays)
          $0.isAdjustable = started.rules.isAdjustable
        }
    case .clockChanged(let changed):
      guard var row = self else { return nil }
      row.worldUs = max(changed.worldUs, row.worldTime(at: time).microseconds)
      row.anchorUs = max(row.anchorUs, time.microseconds)
      row.speedPermille = max(1, changed.speedPermille)
      row.isPaused = changed.isPaused
      return row
    }
  }
}
