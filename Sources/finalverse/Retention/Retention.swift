import Engine
import EventLog
import Foundation
import Projection

/// Removes a log's oldest segments, for an operator who has said so.
///
/// What is left is folded from images of the position before it, the base, which are made and proved first. So a
/// server starts as before, and every command that folds the world works as before from there on. Beside a
/// running server, and repeatable: what is interrupted leaves a log from which a little less was removed.
struct Retention {
  /// What was done, or would be.
  struct Report: Sendable {
    /// The data directory.
    let directory: String
    /// What goes, and why no more does.
    let plan: RetentionPlan
    /// Whether it was only asked for.
    let isDryRun: Bool
    /// The head after the last entry that went: with it a backup proves that it has what went.
    let head: ChainHead?
    /// How long it took.
    let duration: Duration
  }

  /// The data directory; a server may be running.
  let data: DataDirectory
  /// What the operator wishes to be rid of.
  let wish: RetentionPlan.Wish
  /// Whether nothing is to be removed.
  let isDryRun: Bool

  /// Makes the base, and removes what goes.
  ///
  /// - Throws: ``EventLog/LogFault``, ``Projection/ImageFault``, ``Engine/EngineFault`` or a ``Failure``.
  func run() throws -> Report {
    let start = ContinuousClock.now
    let archiving = try LogArchiving(directory: data.log, note: "finalverse retain")
    let log = try LMDBEventLog(directory: data.log, access: .readOnly)
    let summary = try log.summary()
    let plan = try plan(for: summary, in: log)
    var head: ChainHead?
    if let cut = plan.cut {
      head = try log.verify(from: cut, through: cut) { _ in .proceed }.head
      if !isDryRun { try carryOut(plan, through: cut, archiving, log, summary.logID) }
    }
    return Report(
      directory: data.path, plan: plan, isDryRun: isDryRun, head: head,
      duration: ContinuousClock.now - start)
  }

  private func plan(for summary: LogSummary, in log: LMDBEventLog) throws -> RetentionPlan {
    try RetentionPlan(
      wish, segments: summary.segments, images: images(), holds: HoldBook(of: data).holds()
    ) { segment in
      var time = Timestamp(microseconds: Int64.max)
      try log.read(from: segment.lastPosition, through: segment.lastPosition) { entry in
        time = entry.time
        return .stop
      }
      return time
    }
  }

  /// How far each image has been folded, of whatever version: who goes back to an older program needs its images.
  private func images() throws
    -> [(projection: String, version: UInt32, checkpoint: Position)]
  {
    guard FileManager.default.fileExists(atPath: data.images) else { return [] }
    return try ImageReader.projections(in: data.images).flatMap { projection in
      try ImageReader.versions(of: projection, in: data.images).map { version in
        let reader = try ImageReader(of: projection, version: version, in: data.images)
        let checkpoint = try reader.snapshot().checkpoint()?.position ?? .zero
        return (projection, version, checkpoint)
      }
    }
  }

  private func carryOut(
    _ plan: RetentionPlan, through cut: Position, _ archiving: LogArchiving, _ log: LMDBEventLog,
    _ logID: LogID
  ) throws {
    let kept = KeptImages(directory: data.keptImages)
    try LogDirectory(path: kept.directory).create()
    let lock = try DirectoryLock(directory: kept.directory, note: "finalverse retain")
    defer { withExtendedLifetime(lock) {} }
    if !kept.positions.contains(cut) {
      var fold = try FreshFold(log, from: kept)
      try fold.begin(withImagesNear: cut, in: data.images)
      try fold.advance(showingProgressTo: cut)
      try kept.keep(&fold, of: logID, at: .now, pace: data.diskPace)
    }
    try prove(cut, in: kept, log)
    let progress = Progress("removing", of: plan.goes.count, "segment", "segments")
    var removed = 0
    try archiving.remove(through: cut) { _ in
      removed += 1
      progress.update(removed)
    }
    progress.finish(removed)
    for position in kept.positions where position < cut { try kept.remove(position) }
  }

  /// Reads the base as a server would, before anything depends on it.
  private func prove(_ base: Position, in kept: KeptImages, _ log: LMDBEventLog) throws {
    var fold = FreshFold(log)
    if let fault = try fold.begin(withImagesIn: kept.path(of: base), through: base) {
      throw Failure(
        .damaged,
        """
        the images kept at position \(base) are of no use, so nothing was removed. Remove \(kept.path(of: base)) and try again.
        \(fault.text)
        """)
    }
  }
}
