import Engine
import EventLog
import World

/// The world as it was after one entry.
///
/// It is folded from the nearest images that are not later, the live ones or kept ones, or from the
/// log's start. Images are checked as at a server's start, so all ways lead to the same rows.
struct PastWorld: ~Copyable {
  /// The entry after which it was so.
  let position: Position
  /// The time asked for; that of the entry when a position was; else now.
  let time: Timestamp
  /// Where the log ends now.
  let lastPosition: Position
  /// Holds the rows.
  let fold: FreshFold

  /// Folds the world as it was.
  ///
  /// - Parameters:
  ///   - instant: When; nil means now.
  ///   - data: The data directory; a server may be running.
  ///   - members: Which projections are wanted.
  /// - Throws: ``EventLog/LogFault``, ``Engine/EngineFault``, or a ``Failure`` for a moment before the
  ///   world began or a position after its newest.
  init(at instant: Instant?, of data: DataDirectory, members: ProjectionSet) throws {
    try self.init(
      at: instant, of: LMDBEventLog(directory: data.log, access: .readOnly), images: data.images,
      members: members)
  }

  /// Folds the world as it was, from a log and the images that may belong to it.
  init(
    at instant: Instant?, of log: any LogReader, images: String?, members: ProjectionSet
  ) throws {
    let summary = try log.summary()
    let position = try (instant ?? .position(summary.lastPosition)).position(in: log)
    guard position > .zero else {
      throw Failure(
        .noData,
        "the world had not begun by then. Its log begins at position 1, \(Self.start(log)).")
    }
    var fold =
      if let images {
        try FreshFold(
          log, members: members, from: KeptImages(directory: DataDirectory.keptImages(in: images)))
      } else {
        FreshFold(log, members: members)
      }
    // Of the entry before the first that is left, nobody knows when it was.
    let earliest = max(fold.base, summary.firstPosition)
    guard position >= earliest else { throw Failure.removed(position, base: earliest) }
    let time: Timestamp
    switch instant {
    case .position: time = try Self.time(of: position, in: log)
    case .time(let asked): time = asked
    case nil: time = max(SystemClock().now(), try Self.time(of: position, in: log))
    }
    if let images { try fold.begin(withImagesNear: position, in: images) }
    try fold.advance(showingProgressTo: position)
    self.position = position
    self.time = time
    lastPosition = summary.lastPosition
    self.fold = fold
  }

  /// The rows, for whoever goes on from there.
  consuming func intoWorld() -> World { fold.intoWorld() }

  private static func time(of position: Position, in log: any LogReader) throws -> Timestamp {
    var time = Timestamp(microseconds: 0)
    try log.read(from: position, through: position) { entry in
      time = entry.time
      return .stop
    }
    return time
  }

  private static func start(_ log: any LogReader) -> String {
    (try? time(of: .first, in: log)).map { "at \($0)" } ?? "which is no longer there"
  }
}

extension FreshFold {
  /// Folds what follows, up to a position, and shows how far it has come when that takes long.
  ///
  /// - Throws: as ``advance(to:progress:)`` does.
  mutating func advance(showingProgressTo last: Position) throws {
    let start = position
    let progress = Progress("folding", of: max(0, start.distance(to: last)))
    defer { progress.abandon() }
    try advance(to: last) { progress.update(start.distance(to: $0)) }
  }
}
