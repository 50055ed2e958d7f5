import Metrics

extension TopFigures {
  /// How many kinds of command are shown.
  private static let commandsShown = 7

  /// Lines for a terminal of 80 columns and 24 lines.
  func screen(of address: MetricsAddress, at now: Double) -> [String] {
    let uptime = startedAt.map { Figures.span(.seconds(max(0, now - $0))) } ?? "–"
    let memory = Figures.bytes(UInt64(level("process_resident_memory_bytes")))
    let processors = percent(rate("process_cpu_seconds_total"))
    var lines = [
      "\(world) at \(address), up \(uptime), \(memory), \(processors) of a processor",
      "",
      line("commands", commandText),
      line("queries", "\(per("finalverse_queries_total", where: "outcome", is: "answered"))"),
      line("entries", "\(entryText)"),
      line("commit", latency("finalverse_commit_seconds")),
      line("engine", engineText),
      line("images", imageText),
      line("clients", clientText),
      line("traffic", trafficText),
      line("log", logText),
    ]
    let troubles = self.troubles
    if !troubles.isEmpty { lines.append(line("trouble", troubles.joined(separator: ", "))) }
    return lines + [""] + commandTable
  }

  private func line(_ label: String, _ text: String) -> String {
    label.padded(to: 10) + text
  }

  private func per(_ name: String, where label: String, is text: String) -> String {
    Figures.rate(rate(name, where: label, is: text))
  }

  private var commandText: String {
    let name = "finalverse_commands_total"
    return ["accepted", "repeated", "rejected"]
      .map { "\(per(name, where: "outcome", is: $0)) \($0)" }.joined(separator: ", ")
  }

  private var entryText: String {
    let size = histogram("finalverse_batch_entries").mean.map { Figures.decimal($0, places: 1) }
    let batches = Figures.rate(rate("finalverse_batch_entries_count"))
    let entries = Figures.rate(rate("finalverse_entries_total"))
    return "\(entries) in \(batches) batches of \(size ?? "–")"
  }

  private var engineText: String {
    let waiting = Figures.count(Int(level("finalverse_inbox_requests")))
    let capacity = Figures.count(Int(level("finalverse_inbox_capacity")))
    let late = milliseconds(level("finalverse_scheduler_lag_seconds"))
    let busy = percent(rate("finalverse_engine_busy_seconds_total"))
    return "\(busy) busy, \(waiting) of \(capacity) in the inbox, jobs \(late) late"
  }

  private var imageText: String {
    guard let behind = furthestBehind else { return "none" }
    let lag = Figures.count(Int(behind.value), "entry", "entries")
    return "\(lag) behind (\(behind.code)), written in "
      + latency("finalverse_image_write_seconds")
  }

  private var clientText: String {
    let (all, sessions) = (level("finalverse_connections"), level("finalverse_sessions"))
    return "\(Figures.count(Int(all), "connection", "connections")), "
      + "\(Figures.count(Int(sessions), "session", "sessions")), "
      + Figures.count(Int(level("finalverse_subscriptions")), "subscription", "subscriptions")
  }

  private var trafficText: String {
    let received = rate("finalverse_received_bytes_total")
    let sent = rate("finalverse_sent_bytes_total")
    let messages = Figures.rate(rate("finalverse_received_messages_total"))
    return "\(messages) messages, \(Figures.bytes(UInt64(received)))/s in, "
      + "\(Figures.bytes(UInt64(sent)))/s out"
  }

  private var logText: String {
    let position = Figures.count(Int(level("finalverse_log_position")))
    let bytes = Figures.bytes(UInt64(level("finalverse_log_bytes")))
    return "position \(position), \(bytes), "
      + "\(Figures.bytes(UInt64(level("finalverse_disk_free_bytes")))) free"
  }

  /// What an operator should look into.
  private var troubles: [String] {
    var found = failingImages.map { "image of \($0) fails" }
    if level("finalverse_accepting_commands") == 0 { found.append("disk full") }
    found += codes("finalverse_failures_total").prefix(2)
      .map { "\($0.code) \(Figures.rate($0.value))" }
    found += codes("finalverse_goodbyes_total").filter { $0.code != "farewell" }.prefix(2)
      .map { "closed \($0.code) \(Figures.rate($0.value))" }
    return found
  }

