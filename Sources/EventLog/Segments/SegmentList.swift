internal import Synchronization

/// The segments of a log, oldest first, a few of them open.
///
/// Thread-safe. A list that another process extends is brought up to date when its newest segment turns
/// out to be sealed.
final class SegmentList: Sendable {
  /// Enough for one reader after another; each open file takes descriptors and address space.
  private static let openCountMax = 8

  private struct State {
    var firstPositions: [Position]
    /// The one used last comes last.
    var open: [Segment] = []

    /// Keeps `segment` open as the one used last, in place of the one not used for longest.
    mutating func keep(_ segment: Segment) {
      open.append(segment)
      if open.count > SegmentList.openCountMax { open.removeFirst() }
    }
  }

  let directory: LogDirectory
  private let state: Mutex<State>

  /// Looks which segments there are in `directory`.
  init(_ directory: LogDirectory) throws(LogFault) {
    self.directory = directory
    state = Mutex(State(firstPositions: try directory.firstPositions()))
  }

  /// The first position of every segment, ascending.
  var firstPositions: [Position] { state.withLock { $0.firstPositions } }

  /// The segment that begins at `first`, opened for reading if it is not open already.
  func segment(_ first: Position) throws(LogFault) -> Segment {
    try state.withLock { (state: inout State) throws(LogFault) -> Segment in
      let segment: Segment
      if let index = state.open.firstIndex(where: { $0.firstPosition == first }) {
        segment = state.open.remove(at: index)
      } else {
        segment = try Segment(opening: first, in: directory, access: .readOnly, mapBytes: nil)
      }
      state.keep(segment)
      return segment
    }
  }

  /// Adds a segment that was just created, or one that is open for writing.
  func add(_ segment: Segment) {
    state.withLock { state in
      if !state.firstPositions.contains(segment.firstPosition) {
        state.firstPositions.append(segment.firstPosition)
      }
      state.open.removeAll { $0.firstPosition == segment.firstPosition }
      state.keep(segment)
    }
  }

  /// The newest segment, and where it and so the log ends.
  func newest() throws(LogFault) -> (segment: Segment, end: SegmentEnd) {
    var previous: Segment?
    while true {
      guard let first = firstPositions.last else { throw .noLog(in: directory.path) }
      let segment = try segment(first)
      let end = try segment.end()
      guard let seal = end.seal else { return (segment, end) }
      // The next segment is created before this one is sealed, so it must be there.
      if let previous, previous.firstPosition == first {
        throw .missingSegment(after: seal.lastPosition, in: directory)
      }
      previous = segment
      let found = try directory.firstPositions()
      state.withLock { $0.firstPositions = found }
    }
  }
}

extension LogFault {
  /// Says that a log ends with a segment that another one must follow.
  static func missingSegment(after last: Position, in directory: LogDirectory) -> LogFault {
    .damaged(
      "The segment that begins at position \(last.next) is missing.",
      file: directory.segmentFile(last.next), position: last.next)
  }
}
