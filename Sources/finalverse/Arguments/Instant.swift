import ArgumentParser
import EventLog

/// A place in history as people write it: a position, or a ``Moment``.
enum Instant: Hashable, Sendable {
  /// After the entry of this position.
  case position(Position)
  /// After the last entry that was decided by this time.
  case time(Timestamp)

  /// Reads a position or a time; nil when the text is neither.
  init?(_ text: String, now: Timestamp) {
    if let number = Self.position(text) {
      self = .position(number)
    } else if let moment = Moment(text, now: now) {
      self = .time(moment.timestamp)
    } else {
      return nil
    }
  }

  private static func position(_ text: String) -> Position? {
    guard let number = UInt64(text), number <= Position.max.rawValue else { return nil }
    return Position(number)
  }

  /// The position of the last entry that had happened by then; ``EventLog/Position/zero`` before the
  /// first.
  ///
  /// - Throws: ``EventLog/LogFault``, or a ``Failure`` for a position that the log has not come to.
  func position(in log: any LogReader) throws -> Position {
    let last = try log.summary().lastPosition
    switch self {
    case .position(let position):
      guard position <= last else {
        throw Failure(
          .noData,
          "there is no position \(position) yet: the log ends at \(last). Choose an earlier one.")
      }
      return position
    case .time(let time):
      guard time.microseconds < Int64.max else { return last }
      return try log.firstPosition(atOrAfter: time + 1)?.advanced(by: -1) ?? last
    }
  }

  /// The position of the first entry that had not happened before; one past the last when all had.
  ///
  /// - Throws: as ``position(in:)`` does.
  func firstPosition(in log: any LogReader) throws -> Position {
    switch self {
    case .position: try position(in: log)
    case .time(let time):
      try log.firstPosition(atOrAfter: time) ?? log.summary().lastPosition.next
    }
  }
}

extension Instant: ExpressibleByArgument {
  init?(argument: String) {
    if let position = Self.position(argument) {
      self = .position(position)
    } else if let moment = Moment(argument: argument) {
      self = .time(moment.timestamp)
    } else {
      return nil
    }
  }
}
