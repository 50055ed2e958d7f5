import Engine
import EventLog
import Projection

extension StatusReport {
  /// For people.
  var text: String {
    var lines = ["\(world ?? "A world yet to be founded"), in \(directory.path)"]
    lines.append("  server  \(serverText)")
    let end = log.lastTime.map { "position \(Figures.count(log.lastPosition.rawValue)) of \($0)" }
    lines.append("  log     \(end ?? "empty"), epoch \(log.epoch)")
    let files = Figures.count(log.segments.count, "segment", "segments")
    lines.append("          \(Figures.bytes(log.byteCountOnDisk)) in \(files), head \(log.head)")
    if log.firstPosition > .first, !log.isEmpty {
      lines.append(
        "          begins at position \(Figures.count(log.firstPosition.rawValue)): what was before is removed"
      )
    }
    lines.append("  disk    \(freeBytes.map { "\(Figures.bytes($0)) free" } ?? "room unknown")")
    lines.append("")
    return (lines + table + further + [""] + segmentTable).joined(separator: "\n")
  }

  private var further: [String] {
    var lines: [String] = []
    if !kept.isEmpty {
      let positions = kept.map { Figures.count($0.position.rawValue) }.joined(separator: "  ")
      let bytes = Figures.bytes(UInt64(kept.reduce(0) { $0 + $1.bytes }))
      lines += ["", "  kept images, \(bytes), of positions \(positions)"]
    }
    if !holds.isEmpty {
      lines += ["", "  holds, which keep entries from being removed:"]
      lines += holds.map { "    \($0.sentence)" }
    }
    if !otherVersions.isEmpty {
      let names = otherVersions.map { "\($0.projection) \($0.version)" }.joined(separator: ", ")
      lines += ["", "  images of versions that this program does not use: \(names)"]
    }
    return lines
  }

  /// How many files are listed for people; programs get all.
  private static let segmentsShown = 12

  private var segmentTable: [String] {
    let head = ["segment", "state", "entries", "bytes", "an entry", "compressed to"]
    let rows = log.segments.suffix(Self.segmentsShown).map(row)
    let lines = TextTable.lines([head] + rows, leftAligned: [1]).map { "  " + $0 }
    let older = log.segments.count - rows.count
    return older > 0 ? lines + ["  and \(Figures.count(older)) older, shown by --json"] : lines
  }

  private func row(_ segment: LogSummary.Segment) -> [String] {
    let share = entryBytes[segment.firstPosition].map {
      Figures.decimal(100 * Double(segment.byteCountOnDisk) / Double(max(1, $0)), places: 1) + " %"
    }
    return [
      Figures.count(segment.firstPosition.rawValue), segment.state,
      Figures.count(segment.entries), Figures.bytes(segment.byteCountOnDisk),
      segment.bytesPerEntry.map { Figures.decimal($0, places: 1) } ?? "–", share ?? "–",
    ]
  }

  private var serverText: String {
    guard let server else { return "none" }
    let note = server.note.isEmpty ? "" : ": \(server.note)"
    return "process \(server.processID) since \(server.since)\(note)"
  }

  private var table: [String] {
    let head = ["projection", "version", "checkpoint", "lag", "rows", "digest"]
    return TextTable.lines([head] + images.map(row), leftAligned: [0, 5]).map { "  " + $0 }
  }

  private func row(_ image: LiveImage) -> [String] {
    guard let checkpoint = image.checkpoint else {
      let reason = image.fault.map { $0.code.rawValue } ?? "no image"
      return [image.projection.name, "\(image.projection.version)", "–", "–", "–", reason]
    }
    let isCurrent = checkpoint.version == image.projection.version
    return [
      image.projection.name,
      isCurrent
        ? "\(checkpoint.version)" : "\(checkpoint.version), not \(image.projection.version)",
      Figures.count(checkpoint.position.rawValue),
      image.lag(behind: log.lastPosition).map { Figures.count($0) } ?? "–",
      Figures.count(checkpoint.state.rowCount), "\(checkpoint.state.digest)",
    ]
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("directory", .string(directory.path)),
      ("world", world.map(JSONText.string) ?? .null),
      ("server", server.map(\.json) ?? .null),
      ("log_id", .string("\(log.logID)")),
      ("epoch", .number(Int(log.epoch.rawValue))),
      ("first_position", .number(Int(log.firstPosition.rawValue))),
      ("last_position", .number(Int(log.lastPosition.rawValue))),
      ("last_time", log.lastTime.map { .string("\($0)") } ?? .null),
      ("head", .string("\(log.head)")),
      ("bytes", .number(Int(log.byteCountOnDisk))),
      (
        "kept_images",
        .array(
          kept.map {
            .object([
              ("position", .number(Int($0.position.rawValue))), ("bytes", .number($0.bytes)),
            ])
          })
      ),
      ("holds", .array(holds.map(\.json))),
      (
        "other_versions",
        .array(
          otherVersions.map {
            .object([("name", .string($0.projection)), ("version", .number(Int($0.version)))])
          })
      ),
      ("segments", .array(log.segments.map { $0.json(entryBytes[$0.firstPosition]) })),
      ("disk_free_bytes", freeBytes.map { .number(Int($0)) } ?? .null),
      ("projections", .array(images.map { $0.json(last: log.lastPosition) })),
    ])
  }
}

extension DirectoryLock.Holder {
  fileprivate var json: JSONText {
    .object([
      ("pid", .number(Int(processID))), ("since", .string("\(since)")), ("note", .string(note)),
    ])
  }
}

extension LogSummary.Segment {
  fileprivate var state: String {
    isArchived ? "archived" : isSealed ? "sealed" : "active"
  }

  fileprivate var bytesPerEntry: Double? {
    entries > 0 ? Double(byteCountOnDisk) / Double(entries) : nil
  }

  fileprivate func json(_ entryBytes: UInt64?) -> JSONText {
    .object([
      ("file", .string(file)),
      ("first_position", .number(Int(firstPosition.rawValue))),
      ("last_position", .number(Int(lastPosition.rawValue))),
      ("sealed", .flag(isSealed)),
      ("state", .string(state)),
      ("entries", .number(entries)),
      ("bytes", .number(Int(byteCountOnDisk))),
      ("bytes_per_entry", bytesPerEntry.map { .decimal($0) } ?? .null),
      ("entry_bytes", entryBytes.map { .number(Int($0)) } ?? .null),
    ])
  }
}

extension LiveImage {
  fileprivate func json(last: Position) -> JSONText {
    .object([
      ("name", .string(projection.name)),
      ("version", .number(Int(projection.version))),
      ("image_version", checkpoint.map { .number(Int($0.version)) } ?? .null),
      ("checkpoint", checkpoint.map { .number(Int($0.position.rawValue)) } ?? .null),
      ("lag", lag(behind: last).map { .number($0) } ?? .null),
      ("rows", checkpoint.map { .number(Int($0.state.rowCount)) } ?? .null),
      ("digest", checkpoint.map { .string("\($0.state.digest)") } ?? .null),
      ("written", checkpoint.map { .string("\($0.writtenAt)") } ?? .null),
      ("fault", fault.map { .string($0.description) } ?? .null),
    ])
  }
}
