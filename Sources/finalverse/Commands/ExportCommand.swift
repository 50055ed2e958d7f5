import ArgumentParser
import Engine
import EventLog

/// `finalverse export`: writes history as tables for other tools.
struct ExportCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write what happened, and the world as it is, as tables for other tools.",
    discussion: """
      A table for each kind of event and for each projection's table, one of entries, and two that say \
      what the export is; as an SQLite database, or as a directory with a file of comma-separated \
      values (csv) or of JSON lines (jsonl) for each table. The projections' tables are as after the \
      last position asked for. What is exported comes from the data directory, beside a running \
      server and without delaying it, or from a replay file, whose projections' tables are empty. The \
      options choose which entries, as with replay.

      An export has what players wrote: names, looks. --without-texts leaves all such texts out.

      Examples:
        finalverse export world.sqlite
        finalverse export --since 1d --kind trade --format csv market
        finalverse export --replay market-day.fvreplay --format jsonl --without-texts market-day
      """)

  @Argument(
    help: ArgumentHelp(
      "The database, or the directory, to write; there must be none yet.", valueName: "path"))
  var target: String

  @Option(
    help: ArgumentHelp(
      "A replay file to export instead of the data directory's log.", valueName: "FILE"))
  var replay: String?

  @Option(
    help: ArgumentHelp("How to write it: sqlite, csv or jsonl.", valueName: "FORMAT"))
  var format = ExportFormat.sqlite

  @Flag(help: "Leave out what people wrote: every text of the schema, names and looks among them.")
  var withoutTexts = false

  @Flag(help: "Leave the projections' tables empty.")
  var withoutProjections = false

  @OptionGroup var data: DataOptions
  @OptionGroup var entries: EntryOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let source: Export.Source =
      if let replay {
        .file(try ReplayFile(replay))
      } else {
        .log(try data.openLog(), images: data.directory.images)
      }
    let export = Export(
      source: source, request: entries.request, format: format,
      isWithProjections: !withoutProjections, isWithoutTexts: withoutTexts)
    let clock = ContinuousClock()
    let start = clock.now
    let report = try export.run(to: target)
    let duration = clock.now - start
    print(json ? report.json(target, in: duration).text : report.text(target, in: duration))
  }
}

extension ExportFormat: ExpressibleByArgument {}

extension Export.Report {
  /// For people: what was written, and how fast.
  fileprivate func text(_ target: String, in duration: Duration) -> String {
    let seconds = max(duration / .seconds(1), 1e-6)
    var text =
      "\(target): \(Figures.count(entries, "entry", "entries")), "
      + "\(Figures.count(events, "event", "events"))"
    if let first, let last { text += ", positions \(first.position) to \(last.position)" }
    text +=
      "\n\(Figures.span(duration)): entries \(Figures.rate(Double(entries) / seconds)), "
      + "log \(Figures.bytes(UInt64(Double(byteCount) / seconds)))/s"
    if unknownEvents > 0 {
      text +=
        "\n\(Figures.count(unknownEvents, "event is", "events are")) of kinds that this program does "
        + "not know, and in no table. A newer program knows them."
    }
    return text
  }

  /// For programs.
  fileprivate func json(_ target: String, in duration: Duration) -> JSONText {
    .object([
      ("path", .string(target)),
      ("entries", .large(entries)),
      ("events", .large(events)),
      ("events_unknown", .large(unknownEvents)),
      ("first_position", first.map { .large($0.position.rawValue) } ?? .null),
      ("last_position", last.map { .large($0.position.rawValue) } ?? .null),
      ("log_bytes", .large(byteCount)),
      ("seconds", .decimal(duration / .seconds(1))),
    ])
  }
}
