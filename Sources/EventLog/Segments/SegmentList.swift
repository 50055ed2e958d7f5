internal import Synchronization

/// The segments and archives of a log, oldest first, a few of them open.
///
/// Thread-safe. A list that another process extends is brought up to date when its newest segment turns
/// out to be sealed.
final class SegmentList: Sendable {
  /// Enough for one reader after another; each open file takes descriptors and address space.
  private static let openCountMax = 8

  private struct State {
    var firstPositions: [Position]
    /// The one used last comes last.
    var open: [LogPart] = []
    /// The log, once its newest segment has told.
    var logID: LogID?

    /// Keeps `part` open as the one used last, in place of the one not used for longest.
    mutating func keep(_ part: LogPart) {
      open.append(part)
      if open.count > SegmentList.openCountMax { open.removeFirst() }
    }

    /// Takes out the part that begins at `first`, if it is open.
    mutating func take(_ first: Position) -> LogPart? {
      open.firstIndex { $0.firstPosition == first }.map { open.remove(at: $0) }
    }
  }

  let directory: LogDirectory
  private let state: Mutex<State>

  /// Looks which segments there are in `directory`.
  init(_ directory: LogDirectory) throws(LogFault) {
    self.directory = directory
    state = Mutex(State(firstPositions: try directory.firstPositions()))
  }

  /// The first position of every segment and archive, ascending.
  var firstPositions: [Position] { state.withLock { $0.firstPositions } }

  /// The segment that begins at `first`, which is not archived, opened for reading if it is not open
  /// already.
  func segment(_ first: Position) throws(LogFault) -> Segment {
    try state.withLock { (state: inout State) throws(LogFault) -> Segment in
      let segment: Segment
      if case .segment(let known) = state.take(first) {
        segment = known
      } else {
        segment = try Segment(opening: first, in: directory, access: .readOnly, mapBytes: nil)
      }
      state.keep(.segment(segment))
      return segment
    }
  }

  /// What begins at `first`, opened for reading if it is not open already.
  ///
  /// The archive when both are there, as when the process that made it ended too early to remove the
  /// segment. An archive is checked against the parts beside it.
  func part(_ first: Position) throws(LogFault) -> LogPart {
    try state.withLock { (state: inout State) throws(LogFault) -> LogPart in
      let known = state.take(first)
      let part = if let known { known } else { try open(first, &state) }
      state.keep(part)
      return part
    }
  }

  private func open(_ first: Position, _ state: inout State) throws(LogFault) -> LogPart {
    do throws(LogFault) {
      if let part = try openFile(first, &state) { return part }
    } catch {
      // A segment can be archived between two looks at the directory.
      guard !LogDirectory.isThere(directory.segmentFile(first)) else { throw error }
    }
    if let part = try openFile(first, &state) { return part }
    let found = try directory.firstPositions()
    state.firstPositions = found
    if let oldest = found.first, first < oldest { throw .gone(first, first: oldest) }
    throw .damaged(
      "The segment that begins at position \(first) is missing.",
      file: directory.segmentFile(first), position: first)
  }

  /// Nil when there is no such file.
  private func openFile(_ first: Position, _ state: inout State) throws(LogFault) -> LogPart? {
    if LogDirectory.isThere(directory.archiveFile(first)) {
      let archive = try Archive(opening: first, in: directory)
      // What was the newest when this list was made may be archived by now.
      if state.firstPositions.last == first {
        state.firstPositions = try directory.firstPositions()
      }
      let next = state.firstPositions.first { $0 > first }
      try archive.checkPlace(
        logID: state.logID, next: next, nextHead: next.flatMap { directory.startHead(of: $0) })
      return .archive(archive)
    }
    guard LogDirectory.isThere(directory.segmentFile(first)) else { return nil }
    return .segment(
      try Segment(opening: first, in: directory, access: .readOnly, mapBytes: nil))
  }

  /// Closes what begins at `first`, which has changed its file or is gone.
  func forget(_ first: Position) {
    state.withLock { _ = $0.take(first) }
  }

