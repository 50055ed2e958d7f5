import Engine
import EventLog
import Projection
import World

/// Folds fresh images from a whole log, and compares them with those that are there.
struct Rebuild {
  /// What became of one projection.
  struct Outcome: Sendable {
    /// Which.
    let projection: ProjectionName
    /// What the fresh image holds.
    let state: StateSummary
    /// The image that was there.
    let live: LiveImage
    /// What the fold came to at the live image's checkpoint; nil where they cannot be compared.
    let stateAtCheckpoint: StateSummary?

    /// How the two compare.
    var comparison: LiveImage.Comparison { live.compared(with: stateAtCheckpoint) }
  }

  /// What became of all.
  struct Report: Sendable {
    /// One for each projection asked for.
    var outcomes: [Outcome]
    /// The last entry folded.
    let position: Position
    /// Events folded.
    let events: Int
    /// From the first entry read to the last image on disk.
    let duration: Duration
    /// Where the fresh images are.
    let directory: String
    /// The server that had the directory, so that its images were left alone; nil when there was none or another place was asked for.
    let server: DirectoryLock.Holder?
    /// Whether the fresh images took the place of the live ones.
    let isReplaced: Bool
  }

  /// The data directory.
  let data: DataDirectory
  /// Which projections.
  let projections: [ProjectionName]
  /// Where the fresh images go; nil: in place of the live ones, or beside them while a server runs.
  let target: String?

  /// Folds, compares, and puts the images in their place.
  ///
  /// - Throws: ``EventLog/LogFault``, ``Engine/EngineFault`` or ``Projection/ImageFault``; the live images are as they were then.
  func run() throws -> Report {
    let clock = ContinuousClock()
    let log = try LMDBEventLog(directory: data.log, access: .readOnly)
    // Held until the images are in place, so that no server starts meanwhile.
    let (lock, server) = try target == nil ? lockOut() : (nil, nil)
    defer { withExtendedLifetime(lock) {} }
    let live = projections.map { LiveImage(of: $0, in: data.images, .checkpoint) }
    let summary = try log.summary()
    let directory = target ?? (lock == nil ? data.path + "/rebuilt" : data.images)

    let start = clock.now
    let members = projections.reduce(into: ProjectionSet()) { $0.formUnion($1.member) }
    var fold = FreshFold(log, members: members)
    let compared = try advance(&fold, through: live, in: summary)
    let states = try fold.states(of: members)
    try fold.writeImages(into: directory, of: summary.logID, at: .now)
    let outcomes = live.map { live in
      Outcome(
        projection: live.projection,
        state: states[live.projection.member.rawValue] ?? .empty, live: live,
        stateAtCheckpoint: compared[live.projection.member.rawValue])
    }
    return Report(
      outcomes: outcomes, position: fold.position, events: fold.events,
      duration: clock.now - start, directory: directory, server: server, isReplaced: lock != nil)
  }

  /// Keeps servers out of the directory, or says which one has it.
  private func lockOut() throws(LogFault) -> (DirectoryLock?, DirectoryLock.Holder?) {
    do throws(LogFault) {
      return (try DirectoryLock(directory: data.log, note: "finalverse rebuild"), nil)
    } catch {
      guard error.code == .locked else { throw error }
      return (nil, DirectoryLock.holder(of: data.log))
    }
  }

  /// Folds the whole log, and takes each projection's state where its live image stands.
  private func advance(
    _ fold: inout FreshFold, through live: [LiveImage], in log: LogSummary
  ) throws -> [ProjectionSet.RawValue: StateSummary] {
    let progress = Progress("rebuilding", of: Int(log.lastPosition.rawValue))
    var compared: [ProjectionSet.RawValue: StateSummary] = [:]
    let stops = Set(live.compactMap { $0.comparablePosition(in: log) }).sorted()
    do {
      for stop in stops {
        try fold.advance(to: stop) { progress.update(Int($0.rawValue)) }
        let members = live.filter { $0.comparablePosition(in: log) == stop }
          .reduce(into: ProjectionSet()) { $0.formUnion($1.projection.member) }
        compared.merge(try fold.states(of: members)) { $1 }
      }
      try fold.advance(to: log.lastPosition) { progress.update(Int($0.rawValue)) }
    } catch {
      progress.abandon()
      throw error
    }
    progress.finish(Int(fold.position.rawValue))
    return compared
  }
}
