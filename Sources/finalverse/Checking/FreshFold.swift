import Engine
import EventLog
import Projection
import World

/// A world being folded afresh from a log, stretch by stretch, so that it can be looked at in between.
struct FreshFold: ~Copyable {
  /// Where the entries are.
  let log: any LogReader
  /// Which projections are folded.
  let members: ProjectionSet
  /// The entry folded last.
  private(set) var position = Position.zero
  /// The earliest position that it can come to.
  private(set) var base = Position.zero
  /// Events folded so far.
  private(set) var events = 0
  /// The world after it; only the projections that are folded are filled.
  private(set) var world = World()
  /// How far each projection is folded: beyond ``position`` where it began from a later image.
  private(set) var seen = FoldedThrough()

  /// The world before the first entry.
  init(_ log: any LogReader, members: ProjectionSet = .all) {
    self.log = log
    self.members = members
  }

  /// The world as early as it can be known: before the first entry, or, of a log whose first entries were removed,
  /// at its base.
  ///
  /// - Parameter kept: Where the base is.
  /// - Throws: ``EventLog/LogFault``, or a ``Failure`` when there is no base, or it is of no use.
  init(_ log: any LogReader, members: ProjectionSet = .all, from kept: KeptImages) throws {
    self.init(log, members: members)
    let summary = try log.summary()
    guard !summary.isEmpty, summary.firstPosition > .first else { return }
    guard let base = kept.base(ofLogFrom: summary.firstPosition) else {
      throw Failure(
        .noData,
        """
        the log begins at position \(summary.firstPosition), and the images that were kept when the entries before were removed are not in \
        \(kept.directory). Take them from a backup.
        """)
    }
    if let fault = try begin(withImagesIn: kept.path(of: base), through: summary.lastPosition) {
      throw Failure(
        .damaged,
        """
        the log begins at position \(summary.firstPosition), and the images kept at position \(base), from which it would be folded, are of no use. \
        Take them from a backup.
        \(fault.text)
        """)
    }
    self.base = base
  }

  /// Folds what follows, up to a position.
  ///
  /// - Throws: ``EventLog/LogFault``, ``EngineFault`` for a payload that cannot be decoded, or a ``Failure`` for a
  ///   position before the base.
  mutating func advance(to last: Position, progress: (Position) -> Void = { _ in }) throws {
    guard last >= base else { throw Failure.removed(last, base: base) }
    guard last > position else { return }
    events += try LogFolder.fold(log, into: &world, after: seen, members: members, through: last) {
      progress($0.position)
    }
    for member in members.members { seen[member] = max(seen[member], last) }
    position = last
  }

  /// Begins from images instead of from nothing; nothing is done unless all are of use.
  ///
  /// The images are only read. Each must be sound, of this log and of this program's version of its
  /// projection, and none may have been folded beyond `last`.
  ///
  /// - Returns: what is wrong with the first image that is of no use; nil when the fold began.
  /// - Throws: ``EventLog/LogFault``
  mutating func begin(
    withImagesIn directory: String, through last: Position
  ) throws(LogFault) -> ImageFault? {
    var starter = ImageStarter(
      members: members, directory: directory, logID: try log.summary().logID, last: last)
    var started = World()
    do throws(ImageFault) {
      try started.visitProjections(&starter)
    } catch {
      return error
    }
    world = started
    seen = starter.seen
    position = seen.lowest(of: members)
    return nil
  }

  /// Goes on from drafts that an earlier fold left, as far as they are of use.
  ///
  /// - Throws: ``Projection/ImageFault`` when there can be no drafts at all.
  mutating func begin(with drafts: inout ImageDrafts) throws(ImageFault) {
    var started = World()
    seen = try drafts.restore(members, into: &started)
    world = started
    position = seen.lowest(of: members)
  }

  /// Makes durable what is folded, so that a later fold goes on from here.
  ///
  /// - Throws: ``Projection/ImageFault``; the drafts are as they were then, or further in part.
  mutating func save(in drafts: inout ImageDrafts, at time: Timestamp) throws(ImageFault) {
    try drafts.write(members, of: &world, through: seen, at: time)
  }

  /// The world, for whoever goes on from there.
  consuming func intoWorld() -> World { world }

  /// Visits every projection, always in the same order.
  mutating func visitProjections<Visitor: ProjectionVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try world.visitProjections(&visitor)
  }

  /// Which rules are broken; empty when all hold.
  ///
  /// It tells something when all projections are folded.
  func violations() -> [Violation] {
    world.violations()
  }

  /// What the rows of some projections come to.
  mutating func states(
    of wanted: ProjectionSet
  ) throws(ImageFault) -> [ProjectionSet.RawValue: StateSummary] {
    var reader = StateReader(wanted: wanted)
    try world.visitProjections(&reader)
    return reader.states
  }

  /// Writes the projections as images, each of which takes the place of the one that is there.
  ///
  /// - Throws: ``Projection/ImageFault``
  mutating func writeImages(
    into directory: String, of logID: LogID, at time: Timestamp, pace: DiskPace = .full
  ) throws(ImageFault) {
    var writer = ImagePlacer(
      members: members, directory: directory, logID: logID, position: position, time: time)
    writer.pace = pace
    try world.visitProjections(&writer)
  }
}

private struct StateReader: ProjectionVisitor {
  let wanted: ProjectionSet
  var states: [ProjectionSet.RawValue: StateSummary] = [:]

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(ImageFault) {
    guard wanted.contains(member) else { return }
    states[member.rawValue] = try StateSummary(of: &projection)
  }
}

private struct ImageStarter: ProjectionVisitor {
  let members: ProjectionSet
  let directory: String
  let logID: LogID
  let last: Position
  var seen = FoldedThrough()

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(ImageFault) {
    guard members.contains(member) else { return }
    let reader = try ImageReader(of: P.name, version: P.version, in: directory)
    seen[member] = try reader.load(into: &projection, of: logID, through: last).position
  }
}

extension Failure {
  /// Says that the world of a moment cannot be known any more.
  static func removed(_ position: Position, base: Position) -> Failure {
    Failure(
      .noData,
      """
      the world after position \(position) is not known any more: the entries that led to it were removed. The earliest that can be shown is the one \
      after position \(base).
      """)
  }
}
