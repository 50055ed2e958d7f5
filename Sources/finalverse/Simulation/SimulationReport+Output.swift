import Simulation

extension SimulationReport {
  /// What happened, for people.
  func text(seed: UInt64, after time: Duration?) -> String {
    var lines = [
      "seed \(seed): every promise held",
      "  \(Figures.count(tally.commands, "command", "commands")): \(Figures.count(acknowledgements)) acknowledged, "
        + "\(Figures.count(refusals)) refused, "
        + "\(Figures.count(tally.commands - acknowledgements - refusals)) not sent or never answered",
      "  \(Figures.count(tally.queries, "question", "questions")), \(Figures.count(tally.answered)) answered",
      "  \(Figures.count(tally.entries, "entry", "entries")) with "
        + "\(Figures.count(tally.events, "event", "events")) in "
        + "\(Figures.count(tally.batches, "batch", "batches"))",
      "  \(Figures.count(tally.recoveries, "recovery", "recoveries")), "
        + "\(Figures.count(tally.checks, "look", "looks")) at the books, "
        + "\(Figures.count(tally.comparisons, "comparison", "comparisons")) of states",
    ]
    for (name, count) in named(tally.incidents) {
      lines.append("  \(Figures.count(count)) × \(name.replacing("_", with: " "))")
    }
    if let time {
      let rate = Double(tally.commands) / (time / .seconds(1))
      lines.append("  \(Figures.span(time)), \(Figures.rate(rate)) commands")
    }
    lines.append("  digest \(digest ?? "")")
    return lines.joined(separator: "\n")
  }

  /// The same for programs, with the steps that break a promise.
  func json(seed: UInt64, after time: Duration?, shrunk: StepList? = nil) -> JSONText {
    func object(_ counts: [String: Int]) -> JSONText {
      .object(named(counts).map { ($0.name, .number($0.count)) })
    }
    return .object([
      ("seed", .large(seed)), ("digest", digest.map { .string($0) } ?? .null),
      ("promise", breach.map { .string($0.promise.rawValue) } ?? .null),
      ("found", breach.map { .string($0.description) } ?? .null),
      ("steps", shrunk.map { .array($0.steps.map { .string($0.description) }) } ?? .null),
      ("steps_taken", .number(tally.steps)), ("commands", .number(tally.commands)),
      ("acknowledged", object(tally.acknowledgedByName)), ("rejected", object(tally.rejected)),
      ("queries", .number(tally.queries)), ("answered", .number(tally.answered)),
      ("entries", .number(tally.entries)), ("events", .number(tally.events)),
      ("batches", .number(tally.batches)), ("recoveries", .number(tally.recoveries)),
      ("checks", .number(tally.checks)), ("comparisons", .number(tally.comparisons)),
      ("incidents", object(tally.incidents)),
      ("seconds", time.map { .decimal($0 / .seconds(1)) } ?? .null),
    ])
  }

  private var acknowledgements: Int { tally.acknowledged.values.reduce(0, +) }

  private var refusals: Int { tally.rejected.values.reduce(0, +) }

  private func named(_ counts: [String: Int]) -> [(name: String, count: Int)] {
    counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension Breach {
  /// The description without line breaks.
  var oneLine: String { description.replacing("\n", with: " ") }
}
