/// Metrics as Prometheus reads them: its text format, version 0.0.4.
///
/// https://prometheus.io/docs/instrumenting/exposition_formats/
package struct MetricsText: Sendable {
  /// The format's media type.
  package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// What a metric's numbers mean.
  package enum Kind: String, Sendable {
    /// It only grows while the process lives.
    case counter
    /// It goes up and down.
    case gauge
    /// How often values of which size came.
    case histogram
  }

  /// One number of a metric, told from the others by its labels.
  package struct Sample: Sendable {
    /// The labels, in order.
    package var labels: [(name: String, value: String)]
    /// The number.
    package var value: Double

    /// A number with its labels.
    package init(_ value: some BinaryInteger, _ labels: (name: String, value: String)...) {
      self.init(Double(value), labels)
    }

    /// A number with its labels.
    package init(_ value: Double, _ labels: [(name: String, value: String)]) {
      self.labels = labels
      self.value = value
    }
  }

  /// What was written so far.
  package private(set) var text = ""

  /// No metrics yet.
  package init() {}

  /// Writes a number that only grows.
  ///
  /// Its name ends in `_total`.
  package mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
    family(name, .counter, help, [Sample(value)])
  }

  /// Writes a number that goes up and down.
  package mutating func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) {
    family(name, .gauge, help, [Sample(value)])
  }

  /// Writes a metric with all its numbers.
  ///
  /// Names and labels' names are letters, digits and underscores; texts may be anything.
  package mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    begin(name, kind, help)
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  /// Writes how often values of which size came.
  package mutating func histogram(_ name: String, _ help: String, _ contents: HistogramContents) {
    begin(name, .histogram, help)
    for bucket in contents.buckets {
      line("\(name)_bucket", [("le", Self.number(bucket.upTo))], bucket.count)
    }
    line("\(name)_bucket", [("le", "+Inf")], contents.count)
    line("\(name)_sum", [], contents.sum)
    line("\(name)_count", [], contents.count)
  }

  private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(Self.escape(help, quote: false))\n"
    text += "# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func line(
    _ name: String, _ labels: [(name: String, value: String)], _ value: Double
  ) {
    text += name
    if !labels.isEmpty {
      let pairs = labels.map { "\($0.name)=\"\(Self.escape($0.value, quote: true))\"" }
      text += "{\(pairs.joined(separator: ","))}"
    }
    text += " \(Self.number(value))\n"
  }

  private static func escape(_ text: String, quote: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quote: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A number as Go reads it; whole ones without a point.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    let isWhole = value == value.rounded() && value.magnitude < 0x1p53
    return isWhole ? String(Int64(value)) : String(value)
  }
}
