import ArgumentParser

/// A length of time as people write it: `60s`, `1h30m`, `500ms`.
struct TimeSpan: Hashable, Sendable {
  /// Microseconds; 1 and up.
  let microseconds: Int64

  /// The longest that can be written: a century.
  static let microsecondsMax: Int64 = 36_525 * 86_400 * 1_000_000

  private static let units: [(name: String, microseconds: Int64)] = [
    ("ms", 1_000), ("us", 1), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000),
    ("d", 86_400_000_000),
  ]

  /// The same as the standard library has it.
  var duration: Duration { .microseconds(microseconds) }

  /// A whole number of seconds.
  init(seconds: Int64) {
    microseconds = seconds * 1_000_000
  }

  /// Reads one or more numbers, each with its unit; nil for anything else, and for a length of nothing.
  init?(_ text: String) {
    var rest = Substring(text)
    var sum: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      guard let count = Int64(digits),
        let unit = Self.units.first(where: { rest.hasPrefix($0.name) })
      else { return nil }
      rest = rest.dropFirst(unit.name.count)
      let (part, overflows) = count.multipliedReportingOverflow(by: unit.microseconds)
      guard !overflows, part <= Self.microsecondsMax - sum else { return nil }
      sum += part
    }
    guard sum > 0 else { return nil }
    microseconds = sum
  }
}

extension TimeSpan: ExpressibleByArgument {
  init?(argument: String) {
    self.init(argument)
  }

  var defaultValueDescription: String { description }
}

extension TimeSpan: CustomStringConvertible {
  /// As it could be written: `90s`.
  var description: String {
    let unit = Self.units.filter { microseconds.isMultiple(of: $0.microseconds) && $0.name != "m" }
      .max { $0.microseconds < $1.microseconds }
    guard let unit else { return "\(microseconds)us" }
    return "\(microseconds / unit.microseconds)\(unit.name)"
  }
}
