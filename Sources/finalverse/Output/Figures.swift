/// Numbers as people read them.
enum Figures {
  /// With a comma at every thousand: `1,234,567`.
  static func count(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
  }

  /// A count with its noun: `1 entry`, `2,000 entries`.
  static func count(_ value: some BinaryInteger, _ one: String, _ many: String) -> String {
    "\(count(value)) \(value == 1 ? one : many)"
  }

  /// Bytes in the unit that fits: `812 B`, `1.5 MiB`.
  static func bytes(_ value: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (scaled, unit) = (Double(value), 0)
    while scaled >= 1_024, unit < units.count - 1 {
      scaled /= 1_024
      unit += 1
    }
    return unit == 0 ? "\(value) B" : "\(decimal(scaled, places: 1)) \(units[unit])"
  }

  /// A rate: `870/s`, `12.3 k/s`, `1.42 M/s`.
  static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond >= 0 else { return "–" }
    if perSecond >= 999_500 { return "\(decimal(perSecond / 1_000_000, places: 2)) M/s" }
    if perSecond >= 9_999.5 { return "\(decimal(perSecond / 1_000, places: 1)) k/s" }
    return "\(count(Int(perSecond.rounded())))/s"
  }

  /// A length of time: `850 ms`, `12.4 s`, `2 min 5 s`, `3 h 20 min`.
  static func span(_ duration: Duration) -> String {
    let (whole, fraction) = duration.components
    let seconds = Double(whole) + Double(fraction) / 1e18
    if seconds < 0.9995 { return "\(Int((seconds * 1_000).rounded())) ms" }
    if seconds < 59.95 { return "\(decimal(seconds, places: 1)) s" }
    let rounded = Int(seconds.rounded())
    if rounded < 3_600 { return "\(rounded / 60) min \(rounded % 60) s" }
    if rounded < 86_400 { return "\(rounded / 3_600) h \(rounded / 60 % 60) min" }
    return "\(count(rounded / 86_400)) d \(rounded / 3_600 % 24) h"
  }

  /// With a fixed number of decimals and no exponent.
  static func decimal(_ value: Double, places: Int) -> String {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int64((value.magnitude * scale).rounded())
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard places > 0 else { return sign + padded }
    return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
  }
}
