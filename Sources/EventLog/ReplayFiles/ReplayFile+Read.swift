extension ReplayFile {
  /// The first position in the file.
  public func oldestPosition() -> Position { header.firstPosition }

  /// Lends entries to `body` in order of position; of those that a file of selected entries lacks,
  /// nothing is said.
  ///
  /// - Throws: ``LogFault`` of code ``LogFault/Code/damaged``, or what `body` throws.
  public func read(
    from first: Position, through last: Position?, kinds: Set<EventKind>?,
    _ body: (EntryView) throws -> ReadControl
  ) throws {
    let filter = KindFilter(kinds)
    let start = max(0, index.blocks.partitioningIndex { $0.firstPosition > first } - 1)
    for number in start..<index.blocks.count {
      guard index.blocks[number].firstPosition <= last ?? .max else { return }
      let control = try readBlock(number) { entry in
        if let last, entry.position > last { return .stop }
        guard entry.position >= first, filter.admits(entry) else { return .proceed }
        return try body(entry)
      }
      if control == .stop { return }
    }
  }

  /// The first entry decided at `time` or later.
  ///
  /// - Throws: ``LogFault``
  public func firstPosition(atOrAfter time: Timestamp) throws(LogFault) -> Position? {
    let start = max(0, index.blocks.partitioningIndex { $0.firstTime >= time } - 1)
    var found: Position?
    do {
      try read(from: index.blocks[start].firstPosition, through: nil, kinds: nil) { entry in
        guard entry.time >= time else { return .proceed }
        found = entry.position
        return .stop
      }
    } catch let fault as LogFault {
      throw fault
    } catch {
      throw .damagedReplay("it cannot be read", file: path, cause: error)
    }
    return found
  }

  /// Lends the entries of a block, each checked in itself and against its place in the file.
  private func readBlock(
    _ number: Int, _ body: (EntryView) throws -> ReadControl
  ) throws -> ReadControl {
    let block = index.blocks[number]
    let bytes = try entries(of: block)
    var place = Place(of: block)
    var offset = 0
    for _ in 0..<block.entries {
      let end = try entryEnd(in: bytes, at: offset, near: place.position)
      let span = unsafe bytes.span.bytes.extracting(offset..<end)
      let control = try body(checked(span, &place))
      if control == .stop { return .stop }
      offset = end
    }
    guard offset == bytes.count, place.isEnd(ofBlock: number, in: self) else {
      throw LogFault.damagedReplay(
        "a block does not end as it should", file: path, position: place.position)
    }
    return .proceed
  }

  private func entryEnd(
    in bytes: [UInt8], at offset: Int, near position: Position
  ) throws(LogFault) -> Int {
    let rest = bytes.count - offset
    guard rest >= EntryFormat.byteCountMin,
      case let count = Int(bytes.littleEndian(at: offset, as: UInt32.self)), count <= rest,
      count >= EntryFormat.byteCountMin
    else {
      throw .damagedReplay("an entry is longer than its block", file: path, position: position)
    }
    return offset + count
  }

  /// Checks an entry, and goes on to its place.
  @_lifetime(copy span)
  private func checked(_ span: RawSpan, _ place: inout Place) throws(LogFault) -> EntryView {
    let entry: EntryView
    do throws(EntryFault) {
      entry = try EntryView(
        validating: span, expected: header.isSelected ? nil : place.expected)
    } catch {
      throw .damagedReplay("\(error)", file: path, position: place.expected, cause: error)
    }
    guard place.advance(to: entry.position, entry.time), entry.position <= header.lastPosition,
      entry.time <= header.lastTime
    else {
      throw .damagedReplay("an entry is out of order", file: path, position: entry.position)
    }
    return entry
  }
}

/// Where in a block reading has come to.
private struct Place {
  /// The position of the entry read last; that of the block before the first.
  private(set) var position: Position
  private var time: Timestamp
  private var isStart = true

  init(of block: ReplayFileIndex.Block) {
    position = block.firstPosition
    time = block.firstTime
  }

  /// The position of the next entry, where none is left out.
  ///
  /// After the highest there is it is that again, which no entry can have.
  var expected: Position { isStart || position >= .max ? position : position.next }

  /// Goes on to an entry; false when it cannot come next.
  mutating func advance(to position: Position, _ time: Timestamp) -> Bool {
    let follows =
      isStart
      ? position == self.position && time == self.time
      : position > self.position && time >= self.time
    (self.position, self.time, isStart) = (position, time, false)
    return follows
  }

  /// Whether the block may end here.
  func isEnd(ofBlock number: Int, in file: ReplayFile) -> Bool {
    guard number + 1 < file.index.blocks.count else {
      return position == file.header.lastPosition && time == file.header.lastTime
    }
    let next = file.index.blocks[number + 1]
    return position < next.firstPosition && time <= next.firstTime
  }
}
