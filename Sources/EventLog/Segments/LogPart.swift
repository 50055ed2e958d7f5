/// One file of a log, as it is read: a segment, or the archive that was made from one.
enum LogPart: Sendable {
  case segment(Segment)
  case archive(Archive)

  /// The first position that it holds or will hold.
  var firstPosition: Position {
    switch self {
    case .segment(let segment): segment.firstPosition
    case .archive(let archive): archive.header.firstPosition
    }
  }

  /// The head in front of it.
  var startHead: ChainHead {
    switch self {
    case .segment(let segment): segment.meta.startHead
    case .archive(let archive): archive.header.meta.startHead
    }
  }

  /// The path of the file.
  var file: String {
    switch self {
    case .segment(let segment): segment.file
    case .archive(let archive): archive.file.path
    }
  }

  /// When its first entry, which must be there, was decided.
  func firstTime() throws(LogFault) -> Timestamp {
    switch self {
    case .segment(let segment): try segment.time(at: segment.firstPosition)
    case .archive(let archive): archive.header.firstTime
    }
  }

  /// Where the batch that holds `position` begins, and the head in front of it.
  func batchStart(of position: Position) throws(LogFault) -> (Position, ChainHead) {
    switch self {
    case .segment(let segment): try segment.batchStart(of: position)
    case .archive(let archive): try archive.batchStart(of: position)
    }
  }

  /// The last position of the batch that holds `position`; that itself when no batch does.
  func batchEnd(of position: Position) throws(LogFault) -> Position {
    switch self {
    case .segment(let segment): try segment.batchEnd(of: position)
    case .archive(let archive): try archive.batchEnd(of: position)
    }
  }
}
