import EventLog

extension RetentionPlan.Reason {
  /// For people.
  var words: String {
    switch self {
    case .wish: "it is what is to be kept"
    case .newest: "it is being written"
    case .image(let projection, let version, let checkpoint):
      "the image of \(projection), version \(version), was folded to position \(Figures.count(checkpoint.rawValue)) only"
    case .hold(let hold): "hold \(hold.sentence)"
    }
  }

  /// For programs.
  var json: JSONText {
    switch self {
    case .wish: .object([("kind", .string("wish"))])
    case .newest: .object([("kind", .string("newest"))])
    case .image(let projection, let version, let checkpoint):
      .object([
        ("kind", .string("image")), ("projection", .string(projection)),
        ("version", .number(Int(version))), ("checkpoint", .large(checkpoint.rawValue)),
      ])
    case .hold(let hold): .object([("kind", .string("hold")), ("hold", hold.json)])
    }
  }
}

extension Retention.Report {
  private var bytes: UInt64 { plan.goes.reduce(0) { $0 + $1.byteCountOnDisk } }
  private var entries: Int { plan.goes.reduce(0) { $0 + $1.entries } }

  /// For people.
  var text: String {
    var lines: [String] = []
    if let cut = plan.cut, let head {
      let files = Figures.count(plan.goes.count, "segment", "segments")
      lines += [
        "\(isDryRun ? "would remove" : "removed") \(files) of \(directory)",
        "  entries  \(Figures.count(entries)), up to position \(Figures.count(cut.rawValue)); \(Figures.bytes(bytes))",
        "  head     \(head) after the last of them",
      ]
    } else {
      lines.append("nothing to remove from \(directory)")
    }
    if let stays = plan.stays {
      lines.append(
        "The segment from position \(Figures.count(stays.firstPosition.rawValue)) stays:")
      lines += plan.reasons.map { "  \($0.words)" }
    }
    return lines.joined(separator: "\n")
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("directory", .string(directory)),
      ("dry_run", .flag(isDryRun)),
      ("segments", .number(plan.goes.count)),
      ("entries", .number(entries)),
      ("bytes", .number(Int(bytes))),
      ("removed_through", plan.cut.map { .large($0.rawValue) } ?? .null),
      ("head", head.map { .string("\($0)") } ?? .null),
      ("stays_from", plan.stays.map { .large($0.firstPosition.rawValue) } ?? .null),
      ("reasons", .array(plan.reasons.map(\.json))),
      ("seconds", .decimal(duration / .seconds(1))),
    ])
  }
}
