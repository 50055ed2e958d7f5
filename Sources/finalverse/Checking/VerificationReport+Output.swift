import EventLog
import Projection

extension Verification.Report {
  /// Whether nothing was found.
  var isSound: Bool { findings.isEmpty }

  /// For people: what was checked; findings are told apart.
  var text: String {
    var lines: [String] = []
    if let log {
      lines.append(
        "log     \(Figures.count(log.entries, "entry", "entries")) in "
          + "\(Figures.count(log.batches, "batch", "batches")), \(Figures.bytes(log.bytes)): "
          + "lengths, checksums, positions, times, epochs and chain are right")
      lines.append("        head \(log.head) at position \(log.lastPosition)")
    }
    if base > .zero {
      lines.append(
        "base    the entries up to position \(Figures.count(log?.firstPosition.advanced(by: -1).rawValue ?? 0)) were removed: "
          + "folded from the images kept at \(Figures.count(base.rawValue))")
    }
    if !images.isEmpty {
      lines.append("state   \(Figures.count(events, "event", "events")) folded: every rule holds")
    }
    for (image, comparison) in images {
      let place = image.checkpoint.map { " at position \(Figures.count($0.position.rawValue))" }
      lines.append(
        "image   \(image.projection.name.padded(to: 12)) \(comparison.words)\(place ?? "")")
    }
    if isSound { lines.append("all is sound; \(Figures.span(duration))") }
    return lines.joined(separator: "\n")
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("sound", .flag(isSound)),
      ("entries", .number(log?.entries ?? 0)),
      ("batches", .number(log?.batches ?? 0)),
      ("bytes", .number(Int(log?.bytes ?? 0))),
      ("events", .number(events)),
      ("base_position", .number(Int(base.rawValue))),
      ("last_position", log.map { .number(Int($0.lastPosition.rawValue)) } ?? .null),
      ("head", log.map { .string("\($0.head)") } ?? .null),
      ("seconds", .decimal(duration / .seconds(1))),
      ("projections", .array(images.map(Self.json))),
      ("findings", .array(findings.map(\.json))),
    ])
  }

  private static func json(
    of compared: (image: LiveImage, comparison: LiveImage.Comparison)
  ) -> JSONText {
    let checkpoint = compared.image.checkpoint
    return .object([
      ("name", .string(compared.image.projection.name)),
      ("comparison", .string(compared.comparison.rawValue)),
      ("compared_at", checkpoint.map { .number(Int($0.position.rawValue)) } ?? .null),
      ("digest", checkpoint.map { .string("\($0.state.digest)") } ?? .null),
    ])
  }
}

extension Verification.Finding {
  fileprivate var json: JSONText {
    .object([
      ("code", .string(code)),
      ("message", .string(message)),
      ("file", file.map(JSONText.string) ?? .null),
      ("position", position.map { .number(Int($0.rawValue)) } ?? .null),
    ])
  }
}
