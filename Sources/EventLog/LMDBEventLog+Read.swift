extension LMDBEventLog {
  /// How long a read keeps one view of a file: an old view prevents that pages are used again, and so
  /// makes the file grow.
  private static let entriesPerViewMax = 4_096
  private static let viewDurationMax = Duration.milliseconds(50)
  /// Asking for the time costs as much as reading a small entry.
  private static let entriesPerTimeCheck = 32

  /// Where a read has come to.
  private struct ReadState {
    var next: Position
    let last: Position
    let filter: KindFilter
    var isStopped = false
  }

  /// Lends entries to `body` in order of position.
  ///
  /// - Throws: ``LogFault``, or what `body` throws.
  public func read(
    from first: Position, through last: Position?, kinds: Set<EventKind>?,
    _ body: (EntryView) throws -> ReadControl
  ) throws {
    let end = try segments.newest().end.lastPosition
    var state = ReadState(
      next: max(first, .first), last: min(last ?? end, end), filter: KindFilter(kinds))
    guard state.next <= state.last else { return }
    let firsts = segments.firstPositions
    guard let oldest = firsts.first, oldest <= state.next else {
      throw LogFault.gone(state.next, first: firsts.first ?? end.next)
    }
    while state.next <= state.last, !state.isStopped {
      let index = firsts.partitioningIndex { $0 > state.next } - 1
      let partLast = index + 1 < firsts.count ? firsts[index + 1].advanced(by: -1) : state.last
      let last = min(partLast, state.last)
      switch try segments.part(firsts[index]) {
      case .segment(let segment):
        try read(segment, through: last, &state, body)
      case .archive(let archive):
        let control = try archive.read(from: state.next, through: last, filter: state.filter, body)
        state.isStopped = control == .stop
        state.next = last.next
      }
    }
  }

  private func read(
    _ segment: Segment, through last: Position, _ state: inout ReadState,
    _ body: (EntryView) throws -> ReadControl
  ) throws {
    var transaction = try segment.beginRead()
    while true {
      try readView(transaction, of: segment, through: last, &state, body)
      guard state.next <= last, !state.isStopped else { return }
      try transaction.renewForLog()
    }
  }

  /// Reads until there is no more, or until the view is old.
  private func readView(
    _ transaction: borrowing LMDBReadTransaction, of segment: Segment, through last: Position,
    _ state: inout ReadState, _ body: (EntryView) throws -> ReadControl
  ) throws {
    let deadline = ContinuousClock.now + Self.viewDurationMax
    var cursor = try EntryCursor(segment, in: transaction)
    try cursor.move(to: state.next)
    for count in 1...Self.entriesPerViewMax {
      if try cursor.lend(state.next, filter: state.filter, to: body) == .stop {
        state.isStopped = true
        return
      }
      state.next = state.next.next
      if state.next > last { return }
      if count % Self.entriesPerTimeCheck == 0, ContinuousClock.now >= deadline { return }
      try cursor.moveToNext(expecting: state.next)
    }
  }

  /// The first entry decided at `time` or later.
  ///
  /// - Throws: ``LogFault``
  public func firstPosition(atOrAfter time: Timestamp) throws(LogFault) -> Position? {
    let end = try segments.newest().end.lastPosition
    // The last segment that begins with an earlier entry holds the answer, or the next one begins
    // with it.
    let firsts = segments.firstPositions.filter { $0 <= end }
    guard let oldest = firsts.first else { return nil }
    let later = try Self.partition(0..<firsts.count) { index throws(LogFault) in
      try segments.part(firsts[index]).firstTime() >= time
    }
    guard later > 0 else { return oldest }
    let last = later < firsts.count ? firsts[later].advanced(by: -1) : end
    let position: Position
    switch try segments.part(firsts[later - 1]) {
    case .archive(let archive):
      position = try archive.firstPosition(atOrAfter: time) ?? last.next
    case .segment(let segment):
      let count = segment.firstPosition.distance(to: last) + 1
      let index = try Self.partition(0..<count) { index throws(LogFault) in
        try segment.time(at: segment.firstPosition.advanced(by: index)) >= time
      }
      position = segment.firstPosition.advanced(by: index)
    }
    return position <= end ? position : nil
  }

  /// The first number in `range` that satisfies `condition`, which holds for none before it and for all
  /// after it; the upper bound when none does.
  private static func partition(
    _ range: Range<Int>, where condition: (Int) throws(LogFault) -> Bool
  ) throws(LogFault) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if try condition(middle) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

extension EntryCursor {
  /// Lends the entry gone to if the filter admits it.
  fileprivate func lend(
    _ position: Position, filter: KindFilter, to body: (EntryView) throws -> ReadControl
  ) throws -> ReadControl {
    let entry = try entry(at: position)
    return filter.admits(entry) ? try body(entry) : .proceed
  }
}

extension Segment {
  /// Takes a view of the file as it is now.
  func beginRead() throws(LogFault) -> LMDBReadTransaction {
    do throws(LMDBFault) {
      return try LMDBReadTransaction(environment)
    } catch {
      throw LogFault(error)
    }
  }

  /// When the entry at `position`, which must be there, was decided.
  func time(at position: Position) throws(LogFault) -> Timestamp {
    let transaction = try beginRead()
    var cursor = try EntryCursor(self, in: transaction)
    try cursor.move(to: position)
    return try cursor.entry(at: position).time
  }
}

extension LMDBReadTransaction {
  /// Takes the view of now, with a fault of the log if that fails.
  mutating func renewForLog() throws(LogFault) {
    do throws(LMDBFault) {
      try renew()
    } catch {
      throw LogFault(error)
    }
  }
  /// Walks every page, with a fault of the log if one is damaged.
  mutating func checkStructureForLog() throws(LogFault) {
    do throws(LMDBFault) {
      try checkStructure()
    } catch {
      throw LogFault(error)
    }
  }
}
