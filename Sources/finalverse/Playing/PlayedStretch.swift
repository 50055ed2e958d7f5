import Engine
import EventLog
import Schema
import World

/// A stretch of history that is about to be played: which entries, and the world before them.
///
/// What is shown must be what was so. The world before the first entry is folded from the log's
/// start, out of the replay file itself where that begins with the log, or out of the data directory.
/// Where neither has it, and where entries are left out in between, nothing is played: states that
/// lack a part would be wrong.
struct PlayedStretch: ~Copyable {
  /// The first entry that is played.
  let first: Position
  /// The last one.
  let last: Position
  /// When the first was made.
  let start: Timestamp
  /// When the last was made.
  let end: Timestamp
  /// What a playback is made of.
  let recording: Recording

  /// A stretch of a replay file.
  ///
  /// All of the file is read and checked, so that one that is damaged is shown to nobody.
  ///
  /// - Parameters:
  ///   - file: The replay file's path.
  ///   - request: Which stretch of it.
  ///   - data: Where the log is that it was recorded from, for a file that begins later than the log.
  /// - Throws: ``EventLog/LogFault``, ``Engine/EngineFault``, or a ``Failure`` for a file that cannot be
  ///   played.
  init(ofFile file: String, _ request: ReplayRequest, data: DataDirectory) throws {
    let reader = try ReplayFile(file)
    guard !reader.header.isSelected else {
      throw Failure(
        .noData,
        """
        \(file) lacks entries between its first and its last, so nobody knows what the world was in between. \
        Record the stretch without --kind, --player, --region, --item and --trade; or print it, without --serve.
        """)
    }
    try Self.check(reader)
    let bounds = try Bounds(request, in: reader, through: reader.header.lastPosition)
    guard reader.header.firstPosition > .first else {
      let before = bounds.first.advanced(by: -1)
      var world = World()
      try LogFolder.fold(recorded: reader, into: &world, through: before)
      try self.init(bounds, of: reader, world: world, at: reader.time(of: before))
      return
    }
    let log: LMDBEventLog
    do throws(LogFault) {
      log = try LMDBEventLog(directory: data.log, access: .readOnly)
    } catch {
      throw Failure(
        .noData,
        """
        \(file) begins at position \(reader.header.firstPosition), and what the world was before is not in it. \
        Name the data directory of its log, or a backup of that, with --data DIR. (\(error.message))
        """)
    }
    guard try log.summary().logID == reader.header.logID else {
      throw Failure(
        .noData,
        """
        \(file) was not recorded from the log in \(data.path), so that does not tell what the world was before. \
        Name the right one with --data DIR.
        """)
    }
    try self.init(bounds, of: reader, log, images: data.images)
  }

  /// A stretch of the log in a data directory, up to where that ends now.
  ///
  /// - Throws: ``EventLog/LogFault``, ``Engine/EngineFault``, or a ``Failure`` for a stretch without
  ///   entries.
  init(of data: DataDirectory, _ request: ReplayRequest) throws {
    let log = try LMDBEventLog(directory: data.log, access: .readOnly)
    let bounds = try Bounds(request, in: log, through: log.summary().lastPosition)
    try self.init(bounds, of: log, log, images: data.images)
  }

  /// With the world before from a log.
  private init(
    _ bounds: Bounds, of reader: any EntryReader, _ log: LMDBEventLog, images: String
  ) throws {
    let past = try PastWorld(
      at: .position(bounds.first.advanced(by: -1)), of: log, images: images, members: .all)
    let time = past.time
    try self.init(bounds, of: reader, world: past.intoWorld(), at: time)
  }

  private init(
    _ bounds: Bounds, of reader: any EntryReader, world: consuming World, at time: Timestamp
  ) throws {
    guard world.regions.isFounded else {
      throw Failure(.damaged, "the first entry founds no world, so there is none to be shown.")
    }
    let (start, end) = (try reader.time(of: bounds.first), try reader.time(of: bounds.last))
    let oldest = try reader.oldestPosition()
    (first, last) = (bounds.first, bounds.last)
    (self.start, self.end) = (start, end)
    recording = Recording(
      of: reader, from: oldest, world: world, after: bounds.first.advanced(by: -1), at: time,
      through: bounds.last)
  }

  /// Reads and decodes all of a file.
  private static func check(_ reader: ReplayFile) throws {
    try reader.read(from: .first) { entry in
      let count = try Payload(decoding: entry).events.count
      guard count <= Decision.eventsMax else {
        throw Failure(
          .damaged,
          "The entry at position \(entry.position) has \(count) events, more than an entry can have."
        )
      }
      return .proceed
    }
  }

  /// Starts to be played.
  ///
  /// - Parameter again: Gives the same stretch once more, for a playback that begins again; nil for one
  ///   that ends.
  consuming func play(
    _ options: PlaybackOptions, again: (@Sendable () throws -> PlayedStretch)?
  ) -> Playback {
    guard let again else { return Playback(recording, options: options) }
    return Playback(recording, options: options) { try again().intoRecording() }
  }

  private consuming func intoRecording() -> Recording { recording }
}

/// The first and the last entry to be played.
private struct Bounds {
  let first: Position
  let last: Position

  /// What a request asks for, as far as there is such.
  ///
  /// The entry that founds the world is never played: there is nothing to be watched before it.
  init(_ request: ReplayRequest, in reader: any EntryReader, through newest: Position) throws {
    var first = max(try reader.oldestPosition(), Position.first.next)
    var last = newest
    if let from = request.from { first = max(first, from) }
    if let since = request.since {
      first = max(first, try reader.firstPosition(atOrAfter: since) ?? newest.next)
    }
    if let through = request.through { last = min(last, through) }
    if let until = request.until, until.microseconds < .max,
      let next = try reader.firstPosition(atOrAfter: until + 1)
    {
      last = min(last, next.advanced(by: -1))
    }
    guard first <= last else {
      throw Failure(
        .noData,
        "there is nothing to be played: no entry is as asked for. The newest is \(newest).")
    }
    (self.first, self.last) = (first, last)
  }
}

extension EntryReader {
  /// When the entry of a position was made.
  ///
  /// - Throws: ``EventLog/LogFault``
  fileprivate func time(of position: Position) throws -> Timestamp {
    var time = Timestamp(microseconds: 0)
    try read(from: position, through: position) { entry in
      time = entry.time
      return .stop
    }
    return time
  }
}
