import EventLog
import Projection

extension Rebuild.Report {
  /// Whether every image that could be compared was the same.
  var isSame: Bool { outcomes.allSatisfy { $0.comparison != .different } }

  private var seconds: Double { duration / .seconds(1) }

  /// For people.
  var text: String {
    let rows = outcomes.map { outcome in
      let place = outcome.stateAtCheckpoint == nil ? nil : outcome.live.checkpoint?.position
      return [
        outcome.projection.name, Figures.count(outcome.state.rowCount), "\(outcome.state.digest)",
        outcome.comparison.words
          + (place.map { " at position \(Figures.count($0.rawValue))" } ?? ""),
      ]
    }
    var lines = TextTable.lines(
      [["projection", "rows", "digest", "live image"]] + rows, leftAligned: [0, 2, 3])
    let entries = Int(position.rawValue)
    lines.append("")
    lines.append(
      "\(Figures.count(entries, "entry", "entries")) with \(Figures.count(events, "event", "events")) in "
        + "\(Figures.span(duration)), \(Figures.rate(Double(events) / seconds))")
    lines.append(placeText)
    return lines.joined(separator: "\n")
  }

  private var placeText: String {
    if isReplaced { return "The images in \(directory) are the fresh ones." }
    let aside = "The fresh images are in \(directory); the live ones were left alone"
    guard let server else { return aside + "." }
    return aside + ", because process \(server.processID) serves the world."
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("entries", .number(Int(position.rawValue))),
      ("events", .number(events)),
      ("seconds", .decimal(seconds)),
      ("entries_per_second", .decimal((Double(position.rawValue) / seconds).rounded())),
      ("events_per_second", .decimal((Double(events) / seconds).rounded())),
      ("position", .number(Int(position.rawValue))),
      ("directory", .string(directory)),
      ("replaced", .flag(isReplaced)),
      ("same", .flag(isSame)),
      ("projections", .array(outcomes.map(\.json))),
    ])
  }
}

extension Rebuild.Outcome {
  fileprivate var json: JSONText {
    .object([
      ("name", .string(projection.name)),
      ("version", .number(Int(projection.version))),
      ("rows", .number(Int(state.rowCount))),
      ("digest", .string("\(state.digest)")),
      ("comparison", .string(comparison.rawValue)),
      ("compared_at", live.checkpoint.map { .number(Int($0.position.rawValue)) } ?? .null),
      ("live_digest", live.checkpoint.map { .string("\($0.state.digest)") } ?? .null),
      ("rebuilt_digest", stateAtCheckpoint.map { .string("\($0.digest)") } ?? .null),
    ])
  }
}
