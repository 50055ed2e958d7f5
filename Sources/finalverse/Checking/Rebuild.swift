import Engine
import EventLog
import Projection
import World

/// Folds fresh images from a whole log, and compares them with those that are there.
///
/// What is folded is made durable on the way, in drafts beside the images, so that a run that is
/// interrupted costs the next one little. The images that are there are not touched before the fresh
/// ones are whole and on disk.
///
/// Where the log's first entries were removed, it folds from the images that were kept then, and is not resumed.
struct Rebuild {
  /// What became of one projection.
  struct Outcome: Sendable {
    /// Which.
    let projection: ProjectionName
    /// What the fresh image holds.
    let state: StateSummary
    /// The image that was there.
    let live: LiveImage
    /// Where the fold of this projection began: ``EventLog/Position/zero`` unless it went on from drafts.
    let began: Position
    /// What the fold came to at the live image's checkpoint; nil where they cannot be compared.
    let stateAtCheckpoint: StateSummary?
    /// The directory that the fresh image is in.
    let directory: String

    /// How the two compare.
    var comparison: LiveImage.Comparison {
      let comparison = live.compared(with: stateAtCheckpoint)
      guard comparison == .different, let checkpoint = live.checkpoint else { return comparison }
      return checkpoint.position < began ? .passed : .different
    }
  }

  /// What became of all.
  struct Report: Sendable {
    /// One for each projection asked for.
    var outcomes: [Outcome]
    /// The position of the kept images from which it was folded; ``EventLog/Position/zero`` where the log has all
    /// its entries.
    let base: Position
    /// The position after which this run folded.
    let began: Position
    /// The last entry folded.
    let position: Position
    /// Events folded.
    let events: Int
    /// From the first entry read to the last image on disk.
    let duration: Duration
    /// Where servers look for images.
    let images: String
    /// The server that had the directory, so that its images were left alone; nil when there was none or another place was asked for.
    let server: DirectoryLock.Holder?
    /// Whether the fresh images took the place of the live ones.
    let isReplaced: Bool
  }

  /// How often what is folded is made durable.
  struct Pace: Sendable {
    /// How many entries are folded between two looks at the clock.
    var entries = 65_536
    /// How long is folded between two checkpoints.
    var time = Duration.seconds(10)
  }

  /// How near to the log's end a rebuild beside a server comes: a start folds so many in a fraction
  /// of a second.
  var nearness = ImageWriter.lagMax

  /// The data directory.
  let data: DataDirectory
  /// Which projections.
  let projections: [ProjectionName]
  /// Where the fresh images go; nil: in place of the live ones, or beside them while a server runs.
  let target: String?
  /// How often what is folded is made durable.
  var pace = Pace()
  /// How fast the images are written that are written at the end.
  var diskPace = DiskPace.full
  /// Stands for this program, whose drafts another does not go on with.
  var program = ProgramStamp.current
  /// The limits of the drafts.
  var configuration = Image.Configuration()
  /// Told of each position that is durable in the drafts.
  var onSaved: (Position) throws -> Void = { _ in }

  private var members: ProjectionSet {
    projections.reduce(into: ProjectionSet()) { $0.formUnion($1.member) }
  }

