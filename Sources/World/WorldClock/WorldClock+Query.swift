package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about the world's time.
  ///
  /// - Throws: `no_clock`, `unknown_request`.
  package borrowing func answer(
    _ query: WorldClockQuery, _ context: DecisionContext
  ) throws(Rejection) -> WorldClockAnswer {
    switch query.query {
    case .clock:
      let time = try requireTime(context)
      let answer = (worldClock.row ?? ClockRow()).reading(time)
      return .with { $0.clock = answer }
    case nil: throw .unknownQuery
    }
  }
}

extension ClockRow {
  /// A time of the world, told as people tell it.
  package func reading(_ time: WorldTime) -> ClockAnswer {
    let days = max(1, seasonDays)
    return .with {
      $0.clock = self
      $0.worldUs = time.microseconds
      $0.day = time.day
      $0.hour = UInt32(clamping: time.hour)
      $0.minute = UInt32(clamping: time.minute)
      $0.season = time.season(of: days)
      $0.dayOfSeason = time.day % days
      $0.year = time.day / days / 4
    }
  }
}
