package import EventLog
package import Schema

/// A moment of the world's own time: microseconds of the world since its first midnight; 0 and up.
package struct WorldTime: Hashable, Comparable, Sendable {
  /// Microseconds of the world.
  package let microseconds: Int64

  /// The moment of a number as a message or a row has it; below 0 is taken as 0.
  package init(_ microseconds: Int64) {
    self.microseconds = max(0, microseconds)
  }

  /// An hour, in microseconds of the world.
  package static let hour: Int64 = 3_600_000_000
  /// A day of 24 hours, in microseconds of the world.
  package static let day: Int64 = 24 * hour

  /// Whole days since the first midnight.
  package var day: Int64 { microseconds / Self.day }
  /// The hour of the day; 0 to 23.
  package var hour: Int64 { microseconds % Self.day / Self.hour }
  /// The minute of the hour; 0 to 59.
  package var minute: Int64 { microseconds % Self.hour / 60_000_000 }
  /// Whole hours since the first midnight.
  package var hours: Int64 { microseconds / Self.hour }

  /// The moment some microseconds of the world later; the last there is, if that would be past it.
  package func adding(_ microseconds: Int64) -> Self {
    Self(self.microseconds.addingUpToMax(max(0, microseconds)))
  }

  /// Earlier comes first.
  package static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.microseconds < rhs.microseconds
  }
}

extension WorldTime {
  /// The season, of so many days each; four make a year, which begins in spring.
  ///
  /// - Precondition: `days` is 1 or more.
  package func season(of days: Int64) -> Season {
    switch day / days % 4 {
    case 0: .spring
    case 1: .summer
    case 2: .autumn
    default: .winter
    }
  }
}

extension ClockRow {
  /// What the clock shows at a real time; before its anchor what it showed then.
  package func worldTime(at now: Timestamp) -> WorldTime {
    guard !isPaused, now.microseconds > anchorUs else { return WorldTime(worldUs) }
    let elapsed = UInt64(bitPattern: now.microseconds &- anchorUs)
    let passed = elapsed.scaled(by: UInt64(clamping: speedPermille), over: 1_000)
    return WorldTime(worldUs).adding(Int64(clamping: passed))
  }

  /// The first real time at which the clock shows a time, or a later one; nil while it stands before it.
  package func realTime(of time: WorldTime) -> Timestamp? {
    let ahead = time.microseconds.subtractingReportingOverflow(max(0, worldUs))
    guard !ahead.overflow, ahead.partialValue > 0 else {
      return Timestamp(microseconds: anchorUs)
    }
    guard !isPaused, speedPermille > 0 else { return nil }
    let speed = UInt64(speedPermille)
    let needed = UInt64(ahead.partialValue).scaled(by: 1_000, over: speed, roundingUp: true)
    return Timestamp(microseconds: anchorUs.addingUpToMax(Int64(clamping: needed)))
  }
}

extension UInt64 {
  /// This × factor ÷ divisor, in whole numbers; the greatest there is, if it would be greater.
  ///
  /// - Precondition: `divisor` is 1 or more.
  func scaled(by factor: UInt64, over divisor: UInt64, roundingUp: Bool = false) -> UInt64 {
    let product = multipliedFullWidth(by: factor)
    guard product.high < divisor else { return .max }
    let (quotient, remainder) = divisor.dividingFullWidth(product)
    return roundingUp && remainder > 0 && quotient < .max ? quotient + 1 : quotient
  }
}
