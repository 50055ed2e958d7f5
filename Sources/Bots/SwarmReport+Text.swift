import Foundation

extension SwarmReport {
  /// The report for people: a paragraph, a table, and what went wrong.
  package var text: String {
    var lines = [
      "\(counted(bots, "bot", "bots")) at \(url) for \(number(seconds, 1)) s: "
        + "\(counted(commands, "command", "commands")) (\(number(commandsPerSecond, 0))/s), "
        + "\(counted(pushedEntries, "pushed entry", "pushed entries")) "
        + "(\(number(pushedEntriesPerSecond, 0))/s)",
      "\(counted(reconnections, "reconnection", "reconnections")), \(restarts) of them with a fresh state; "
        + "\(counted(handoversAgreed, "gift or trade", "gifts and trades")) "
        + "that both sides were told of alike",
    ]
    if let firstLoss {
      lines.append("\(losses). The first: \(firstLoss)")
    }
    lines += [""] + table + [""]
    if !rejections.isEmpty { lines.append("rejections: \(list(rejections))") }
    if !failures.isEmpty { lines.append("failures: \(list(failures))") }
    lines.append("contradictions: \(contradictions)")
    if contradictions > 0 { lines.append("  \(list(contradictionKinds))") }
    for found in firstContradictions {
      let place = found.position == 0 ? "" : " at position \(found.position)"
      lines.append("  \(found.kind.rawValue), player \(found.player)\(place): \(found.detail)")
    }
    return lines.joined(separator: "\n")
  }

  /// How many bots never came, and how many went.
  package var losses: String {
    "\(counted(unconnected, "bot", "bots")) never connected and "
      + counted(lost, "was lost", "were lost")
  }

  private var table: [String] {
    let head = ["request", "done", "rejected", "failed", "p50 ms", "p90 ms", "p99 ms", "max ms"]
    let rows = kinds.map { kind in
      [
        kind.kind.rawValue, "\(kind.succeeded)", "\(kind.rejected)", "\(kind.failed)",
        number(kind.latency.p50, 2), number(kind.latency.p90, 2), number(kind.latency.p99, 2),
        number(kind.latency.max, 2),
      ]
    }
    let widths = head.indices.map { column in
      ([head] + rows).map { $0[column].count }.max() ?? 0
    }
    return ([head] + rows).map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
    }
  }

  private func list(_ counts: [CodeCount]) -> String {
    counts.map { "\($0.code) \($0.count)" }.joined(separator: ", ")
  }

  private func number(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}

/// A count with what is counted: `1 bot`, `20 bots`.
func counted(_ value: Int, _ one: String, _ many: String) -> String {
  "\(value) \(value == 1 ? one : many)"
}
