import ArgumentParser
import Engine
import EventLog
import Projection
import World

/// Writes what the log holds, and what follows from it, as tables for other tools.
///
/// Entries are read in chunks under the log's own snapshots, so that a server beside it is not delayed. In
/// memory there is one row, and before that, while the projections' tables are written, theirs.
struct Export {
  /// Where entries come from.
  enum Source {
    /// A log, and where the images are that may belong to it.
    case log(any LogReader, images: String?)
    /// A replay file.
    case file(ReplayFile)

    /// The entries.
    var reader: any EntryReader {
      switch self {
      case .log(let log, _): log
      case .file(let file): file
      }
    }
  }

  /// What was exported.
  struct Report: Sendable {
    /// How many entries.
    var entries: UInt64 = 0
    /// How many events in them.
    var events: UInt64 = 0
    /// How many events of kinds that this program does not know, which are in no table.
    var unknownEvents: UInt64 = 0
    /// How many bytes the entries have in the log.
    var byteCount: UInt64 = 0
    /// The first and the last entry.
    var first: EntryHeader?, last: EntryHeader?
  }

  /// Where entries come from.
  let source: Source
  /// Which of them are wanted.
  let request: ReplayRequest
  /// How they are written.
  let format: ExportFormat
  /// Whether the rows of the projections' tables are wanted.
  let isWithProjections: Bool
  /// Whether texts are left out.
  let isWithoutTexts: Bool

  /// Writes the export, wholly or not at all.
  ///
  /// - Throws: ``EventLog/LogFault`` or a ``Failure``; everything is as it was then.
  func run(to target: String) throws -> Report {
    let range = try range()
    let schema = ExportSchema(isWithoutTexts: isWithoutTexts)
    let draft = try ExportDraft(of: target, isDirectory: format.isDirectory)
    var report = Report()
    let write = { (sink: any ExportSink) in
      var writer = ExportWriter(schema, sink, isWithoutTexts: isWithoutTexts)
      let folded = try writeProjections(through: range.upperBound, with: &writer)
      report = try writeEntries(range, with: &writer)
      guard report.entries > 0 else { throw Self.nothing }
      try writer.write(columnsOf: schema.tables)
      try writer.write(meta(report, projectionsAt: folded))
      try sink.finish()
    }
    if format == .sqlite {
      try SQLiteSink.with(schema.tables, in: draft.path, write)
    } else {
      try write(TextSink(format, of: schema.tables, in: draft.path))
    }
    try draft.finish()
    return report
  }

  private static let nothing = Failure(
    .noData, "no entry is as asked for, so nothing was exported. Ask for more, or for all.")

  /// The positions between which the entries are that were there when the export began.
  private func range() throws -> ClosedRange<Position> {
    var first = max(try source.reader.oldestPosition(), request.from ?? .first)
    if let since = request.since {
      guard let position = try source.reader.firstPosition(atOrAfter: since) else {
        throw Self.nothing
      }
      first = max(first, position)
    }
    var last: Position
    switch source {
    case .log(let log, _): last = try log.summary().lastPosition
    case .file(let file): last = file.header.lastPosition
    }
    last = min(last, request.through ?? last)
    if let until = request.until, until.microseconds < Int64.max,
      let after = try source.reader.firstPosition(atOrAfter: until + 1), after > .zero
    {
      last = min(last, after.advanced(by: -1))
    }
    if request.limit != nil {
      var limited = request
      limited.through = last
      last = .zero
      try limited.select(from: source.reader) { entry, _ in last = entry.position }
    }
    guard first <= last else { throw Self.nothing }
    return first...last
  }

  private func writeEntries(
    _ range: ClosedRange<Position>, with writer: inout ExportWriter
  ) throws -> Report {
    var request = request
    request.from = range.lowerBound
    request.through = range.upperBound
    let progress = Progress(
      "exporting", of: range.lowerBound.distance(to: range.upperBound) + 1)
    defer { progress.abandon() }
    try request.select(from: source.reader) { entry, _ in
      try writer.write(entry)
      if writer.report.entries.isMultiple(of: 1_024) {
        progress.update(range.lowerBound.distance(to: entry.position) + 1)
      }
    }
    return writer.report
  }

  /// Writes the rows of all projections' tables; nil when that was not wanted or cannot be.
  private func writeProjections(
    through last: Position, with writer: inout ExportWriter
  ) throws -> Position? {
    guard isWithProjections, case .log(let log, let images) = source else { return nil }
    let kept = KeptImages(directory: images.map(DataDirectory.keptImages(in:)) ?? "")
    var fold = try FreshFold(log, from: kept)
    if let images { try fold.begin(withImagesNear: last, in: images) }
    try fold.advance(showingProgressTo: last)
    var rows = ProjectionRowWriter(writer: writer)
    try fold.visitProjections(&rows)
    writer = rows.writer
    return last
  }

  private func meta(
    _ report: Report, projectionsAt position: Position?
  ) throws -> [(String, String)] {
    var isSelected = request.isSelective
    let logID: LogID
    let world: String?
    switch source {
    case .log(let log, let images):
      logID = try log.summary().logID
      world = try StatusReport.worldName(
        in: log, KeptImages(directory: images.map(DataDirectory.keptImages(in:)) ?? ""))
    case .file(let file):
      logID = file.header.logID
      world = file.header.name
      isSelected = isSelected || file.header.isSelected
    }
    return [
      ("format", "1"),
      ("program", Finalverse.configuration.version),
      ("log_id", "\(logID)"),
      ("world", world ?? ""),
      ("first_position", report.first.map { "\($0.position)" } ?? ""),
      ("last_position", report.last.map { "\($0.position)" } ?? ""),
      ("first_time", report.first.map { "\($0.time)" } ?? ""),
      ("last_time", report.last.map { "\($0.time)" } ?? ""),
      ("entries", "\(report.entries)"),
      ("events", "\(report.events)"),
      ("events_unknown", "\(report.unknownEvents)"),
      ("selected", isSelected ? "true" : "false"),
      ("texts", isWithoutTexts ? "left out" : "kept"),
      ("projections_position", position.map { "\($0)" } ?? ""),
    ]
  }
}
