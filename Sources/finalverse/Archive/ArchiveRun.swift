import Engine
import EventLog

/// Archives the sealed segments of a data directory, oldest first.
struct ArchiveRun {
  /// What was done.
  struct Report: Sendable {
    /// The data directory.
    let directory: String
    /// One for each segment that was archived.
    var outcomes: [LogArchiving.Outcome] = []
    /// How long it took.
    var duration = Duration.zero
  }

  /// The data directory.
  let data: DataDirectory
  /// How old a segment's last entry must be; nil for any age.
  let olderThan: TimeSpan?
  /// How fast archives are written.
  let pace: DiskPace

  /// Archives, and shows how far it has come.
  ///
  /// - Throws: ``EventLog/LogFault``; what was archived until then stays so.
  func run() throws -> Report {
    let archiving = try LogArchiving(directory: data.log, note: "finalverse archive")
    let segments = try due(archiving)
    var report = Report(directory: data.path)
    let counts = try segments.map { try archiving.entries(ofSegment: $0) }
    let progress = Progress("archiving", of: counts.reduce(0, +))
    let start = ContinuousClock.now
    var done = 0
    for (first, count) in zip(segments, counts) {
      // Half of the work is to write, the other half to read back.
      let outcome = try archiving.archive(first, pace: pace) { entries, isReadingBack in
        progress.update(done + (entries + (isReadingBack ? count : 0)) / 2)
        return .proceed
      }
      if let outcome { report.outcomes.append(outcome) }
      done += count
    }
    report.duration = ContinuousClock.now - start
    if !segments.isEmpty { progress.finish(done) }
    return report
  }

  private func due(_ archiving: LogArchiving) throws -> [Position] {
    let sealed = try archiving.sealedSegments()
    guard let olderThan else { return sealed }
    let latest = SystemClock().now() - olderThan.microseconds
    return try sealed.filter { first in
      try archiving.lastTime(ofSegment: first).map { $0 <= latest } ?? false
    }
  }
}

extension ArchiveRun.Report {
  private var entries: Int { outcomes.reduce(0) { $0 + $1.entries } }
  private var entryBytes: UInt64 { outcomes.reduce(0) { $0 + $1.entryByteCount } }
  private var before: UInt64 { outcomes.reduce(0) { $0 + $1.segmentByteCount } }
  private var after: UInt64 { outcomes.reduce(0) { $0 + $1.archiveByteCount } }
  private var seconds: Double { duration / .seconds(1) }

  /// For people.
  var text: String {
    guard !outcomes.isEmpty else { return "nothing to archive in \(directory)" }
    let rate = Figures.rate(Double(entries) / seconds)
    let megabytes = Figures.decimal(Double(entryBytes) / seconds / 1e6, places: 1)
    let count = Figures.count(outcomes.count, "segment", "segments")
    return """
      archived \(count) in \(directory)
        entries  \(Figures.count(entries)) in \(Figures.span(duration)): \(rate), \(megabytes) MB/s; \(each(entryBytes)) bytes each
        before   \(Figures.bytes(before)), \(each(before)) bytes an entry
        after    \(Figures.bytes(after)), \(each(after)) bytes an entry
      """
  }

  private func each(_ bytes: UInt64) -> String {
    Figures.decimal(Double(bytes) / Double(max(1, entries)), places: 1)
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("directory", .string(directory)),
      ("entries", .number(entries)),
      ("entry_bytes", .number(Int(entryBytes))),
      ("bytes_before", .number(Int(before))),
      ("bytes_after", .number(Int(after))),
      ("seconds", .decimal(seconds)),
      ("segments", .array(outcomes.map(\.json))),
    ])
  }
}

extension LogArchiving.Outcome {
  fileprivate var json: JSONText {
    .object([
      ("first_position", .number(Int(firstPosition.rawValue))),
      ("last_position", .number(Int(lastPosition.rawValue))),
      ("entry_bytes", .number(Int(entryByteCount))),
      ("bytes_before", .number(Int(segmentByteCount))),
      ("bytes_after", .number(Int(archiveByteCount))),
    ])
  }
}
