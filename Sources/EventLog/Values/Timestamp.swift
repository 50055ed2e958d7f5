/// An instant in microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970, negative before.
  public var microseconds: Int64

  /// Wraps a number of microseconds since 1970.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Orders by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The instant `microseconds` later.
  public static func + (time: Timestamp, microseconds: Int64) -> Timestamp {
    Timestamp(microseconds: time.microseconds + microseconds)
  }

  /// The instant `microseconds` earlier.
  public static func - (time: Timestamp, microseconds: Int64) -> Timestamp {
    Timestamp(microseconds: time.microseconds - microseconds)
  }

  /// How many microseconds passed from `earlier` to `later`.
  public static func - (later: Timestamp, earlier: Timestamp) -> Int64 {
    later.microseconds - earlier.microseconds
  }
}

extension Timestamp: CustomStringConvertible {
  /// ISO 8601 in UTC with microseconds, such as `2025-01-31T23:59:59.000001Z`.
  public var description: String {
    let (seconds, micros) = microseconds.flooredDivision(by: 1_000_000)
    let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
    let (year, month, day) = Self.civilDate(daysSince1970: days)
    let (hour, minute, second) = (secondOfDay / 3_600, secondOfDay / 60 % 60, secondOfDay % 60)
    return "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))T"
      + "\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2)).\(micros.padded(6))Z"
  }

  /// The proleptic Gregorian date, counted in eras of 400 years (146,097 days) whose years begin in
  /// March, so that the leap day comes last.
  private static func civilDate(daysSince1970 days: Int64) -> (Int64, Int64, Int64) {
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  fileprivate func padded(_ digits: Int) -> String {
    let text = String(magnitude)
    let zeros = String(repeating: "0", count: Swift.max(0, digits - text.count))
    return (self < 0 ? "-" : "") + zeros + text
  }
}
