extension Archive {
  /// Lends entries to `body` in order of position, each checked; blocks without any that the filter admits
  /// are not even read.
  ///
  /// - Parameters:
  ///   - first: In the archive.
  ///   - last: In the archive.
  func read(
    from first: Position, through last: Position, filter: KindFilter,
    _ body: (EntryView) throws -> ReadControl
  ) throws -> ReadControl {
    let wanted = index.bits(filter)
    for number in index.block(of: first)..<index.blocks.count {
      let place = index.blocks[number]
      if place.firstPosition > last { break }
      guard place.mayHold(wanted) else { continue }
      let block = try block(number)
      var position = max(first, place.firstPosition)
      while position <= min(last, place.lastPosition) {
        let control = try block.withBytes(at: position) { bytes in
          let entry = try checked(bytes, at: position, number)
          return filter.admits(entry) ? try body(entry) : .proceed
        }
        if control == .stop { return .stop }
        position = position.next
      }
    }
    return .proceed
  }

  /// The first entry decided at `time` or later; nil when there is none.
  ///
  /// - Complexity: O(log *n*) in the number of blocks, one of which is read.
  func firstPosition(atOrAfter time: Timestamp) throws(LogFault) -> Position? {
    guard time > header.firstTime else { return header.firstPosition }
    guard time <= header.lastTime else { return nil }
    // The last block that begins with an earlier entry holds the answer, or the next begins with it.
    let number = index.blocks.partitioningIndex { $0.firstTime >= time } - 1
    let block = try block(number)
    var position = block.firstPosition
    while position <= block.lastPosition, try self.time(at: position, in: block, number) < time {
      position = position.next
    }
    return position
  }

  private func time(
    at position: Position, in block: ArchiveBlock, _ number: Int
  ) throws(LogFault) -> Timestamp {
    try block.withBytes(at: position) { (bytes) throws(LogFault) in
      try checked(bytes, at: position, number).time
    }
  }

  /// Checks an entry in itself and against its place, and that its time is possible in its block.
  @_lifetime(copy bytes)
  private func checked(
    _ bytes: RawSpan, at position: Position, _ number: Int
  ) throws(LogFault) -> EntryView {
    let entry: EntryView
    do throws(EntryFault) {
      entry = try EntryView(validating: bytes, expected: position)
    } catch {
      throw .damaged(error, file: file.path, position: position)
    }
    let latest =
      number + 1 < index.blocks.count ? index.blocks[number + 1].firstTime : header.lastTime
    guard index.blocks[number].firstTime <= entry.time, entry.time <= latest else {
      throw file.damaged("the time of an entry is not one of its block", position: position)
    }
    return entry
  }
}
