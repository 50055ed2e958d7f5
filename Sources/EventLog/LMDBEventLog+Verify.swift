extension LMDBEventLog {
  private static let entriesPerProgress = 4_096

  /// Checks every byte of whole batches, the chain of hashes, and how segments follow each other.
  ///
  /// - Throws: ``LogFault``, the first fault found, with file and position.
  public func verify(
    from first: Position?, through last: Position?, progress: (VerifyProgress) -> ReadControl
  ) throws(LogFault) -> VerifyReport {
    var checked = Set<Position>()
    for first in segments.firstPositions.suffix(1) { try checkPages(first, &checked) }
    let end = try segments.newest().end
    let firsts = segments.firstPositions.filter { $0 <= max(end.lastPosition, .first) }
    guard let oldest = firsts.first else { throw .noLog(in: segments.directory.path) }
    let wishedFirst = first.map { max($0, .first) } ?? oldest
    guard wishedFirst >= oldest else { throw .gone(wishedFirst, first: oldest) }
    let wishedLast = min(last ?? end.lastPosition, end.lastPosition)

    let startIndex = firsts.lastIndex { $0 <= wishedFirst } ?? 0
    let endIndex = firsts.lastIndex { $0 <= wishedLast } ?? 0
    for index in [startIndex, endIndex] { try checkPages(firsts[index], &checked) }
    let (start, head) = try segments.part(firsts[startIndex]).batchStart(of: wishedFirst)
    let batchEnd = try segments.part(firsts[endIndex]).batchEnd(of: wishedLast)
    var check = ChainCheck(from: start, head: head, through: batchEnd)
    guard start <= batchEnd else { return check.report }
    for first in firsts[startIndex...max(startIndex, endIndex)] where !check.isStopped {
      try checkPages(first, &checked)
      let part = try segments.part(first)
      try check.begin(part)
      switch part {
      case .segment(let segment): try verify(segment, through: batchEnd, &check, progress)
      case .archive(let archive): try archive.verify(through: batchEnd, &check, progress)
      }
    }
    return check.report
  }

  /// Walks the pages of a segment, unless that was done, before a cursor of LMDB follows them.
  private func checkPages(
    _ first: Position, _ checked: inout Set<Position>
  ) throws(LogFault) {
    guard checked.insert(first).inserted else { return }
    guard case .segment(let segment) = try segments.part(first) else { return }
    var transaction = try segment.beginRead()
    try transaction.checkStructureForLog()
  }

  private func verify(
    _ segment: Segment, through last: Position, _ check: inout ChainCheck,
    _ progress: (VerifyProgress) -> ReadControl
  ) throws(LogFault) {
    var transaction = try segment.beginRead()
    let end = try segment.end(in: transaction)
    let segmentLast = min(last, end.lastPosition)
    while check.expected <= segmentLast, !check.isStopped {
      try verifyView(transaction, of: segment, through: segmentLast, &check)
      if progress(check.progress) == .stop { check.stop() }
      try transaction.renewForLog()
    }
    if last > end.lastPosition, end.seal == nil, !check.isStopped {
      throw .damaged(
        "The segment was never sealed, but a later one has entries.", file: segment.file,
        position: end.lastPosition.next)
    }
  }

  /// Checks some thousand entries, or as many as there are up to `last`.
  private func verifyView(
    _ transaction: borrowing LMDBReadTransaction, of segment: Segment, through last: Position,
    _ check: inout ChainCheck
  ) throws(LogFault) {
    var heads = try HeadCursor(segment, in: transaction)
    var entries = try EntryCursor(segment, in: transaction)
    try entries.move(to: check.expected)
    var batchEnd: (position: Position, head: ChainHead)?
    for _ in 0..<Self.entriesPerProgress {
      if batchEnd == nil { batchEnd = try heads.move(toBatchOf: check.expected) }
      guard let end = batchEnd else {
        throw .damaged(
          "The chain of hashes does not reach position \(check.expected).", file: segment.file,
          position: check.expected)
      }
      try check.check(entries.bytes, file: segment.file)
      if check.report.lastPosition == end.position {
        try check.endBatch(stored: end.head, file: segment.file)
        batchEnd = nil
        if check.expected > last { return }
      }
      try entries.moveToNext(expecting: check.expected)
    }
  }
}

extension Segment {
  /// Where the batch that holds `position` begins, and the head in front of it.
  func batchStart(of position: Position) throws(LogFault) -> (Position, ChainHead) {
    let transaction = try beginRead()
    var heads = try HeadCursor(self, in: transaction)
    let previous =
      try heads.move(toBatchOf: position) == nil
      ? try heads.moveToLast() : try heads.moveToPrevious()
    guard let (last, head) = previous else { return (firstPosition, meta.startHead) }
    return (last.next, head)
  }

  /// The last position of the batch that holds `position`; that itself when no batch does.
  func batchEnd(of position: Position) throws(LogFault) -> Position {
    let transaction = try beginRead()
    var heads = try HeadCursor(self, in: transaction)
    return try heads.move(toBatchOf: position)?.0 ?? position
  }
}

extension ChainCheck {
  /// Checks that `part` goes on where the entries checked so far end.
  fileprivate func begin(_ part: LogPart) throws(LogFault) {
    guard report.entries > 0 else { return }
    guard part.firstPosition == expected, part.startHead == report.head else {
      throw .damaged(
        "The file does not go on where the one in front of it ends, at position "
          + "\(report.lastPosition) with head \(report.head).",
        file: part.file, position: expected)
    }
  }
}