  private var commandTable: [String] {
    let refused = codes("finalverse_rejections_total").prefix(4)
      .map { "\($0.code) \(Figures.rate($0.value))" }
    let rows = commands.prefix(Self.commandsShown).map { command in
      [command.name, Figures.rate(command.accepted), Figures.rate(command.rejected)]
    }
    guard !rows.isEmpty else { return ["no commands"] }
    let table = TextTable.lines([["command", "accepted", "rejected"]] + rows, leftAligned: [0])
    return refused.isEmpty
      ? table : table + ["", line("refused", refused.joined(separator: ", "))]
  }

  private func latency(_ name: String) -> String {
    let contents = histogram(name)
    guard let half = contents.quantile(0.5), let most = contents.quantile(0.99) else { return "–" }
    return "p50 \(milliseconds(half)), p99 \(milliseconds(most))"
  }

  private func milliseconds(_ seconds: Double) -> String {
    "\(Figures.decimal(seconds * 1_000, places: seconds < 0.01 ? 2 : 0)) ms"
  }

  private func percent(_ share: Double) -> String { "\(Figures.decimal(share * 100, places: 0)) %" }

  /// The names of the columns of ``row``.
  static let heading = row([
    "commands/s", "rejected/s", "entries/s", "commit p99", "busy", "inbox", "sessions", "out/s",
    "position",
  ])

  /// One line, under ``heading``.
  var row: String {
    let commit = histogram("finalverse_commit_seconds").quantile(0.99)
    let name = "finalverse_commands_total"
    return Self.row([
      Figures.rate(rate(name, where: "outcome", is: "accepted")),
      Figures.rate(rate(name, where: "outcome", is: "rejected")),
      Figures.rate(rate("finalverse_entries_total")),
      commit.map(milliseconds) ?? "–",
      percent(rate("finalverse_engine_busy_seconds_total")),
      Figures.count(Int(level("finalverse_inbox_requests"))),
      Figures.count(Int(level("finalverse_sessions"))),
      Figures.bytes(UInt64(rate("finalverse_sent_bytes_total"))),
      Figures.count(Int(level("finalverse_log_position"))),
    ])
  }

  private static func row(_ cells: [String]) -> String {
    cells.map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }.joined()
  }

  /// For programs; rates are a second.
  var json: JSONText {
    let commit = histogram("finalverse_commit_seconds")
    func level(_ name: String) -> JSONText { .number(Int(self.level("finalverse_" + name))) }
    func rate(_ name: String) -> JSONText { .decimal(self.rate("finalverse_" + name)) }
    func outcome(_ text: String) -> JSONText {
      .decimal(self.rate("finalverse_commands_total", where: "outcome", is: text))
    }
    return .object([
      ("world", .string(world)),
      ("position", level("log_position")),
      ("accepted_per_second", outcome("accepted")),
      ("repeated_per_second", outcome("repeated")),
      ("rejected_per_second", outcome("rejected")),
      ("entries_per_second", rate("entries_total")),
      ("batches_per_second", rate("batch_entries_count")),
      ("commit_p50_seconds", commit.quantile(0.5).map(JSONText.decimal) ?? .null),
      ("commit_p99_seconds", commit.quantile(0.99).map(JSONText.decimal) ?? .null),
      ("engine_busy_share", rate("engine_busy_seconds_total")),
      ("inbox_requests", level("inbox_requests")),
      ("connections", level("connections")),
      ("sessions", level("sessions")),
      ("subscriptions", level("subscriptions")),
      ("received_bytes_per_second", rate("received_bytes_total")),
      ("sent_bytes_per_second", rate("sent_bytes_total")),
      ("image_lag_entries", furthestBehind.map { .number(Int($0.value)) } ?? .null),
      (
        "commands",
        .object(
          commands.map { command in
            let rates: [(String, JSONText)] = [
              ("accepted_per_second", .decimal(command.accepted)),
              ("rejected_per_second", .decimal(command.rejected)),
            ]
            return (command.name, .object(rates))
          })
      ),
      (
        "rejections",
        .object(codes("finalverse_rejections_total").map { ($0.code, .decimal($0.value)) })
      ),
    ])
  }
}
