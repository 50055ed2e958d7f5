extension Difference {
  /// For people: a block of each table, with its counts and its first rows.
  var text: String {
    tables.isEmpty ? "Nothing changed." : tables.map(\.text).joined(separator: "\n\n")
  }

  /// For programs: one object a row, then one with the counts.
  var json: [String] {
    tables.flatMap { $0.rows.map(\.line.text) }
      + [JSONText.object([("tables", .array(tables.map(\.json)))]).text]
  }
}

extension Difference.Table {
  fileprivate var text: String {
    let words = RowChange.Way.allCases.compactMap { way in
      counts[way].map { "\(Figures.count($0)) \(way.rawValue)" }
    }
    var lines = ["\(projection), table \(table): \(words.joined(separator: ", "))"]
    for row in rows {
      lines.append("  \(row.place.key) \(row.way.rawValue)")
      lines += row.fields.flatMap(\.lines).map { "    " + $0 }
    }
    if count > rows.count { lines.append("  and \(Figures.count(count - rows.count)) more") }
    return lines.joined(separator: "\n")
  }

  fileprivate var json: JSONText {
    .object(
      [("projection", .string(projection)), ("table", .string(table))]
        + RowChange.Way.allCases.map { ($0.rawValue, .number(counts[$0] ?? 0)) })
  }
}

extension RowChange {
  fileprivate var line: JSONText {
    .object([
      ("projection", .string(place.projection)), ("table", .string(place.table)),
      ("key", .string(place.key)), ("change", .string(way.rawValue)),
      ("before", json.before.map(JSONText.raw) ?? .null),
      ("after", json.after.map(JSONText.raw) ?? .null),
      ("fields", .array(fields.map { .string($0.path) })),
    ])
  }
}

extension FieldChange {
  /// For people: `coins: 12 → 5`; of a list, an element a line.
  fileprivate var lines: [String] {
    guard isList, case .list(let gone)? = before, case .list(let new)? = after else {
      return ["\(path): \(before?.line ?? "–") → \(after?.line ?? "–")"]
    }
    return gone.map { "\(path): − \($0.line)" } + new.map { "\(path): + \($0.line)" }
  }
}
