import Accounts
import Engine
import EventLog
import Foundation
import Glibc
import Texts

/// A copy of a data directory, laid out as one: it can be looked into, verified, and served.
///
/// It has the log, the texts that go with it, the world file, the accounts, what proves identities, and the operator's holds. Images are left out: they
/// follow from the log; but where the log's first entries were removed, those are there from which it is folded.
struct Backup {
  /// What was copied.
  struct Report: Sendable {
    /// Where to.
    let directory: String
    /// The log.
    let log: LogBackup.Report
    /// How long it took.
    let duration: Duration
  }

  /// Copies a directory's log while a server may be writing it, and its small files.
  ///
  /// - Parameter pace: How fast the log's copy is written.
  /// - Throws: ``EventLog/LogFault`` or ``Failure``
  static func make(
    of data: DataDirectory, in backup: DataDirectory, pace: DiskPace = .full
  ) throws -> Report {
    let start = ContinuousClock.now
    let progress = SegmentProgress("backing up")
    let report = try LogBackup.copy(
      data.log, to: backup.log, pace: pace, progress: progress.update)
    progress.finish(report)
    try copyBase(of: data, to: backup, for: report.summary)
    try copyBesides(of: data, to: backup)
    return Report(directory: backup.path, log: report, duration: .now - start)
  }

  /// Makes a data directory from a backup.
  ///
  /// The log comes last: without it there is nothing that could be served.
  ///
  /// - Parameters:
  ///   - backup: The backup.
  ///   - data: A directory without a log.
  ///   - last: The last position to be there; nil for all.
  /// - Throws: ``EventLog/LogFault`` or ``Failure``; there is no log then.
  static func restore(
    _ backup: DataDirectory, to data: DataDirectory, through last: Position?
  ) async throws -> Report {
    let start = ContinuousClock.now
    let source = try LMDBEventLog(directory: backup.log, access: .readOnly).summary()
    _ = try base(in: backup, for: source, through: last)
    let progress = SegmentProgress("restoring")
    let restored = try LogBackup.restore(
      backup.log, to: data.log, through: last, progress: progress.update)
    progress.finish(restored.report)
    try copyBase(of: backup, to: data, for: restored.report.summary)
    try copyBesides(of: backup, to: data)
    let identity = IdentityDirectory(path: data.identity)
    if FileManager.default.fileExists(atPath: identity.storeFile) {
      // The restored log gives out numbers anew that tokens of the time after the backup may name.
      try await identity.rotateKey(at: SystemClock().now(), isAtOnce: true)
    }
    let report = try restored.adopt()
    return Report(directory: data.path, log: report, duration: .now - start)
  }

  /// The position of the kept images from which a copy of a log is folded; nil when it has all entries.
  ///
  /// - Throws: a ``Failure`` when there are none, or they are of a later position than the copy.
  private static func base(
    in source: DataDirectory, for log: LogSummary, through last: Position?
  ) throws -> Position? {
    guard log.firstPosition > .first, !log.isEmpty else { return nil }
    let kept = KeptImages(directory: source.keptImages)
    let end = last.map { min($0, log.lastPosition) } ?? log.lastPosition
    guard let base = kept.base(ofLogFrom: log.firstPosition) else {
      throw Failure(
        .noData,
        """
        the log in \(source.path) begins at position \(log.firstPosition), and the images that were kept when the entries before were removed are not in \
        \(kept.directory). A copy of the log alone could not be served.
        """)
    }
    guard base <= end else { throw Failure.removed(end, base: base) }
    return base
  }

  /// Copies the images from which a copy of a log is folded, where it has none.
  private static func copyBase(
    of source: DataDirectory, to target: DataDirectory, for log: LogSummary
  ) throws {
    let copies = KeptImages(directory: target.keptImages)
    guard log.firstPosition > .first, copies.base(ofLogFrom: log.firstPosition) == nil,
      let base = try base(in: source, for: log, through: nil)
    else { return }
    do {
      try copies.copy(base, from: KeptImages(directory: source.keptImages))
    } catch {
      throw Failure(
        .cannotWrite,
        "the log was copied, but not the images that it is folded from, to \(copies.directory): \(error.localizedDescription)"
      )
    }
  }

