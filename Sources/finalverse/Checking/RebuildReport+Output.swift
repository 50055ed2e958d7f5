import EventLog
import Projection

extension Rebuild.Report {
  /// Whether every image that could be compared was the same.
  var isSame: Bool { outcomes.allSatisfy { $0.comparison != .different } }

  private var seconds: Double { duration / .seconds(1) }

  /// Entries that this run folded.
  private var entries: Int { began.distance(to: position) }

  /// For people.
  var text: String {
    let rows = outcomes.map { outcome in
      let place = outcome.stateAtCheckpoint == nil ? nil : outcome.live.checkpoint?.position
      return [
        outcome.projection.name, "\(outcome.projection.version)",
        Figures.count(outcome.state.rowCount), "\(outcome.state.digest)",
        outcome.comparison.words
          + (place.map { " at position \(Figures.count($0.rawValue))" } ?? ""),
      ]
    }
    var lines = TextTable.lines(
      [["projection", "version", "rows", "digest", "live image"]] + rows, leftAligned: [0, 3, 4])
    lines.append("")
    lines.append(
      "\(Figures.count(entries, "entry", "entries")) with \(Figures.count(events, "event", "events")) in "
        + "\(Figures.span(duration)), \(Figures.rate(Double(events) / seconds))")
    if base > .zero {
      lines.append(
        "The entries before were removed: folded from the images kept at position \(Figures.count(base.rawValue))."
      )
    } else if began > .zero {
      lines.append(
        "Those up to position \(Figures.count(began.rawValue)) had been folded by an earlier run.")
    }
    lines += placeLines
    return lines.joined(separator: "\n")
  }

  private var placeLines: [String] {
    if isReplaced { return ["The images in \(images) are the fresh ones."] }
    let reason = server.map { ", because process \($0.processID) serves the world" } ?? ""
    var lines: [String] = []
    let new = outcomes.filter { $0.directory == images }.map(\.projection.name)
    if !new.isEmpty {
      lines.append(
        "New in \(images): \(new.joined(separator: ", ")). The next server of this program starts from there."
      )
    }
    if let aside = outcomes.map(\.directory).first(where: { $0 != images }) {
      lines.append("Fresh images are in \(aside); the live ones were left alone\(reason).")
    }
    return lines
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("entries", .number(entries)),
      ("events", .number(events)),
      ("seconds", .decimal(seconds)),
      ("entries_per_second", .decimal((Double(entries) / seconds).rounded())),
      ("events_per_second", .decimal((Double(events) / seconds).rounded())),
      ("began_after", .number(Int(began.rawValue))),
      ("base_position", .number(Int(base.rawValue))),
      ("position", .number(Int(position.rawValue))),
      ("directory", .string(outcomes.first?.directory ?? images)),
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
      ("directory", .string(directory)),
      ("comparison", .string(comparison.rawValue)),
      ("compared_at", live.checkpoint.map { .number(Int($0.position.rawValue)) } ?? .null),
      ("live_digest", live.checkpoint.map { .string("\($0.state.digest)") } ?? .null),
      ("rebuilt_digest", stateAtCheckpoint.map { .string("\($0.digest)") } ?? .null),
    ])
  }
}
