import Engine
import EventLog
import Projection

/// Makes images of some positions, and removes those that are too many.
struct Keeping {
  /// Which positions.
  enum Wanted: Sendable {
    /// One; nil means the log's end.
    case at(Instant?)
    /// Each multiple of a number of entries.
    case every(Int)
  }

  /// What was done.
  struct Report: Sendable {
    /// How many positions were asked for.
    let wanted: Int
    /// Positions that images were made of.
    let made: [Position]
    /// Positions whose images were removed.
    let removed: [Position]
    /// All that are kept, with their size in bytes.
    let kept: [(position: Position, bytes: Int)]
    /// Where.
    let directory: String
  }

  /// The data directory; a server may be running.
  let data: DataDirectory
  /// Which positions.
  let wanted: Wanted
  /// How many are kept at most.
  let most: Int

  /// Folds to each position from the nearest images, and keeps it.
  ///
  /// - Throws: ``EventLog/LogFault``, ``Engine/EngineFault``, ``Projection/ImageFault``, or a ``Failure`` for a position that is not
  ///   there, or for more of them than are to be kept.
  func run() throws -> Report {
    let log = try LMDBEventLog(directory: data.log, access: .readOnly)
    let kept = KeptImages(directory: data.keptImages)
    try LogDirectory(path: kept.directory).create()
    let lock = try DirectoryLock(directory: kept.directory, note: "finalverse keep")
    defer { withExtendedLifetime(lock) {} }
    let there = Set(kept.positions)
    let wanted = try positions(in: log)
    let positions = wanted.filter { !there.contains($0) }
    if let first = positions.first {
      var fold = try FreshFold(log, from: kept)
      try fold.begin(withImagesNear: first, in: data.images)
      for position in positions {
        try fold.advance(showingProgressTo: position)
        try kept.keep(&fold, of: log.summary().logID, at: .now, pace: data.diskPace)
      }
    }
    let removed = try kept.thin(to: most, ofLogFrom: log.summary().firstPosition)
    return Report(
      wanted: wanted.count, made: positions, removed: removed,
      kept: kept.positions.map { ($0, kept.byteCount(of: $0)) }, directory: kept.directory)
  }

  private func positions(in log: any LogReader) throws -> [Position] {
    let summary = try log.summary()
    let last = summary.lastPosition
    switch wanted {
    case .at(let instant):
      let position = try instant?.position(in: log) ?? last
      guard position > .zero else {
        throw Failure(.noData, "the world had not begun by then. Choose a later moment.")
      }
      return [position]
    case .every(let step):
      let count = Int(last.rawValue) / step
      guard count <= most else {
        throw Failure(
          .usage,
          "that would be \(Figures.count(count, "position", "positions")), and at most "
            + "\(Figures.count(most)) may be kept. Choose --every "
            + "\(Int(last.rawValue) / most + 1) or more, or a greater --most.")
      }
      return (0..<count).map { Position(UInt64(($0 + 1) * step)) }
        .filter { $0.next >= summary.firstPosition }
    }
  }
}

extension Keeping.Report {
  /// For people.
  var text: String {
    var lines: [String] = []
    if wanted == 0 {
      lines.append("Nothing to do: the log has fewer entries than that.")
    } else if made.isEmpty {
      lines.append("Nothing to do: these images are kept already.")
    }
    for position in made { lines.append("kept     \(Figures.count(position.rawValue))") }
    for position in removed { lines.append("removed  \(Figures.count(position.rawValue))") }
    let bytes = Figures.bytes(UInt64(kept.reduce(0) { $0 + $1.bytes }))
    lines.append(
      "Images of \(Figures.count(kept.count, "position", "positions")), \(bytes), in \(directory)")
    return lines.joined(separator: "\n")
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("made", .array(made.map { .number(Int($0.rawValue)) })),
      ("removed", .array(removed.map { .number(Int($0.rawValue)) })),
      (
        "kept",
        .array(
          kept.map {
            .object([
              ("position", .number(Int($0.position.rawValue))), ("bytes", .number($0.bytes)),
            ])
          })
      ),
      ("directory", .string(directory)),
    ])
  }
}
