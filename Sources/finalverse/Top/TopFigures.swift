import Metrics

/// What a server does: rates over a stretch of time, from what it told at the beginning and at the end.
struct TopFigures: Sendable {
  /// Commands of one kind.
  struct Command: Sendable {
    /// `trade.accept_trade`.
    let name: String
    /// Those that took effect, a second.
    let accepted: Double
    /// Those that were refused, a second.
    let rejected: Double
  }

  /// Something told by its code.
  struct Coded: Sendable {
    let code: String
    let value: Double
  }

  private let before: MetricsReading
  private let now: MetricsReading
  private let seconds: Double

  /// What happened between two readings.
  ///
  /// - Parameter seconds: What lies between them; more than 0.
  init(from before: MetricsReading, to now: MetricsReading, seconds: Double) {
    // A server that was started anew counts from nothing.
    let isSame =
      before.value(of: Self.startTime) == now.value(of: Self.startTime)
    self.before = isSame ? before : now
    self.now = now
    self.seconds = seconds
  }

  private static let startTime = "process_start_time_seconds"

  /// The world's name.
  var world: String {
    now.samples(of: "finalverse_world_info").first?.labels["world"] ?? "A world"
  }

  /// When the server was started, in seconds since 1970.
  var startedAt: Double? { now.value(of: Self.startTime) }

  /// A number as it stands; 0 when the server does not tell it.
  func level(_ name: String) -> Double { now.value(of: name) ?? 0 }

  /// How fast a counter grew, a second.
  func rate(_ name: String) -> Double { growth(now.value(of: name), before.value(of: name)) }

  /// How fast those of a counter's numbers grew together that have a label.
  func rate(_ name: String, where label: String, is text: String) -> Double {
    growth(
      now.sum(of: name, where: label, is: text), before.sum(of: name, where: label, is: text))
  }

  /// What came into a histogram meanwhile.
  func histogram(_ name: String) -> HistogramContents {
    let contents = now.histogram(name) ?? HistogramContents()
    return before.histogram(name).map(contents.since) ?? contents
  }

  /// Kinds of command of which there were some, the most frequent first.
  var commands: [Command] {
    let name = "finalverse_commands_total"
    var sums: [String: (accepted: Double, rejected: Double)] = [:]
    for (sample, rate) in rates(of: name) where rate > 0 {
      guard let system = sample.labels["system"], let command = sample.labels["command"] else {
        continue
      }
      let isRejected = sample.labels["outcome"] == "rejected"
      sums["\(system).\(command)", default: (0, 0)].accepted += isRejected ? 0 : rate
      sums["\(system).\(command)", default: (0, 0)].rejected += isRejected ? rate : 0
    }
    return sums.map { Command(name: $0, accepted: $1.accepted, rejected: $1.rejected) }
      .sorted { ($1.accepted + $1.rejected, $0.name) < ($0.accepted + $0.rejected, $1.name) }
  }

  /// The codes of a counter that grew, a second, the most frequent first.
  func codes(_ name: String) -> [Coded] {
    rates(of: name).filter { $0.rate > 0 }
      .map { Coded(code: $0.sample.labels["code"] ?? "?", value: $0.rate) }
      .sorted { ($1.value, $0.code) < ($0.value, $1.code) }
  }

  /// The projection whose image is furthest behind; nil when the server has no images.
  var furthestBehind: Coded? {
    now.samples(of: "finalverse_image_lag_entries")
      .map { Coded(code: $0.labels["projection"] ?? "?", value: $0.value) }
      .max { ($0.value, $1.code) < ($1.value, $0.code) }
  }

  /// Projections whose images cannot be written.
  var failingImages: [String] {
    now.samples(of: "finalverse_image_failing").filter { $0.value > 0 }
      .compactMap { $0.labels["projection"] }
  }

  private func rates(of name: String) -> [(sample: MetricsReading.Sample, rate: Double)] {
    let earlier = Dictionary(
      before.samples(of: name).map { ($0.labels, $0.value) }, uniquingKeysWith: { $1 })
    return now.samples(of: name).map { ($0, growth($0.value, earlier[$0.labels])) }
  }

  private func growth(_ now: Double?, _ before: Double?) -> Double {
    max(0, (now ?? 0) - (before ?? 0)) / seconds
  }
}