  /// Copies what is in the directory besides the log.
  ///
  /// After the log, so that no entry of it lacks its text, and no player the account. What they know of
  /// later entries comes along, and is forgotten when the copy is served.
  private static func copyBesides(of source: DataDirectory, to target: DataDirectory) throws {
    try copySmallFiles(of: source, to: target)
    let (identity, copy) = (
      IdentityDirectory(path: source.identity), IdentityDirectory(path: target.identity)
    )
    if FileManager.default.fileExists(atPath: identity.storeFile) {
      try identity.openStore().backUp(to: copy.storeFile)
    }
    if FileManager.default.fileExists(atPath: source.texts) {
      try TextFile(source.texts, access: .readOnly).copy(to: target.texts)
    }
  }

  /// Copies the files that nobody has open, each as a whole.
  private static func copySmallFiles(
    of source: DataDirectory, to target: DataDirectory
  ) throws {
    do {
      let manager = FileManager.default
      if manager.fileExists(atPath: source.worldFile) {
        try copy(source.worldFile, to: target.worldFile, permissions: 0o644)
      }
      for hold in try HoldBook(of: source).holds() { try HoldBook(of: target).set(hold) }
      guard manager.fileExists(atPath: source.identity) else { return }
      try manager.createDirectory(
        atPath: target.identity, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try DurableFile.synchronize(directoryOf: target.identity)
      for name in try manager.contentsOfDirectory(atPath: source.identity).sorted()
      where !name.hasPrefix("accounts.sqlite")
        && !(source.identity + "/" + name).hasPrefix(source.texts)
      {
        try copy(source.identity + "/" + name, to: target.identity + "/" + name, permissions: 0o600)
      }
    } catch {
      let reason = (error as? Failure)?.message ?? error.localizedDescription
      throw Failure(
        .cannotWrite,
        "the log was copied, but not what is beside it in \(source.path): \(reason)"
      )
    }
  }

  private static func copy(_ file: String, to copy: String, permissions: mode_t) throws {
    try DurableFile.write(
      Data(contentsOf: URL(fileURLWithPath: file)), to: copy, permissions: permissions)
  }
}

/// Shows how many segments are copied, once it is known how many there are.
private final class SegmentProgress {
  private let label: String
  private var shown: Progress?

  init(_ label: String) {
    self.label = label
  }

  func update(_ done: Int, of total: Int) {
    let progress = shown ?? Progress(label, of: total, "segment", "segments")
    shown = progress
    progress.update(done)
  }

  func finish(_ report: LogBackup.Report) {
    shown?.finish(report.segmentsCopied + report.segmentsKept)
  }
}

@available(*, unavailable)
extension SegmentProgress: Sendable {}

extension Backup.Report {
  /// For people; begins with what was done.
  func text(_ done: String) -> String {
    let summary = log.summary
    let copied = Figures.count(log.segmentsCopied, "segment", "segments")
    return """
      \(done) in \(directory)
        log    position \(Figures.count(summary.lastPosition.rawValue)) of \(summary.lastTime.map { "\($0)" } ?? "no time")
               head \(summary.head)
        files  \(copied) copied, \(Figures.bytes(log.bytesCopied)); \(Figures.count(log.segmentsKept, "was", "were")) there already
      Every byte of what was copied and the chain of hashes were checked; \(Figures.span(duration)).
      """
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("directory", .string(directory)),
      ("log_id", .string("\(log.summary.logID)")),
      ("position", .number(Int(log.summary.lastPosition.rawValue))),
      ("time", log.summary.lastTime.map { .string("\($0)") } ?? .null),
      ("head", .string("\(log.summary.head)")),
      ("segments_copied", .number(log.segmentsCopied)),
      ("segments_kept", .number(log.segmentsKept)),
      ("bytes_copied", .number(Int(log.bytesCopied))),
      ("seconds", .decimal(duration / .seconds(1))),
    ])
  }
}