  /// Closes segments that another process has archived, so that the disk gets back their room.
  func releaseArchived() {
    state.withLock { state in
      state.open.removeAll { part in
        if case .segment(let segment) = part { !LogDirectory.isThere(segment.file) } else { false }
      }
    }
  }

  /// Takes notice of what another process has removed from the log's beginning.
  ///
  /// - Throws: ``LogFault``
  func noticeRemoved() throws(LogFault) {
    try look()
  }

  /// The segments that are sealed and there, whether or not their archives are there too, oldest first, and
  /// how each ends.
  func sealedSegments() throws(LogFault) -> [(first: Position, end: SegmentEnd)] {
    let (newest, _) = try newest()
    var found: [(first: Position, end: SegmentEnd)] = []
    for first in try directory.firstPositionsOfSegments() where first < newest.firstPosition {
      do throws(LogFault) {
        let end = try segment(first).end()
        // The one in front of the newest is sealed a moment after that begins.
        if end.seal != nil { found.append((first, end)) }
      } catch {
        // Another process may archive it just now.
        guard !LogDirectory.isThere(directory.segmentFile(first)) else { throw error }
      }
    }
    return found
  }

  /// Adds a segment that was just created, or one that is open for writing.
  func add(_ segment: Segment) {
    state.withLock { state in
      if !state.firstPositions.contains(segment.firstPosition) {
        state.firstPositions.append(segment.firstPosition)
      }
      _ = state.take(segment.firstPosition)
      state.keep(.segment(segment))
    }
  }

  /// The newest segment, and where it and so the log ends.
  func newest() throws(LogFault) -> (segment: Segment, end: SegmentEnd) {
    var previous: Segment?
    while true {
      guard let first = firstPositions.last else { throw .noLog(in: directory.path) }
      // What was the newest a while ago may be archived by now.
      guard first == previous?.firstPosition || isOpenOrThere(first) else {
        guard previous == nil, try look() != first else {
          throw .noActiveSegment(first, in: directory)
        }
        continue
      }
      let segment = try segment(first)
      let end = try segment.end()
      guard let seal = end.seal else {
        state.withLock { $0.logID = segment.meta.logID }
        return (segment, end)
      }
      // The next segment is created before this one is sealed, so it must be there.
      if let previous, previous.firstPosition == first {
        throw .missingSegment(after: seal.lastPosition, in: directory)
      }
      previous = segment
      try look()
    }
  }

  private func isOpenOrThere(_ first: Position) -> Bool {
    state.withLock { state in
      state.open.contains { if case .segment = $0 { $0.firstPosition == first } else { false } }
    } || LogDirectory.isThere(directory.segmentFile(first))
  }

  /// Looks again which parts there are; returns the first position of the newest.
  @discardableResult
  private func look() throws(LogFault) -> Position? {
    // Under the lock, so that what is added meanwhile is not forgotten.
    try state.withLock { (state: inout State) throws(LogFault) in
      state.firstPositions = try directory.firstPositions()
      return state.firstPositions.last
    }
  }
}

extension LogDirectory {
  /// The head in front of the part that begins at `first`; nil when its file cannot be read, which is for
  /// those to say who read it.
  fileprivate func startHead(of first: Position) -> ChainHead? {
    if Self.isThere(archiveFile(first)) {
      return try? ArchiveHeader(of: BlockFile(archiveFile(first), .archive)).meta.startHead
    }
    return try? Segment(opening: first, in: self, access: .readOnly, mapBytes: nil).meta.startHead
  }
}

extension LogFault {
  /// Says that a log ends with an archive.
  static func noActiveSegment(_ newest: Position, in directory: LogDirectory) -> LogFault {
    .damaged(
      "The newest segment is missing: the log ends with the archive that begins at position "
        + "\(newest).",
      file: directory.archiveFile(newest), position: newest)
  }

  /// Says that a log ends with a segment that another one must follow.
  static func missingSegment(after last: Position, in directory: LogDirectory) -> LogFault {
    .damaged(
      "The segment that begins at position \(last.next) is missing.",
      file: directory.segmentFile(last.next), position: last.next)
  }
}