  /// Folds, compares, and puts the images in their place.
  ///
  /// - Throws: ``EventLog/LogFault``, ``Engine/EngineFault`` or ``Projection/ImageFault``; the live images are as they were then.
  func run() throws -> Report {
    let start = ContinuousClock.now
    let log = try LMDBEventLog(directory: data.log, access: .readOnly)
    // Held until the images are in place, so that no server starts meanwhile.
    let (lock, server) = try target == nil ? lockOut() : (nil, nil)
    defer { withExtendedLifetime(lock) {} }
    let live = projections.map { LiveImage(of: $0, in: data.images, .checkpoint) }
    let summary = try log.summary()
    var drafts = try ImageDrafts(
      in: target.map { $0 + "/draft" } ?? data.draftImages, of: program, for: summary,
      configuration: configuration)
    var fold = try FreshFold(
      log, members: members, from: KeptImages(directory: data.keptImages))
    // Drafts are written change by change from nothing, and a base is not nothing.
    if fold.base == .zero { try fold.begin(with: &drafts) }
    for words in drafts.discarded { Console.complain(words) }
    let began = (lowest: fold.position, each: fold.seen)
    if fold.position > fold.base {
      Console.complain(
        "going on after position \(Figures.count(fold.position.rawValue)), where an earlier run was interrupted"
      )
    }
    let compared = try advance(
      &fold, drafts: &drafts, through: live, in: log, following: server != nil)
    let states = try fold.states(of: members)
    let places = try place(&fold, drafts, states, live, of: summary.logID, isAlone: lock != nil)
    let outcomes = live.map { live in
      let member = live.projection.member
      return Outcome(
        projection: live.projection, state: states[member.rawValue] ?? .empty, live: live,
        began: began.each[member], stateAtCheckpoint: compared[member.rawValue],
        directory: places[member.rawValue] ?? data.images)
    }
    return Report(
      outcomes: outcomes, base: fold.base, began: began.lowest, position: fold.position,
      events: fold.events,
      duration: ContinuousClock.now - start, images: data.images, server: server,
      isReplaced: lock != nil)
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
  ///
  /// With a server at work, what it appends meanwhile is folded too, until little is left.
  private func advance(
    _ fold: inout FreshFold, drafts: inout ImageDrafts, through live: [LiveImage],
    in log: LMDBEventLog, following: Bool
  ) throws -> [ProjectionSet.RawValue: StateSummary] {
    var summary = try log.summary()
    let began = fold.seen
    var stride = Stride(
      pace: pace, isSaving: fold.base == .zero, began: fold.position,
      progress: Progress("rebuilding", of: fold.position.distance(to: summary.lastPosition)),
      onSaved: onSaved)
    var compared: [ProjectionSet.RawValue: StateSummary] = [:]
    let comparable = live.filter { image in
      image.comparablePosition(in: summary).map { $0 >= began[image.projection.member] } ?? false
    }
    do {
      for stop in Set(comparable.compactMap { $0.comparablePosition(in: summary) }).sorted() {
        try stride.advance(&fold, to: stop, drafts: &drafts)
        let members = comparable.filter { $0.comparablePosition(in: summary) == stop }
          .reduce(into: ProjectionSet()) { $0.formUnion($1.projection.member) }
        compared.merge(try fold.states(of: members)) { $1 }
      }
      repeat {
        try stride.advance(&fold, to: summary.lastPosition, drafts: &drafts)
        summary = try log.summary()
      } while following && fold.position.distance(to: summary.lastPosition) > nearness
    } catch {
      stride.progress.abandon()
      throw error
    }
    stride.progress.finish(stride.began.distance(to: fold.position))
    return compared
  }

  /// Puts the fresh images where they belong, and says where that is for each.
  ///
  /// Without a server they take the place of what is there. A running server has its own images
  /// open: fresh ones of the same versions go aside. One of a version that there is no image of goes where
  /// the next server looks for it.
  private func place(
    _ fold: inout FreshFold, _ drafts: consuming ImageDrafts,
    _ states: [ProjectionSet.RawValue: StateSummary], _ live: [LiveImage], of logID: LogID,
    isAlone: Bool
  ) throws(ImageFault) -> [ProjectionSet.RawValue: String] {
    var placer = ImagePlacer(
      members: members, directory: target ?? (isAlone ? data.images : data.path + "/rebuilt"),
      logID: logID, position: fold.position, time: .now)
    placer.pace = diskPace
    if !isAlone, target == nil {
      placer.free = data.images
      placer.missing = live.filter { $0.checkpoint == nil && $0.fault == nil }
        .reduce(into: ProjectionSet()) { $0.formUnion($1.projection.member) }
    }
    // A fold that was over before a checkpoint was due is written once, in order.
    if !drafts.isEmpty {
      try fold.save(in: &drafts, at: .now)
      try drafts.close(expecting: states)
      placer.drafts = drafts.directory
    }
    try fold.visitProjections(&placer)
    drafts.remove()
    return placer.places
  }
}
