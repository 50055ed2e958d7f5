import ArgumentParser
import EventLog
import Foundation

/// An instant as people write it: `2026-02-03T04:05:06.123456Z`, with less precision or another offset, or as long ago as `10m`.
struct Moment: Hashable, Sendable {
  /// The instant.
  let timestamp: Timestamp

  /// Reads an instant; nil when the text is none.
  ///
  /// - Parameters:
  ///   - text: What was written. Without an offset it is UTC.
  ///   - now: What a length of time is counted back from.
  init?(_ text: String, now: Timestamp) {
    if let span = TimeSpan(text) {
      timestamp = now - span.microseconds
    } else if let timestamp = Self.calendarTime(Substring(text)) {
      self.timestamp = timestamp
    } else {
      return nil
    }
  }

  private static func calendarTime(_ text: Substring) -> Timestamp? {
    var rest = text
    guard let year = rest.number(digits: 4), rest.drop("-"), let month = rest.number(digits: 2),
      rest.drop("-"), let day = rest.number(digits: 2),
      let days = daysSince1970(year: year, month: month, day: day)
    else { return nil }
    let midnight = days * 86_400_000_000
    if rest.isEmpty { return Timestamp(microseconds: midnight) }
    guard rest.drop("T") || rest.drop(" "), let hour = rest.number(digits: 2), rest.drop(":"),
      let minute = rest.number(digits: 2), hour < 24, minute < 60
    else { return nil }
    var micros = midnight + (hour * 60 + minute) * 60_000_000
    if rest.drop(":") {
      guard let second = rest.number(digits: 2), second < 60 else { return nil }
      micros += second * 1_000_000
      if rest.drop(".") {
        guard let fraction = rest.fraction() else { return nil }
        micros += fraction
      }
    }
    guard let offset = rest.offset(), rest.isEmpty else { return nil }
    return Timestamp(microseconds: micros - offset)
  }

  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64? {
    guard (1...12).contains(month), day >= 1 else { return nil }
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[Int(month) - 1] else { return nil }
    // Leap days before this year, counted from the year 1; 719,162 days lie between then and 1970.
    let past = year - 1
    let leapDays = past / 4 - past / 100 + past / 400
    let before = lengths.prefix(Int(month) - 1).reduce(0, +)
    return past * 365 + leapDays - 719_162 + before + day - 1
  }
}

extension Moment: ExpressibleByArgument {
  init?(argument: String) {
    let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    self.init(argument, now: now)
  }
}

extension Substring {
  /// Takes exactly as many digits from the front.
  fileprivate mutating func number(digits: Int) -> Int64? {
    let found = prefix(digits)
    guard found.count == digits, found.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
    removeFirst(digits)
    return Int64(found)
  }

  /// Takes the text from the front if it is there.
  fileprivate mutating func drop(_ text: String) -> Bool {
    guard hasPrefix(text) else { return false }
    removeFirst(text.count)
    return true
  }

  /// Takes up to six decimals, as microseconds.
  fileprivate mutating func fraction() -> Int64? {
    let found = prefix { ("0"..."9").contains($0) }
    guard (1...6).contains(found.count) else { return nil }
    removeFirst(found.count)
    return Int64(found + String(repeating: "0", count: 6 - found.count))
  }

  /// Takes `Z`, `+02:00` or nothing, as microseconds east of UTC.
  fileprivate mutating func offset() -> Int64? {
    if isEmpty || drop("Z") { return 0 }
    let sign: Int64 = drop("+") ? 1 : -1
    guard sign == 1 || drop("-"), let hour = number(digits: 2), drop(":"),
      let minute = number(digits: 2), hour < 24, minute < 60
    else { return nil }
    return sign * (hour * 60 + minute) * 60_000_000
  }
}
