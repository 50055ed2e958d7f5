/// Metrics read back from their text: every number by its name and labels.
package struct MetricsReading: Sendable {
  /// One number.
  package struct Sample: Equatable, Sendable {
    /// What tells it from the others of its name.
    package let labels: [String: String]
    /// The number.
    package let value: Double
  }

  /// A line that is none of the text format.
  package struct Fault: Error, Equatable {
    /// Which line, from 1.
    package let line: Int
  }

  private var samples: [String: [Sample]] = [:]

  /// Reads the text format; comments and times are passed over.
  ///
  /// - Throws: ``Fault``, the first line that is not of the format.
  package init(_ text: some StringProtocol) throws(Fault) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty && line.first != "#" {
      var rest = Substring(line)
      guard let name = rest.takeName(), let labels = rest.takeLabels(), let value = rest.takeValue()
      else { throw Fault(line: index + 1) }
      samples[name, default: []].append(Sample(labels: labels, value: value))
    }
  }

  /// All numbers of a name, in the order of the text.
  package func samples(of name: String) -> [Sample] {
    samples[name] ?? []
  }

  /// A name's only number; nil when it has none.
  package func value(of name: String) -> Double? {
    samples[name]?.first?.value
  }

  /// The sum of a name's numbers that have certain labels; nil when there are none.
  package func sum(of name: String, where label: String, is text: String) -> Double? {
    let found = samples(of: name).filter { $0.labels[label] == text }
    return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
  }

  /// What a histogram without labels holds; nil when there is none of that name.
  package func histogram(_ name: String) -> HistogramContents? {
    guard let count = value(of: name + "_count"), let sum = value(of: name + "_sum") else {
      return nil
    }
    var contents = HistogramContents()
    contents.count = count
    contents.sum = sum
    for sample in samples(of: name + "_bucket") {
      guard let bound = sample.labels["le"].flatMap(Double.init), bound.isFinite else { continue }
      contents.buckets.append(.init(upTo: bound, count: sample.value))
    }
    return contents
  }
}

extension Substring {
  fileprivate mutating func takeName() -> String? {
    let name = prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == ":" }
    self = self[name.endIndex...]
    return name.isEmpty ? nil : String(name)
  }

  /// Takes `{name="value",…}`; no labels where there is no brace.
  fileprivate mutating func takeLabels() -> [String: String]? {
    var labels: [String: String] = [:]
    guard take("{") else { return labels }
    while !take("}") {
      guard let name = takeName(), take("="), take("\""), let value = takeQuoted() else {
        return nil
      }
      labels[name] = value
      guard take(",") || first == "}" else { return nil }
    }
    return labels
  }

  /// Takes text up to and with its closing quote.
  private mutating func takeQuoted() -> String? {
    var value = ""
    while let next = popFirst() {
      switch next {
      case "\"": return value
      case "\\":
        guard let escaped = popFirst() else { return nil }
        value.append(escaped == "n" ? "\n" : escaped)
      default: value.append(next)
      }
    }
    return nil
  }

  fileprivate mutating func takeValue() -> Double? {
    guard take(" ") else { return nil }
    return Double(drop { $0 == " " }.prefix { $0 != " " })
  }

  private mutating func take(_ character: Character) -> Bool {
    guard first == character else { return false }
    removeFirst()
    return true
  }
}
