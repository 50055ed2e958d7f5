/// Entries being gathered to be committed together, in one contiguous buffer.
///
/// The bytes are written once, by ``append(time:actor:commandID:eventCount:kinds:payload:)``, and then
/// committed, folded, hashed and fanned out as they are; copies of a batch share them. A batch always
/// continues a log: its positions follow on from the one that it was made with.
public struct EntryBatch: Sendable {
  /// The position in front of the first entry.
  public let previousPosition: Position

  /// The term that its entries carry.
  public let epoch: Epoch

  /// All entries, one after the other.
  public private(set) var bytes: [UInt8] = []

  /// When the last entry was decided.
  public private(set) var lastTime: Timestamp?

  /// Where each entry starts in ``bytes``.
  private var starts: [Int] = []

  /// A batch without entries.
  ///
  /// - Parameters:
  ///   - previous: The last position of the log, or of the batch before this one.
  ///   - epoch: The term of the writer.
  ///   - byteCount: Room to have from the start, so that filling it allocates nothing.
  public init(after previous: Position, epoch: Epoch, reservingBytes byteCount: Int = 0) {
    previousPosition = previous
    self.epoch = epoch
    bytes.reserveCapacity(byteCount)
    starts.reserveCapacity(byteCount / EntryFormat.byteCountMin)
  }

  /// How many entries there are.
  public var count: Int { starts.count }

  /// Whether there is no entry yet.
  public var isEmpty: Bool { starts.isEmpty }

  /// The position of the first entry, there or to come.
  public var firstPosition: Position { previousPosition.next }

  /// The position of the last entry; ``previousPosition`` when there is none.
  public var lastPosition: Position { previousPosition.advanced(by: count) }

  /// When the first entry was decided.
  public var firstTime: Timestamp? { isEmpty ? nil : header(at: 0).time }

  /// Where in ``bytes`` the entry `index`, counted from 0, is.
  public func byteRange(at index: Int) -> Range<Int> {
    starts[index]..<(index + 1 < count ? starts[index + 1] : bytes.count)
  }

  /// Where in ``bytes`` the payload of the entry `index`, counted from 0, is.
  public func payloadRange(at index: Int) -> Range<Int> {
    let range = withEntry(at: index) { $0.payloadRange }
    return range.lowerBound + starts[index]..<range.upperBound + starts[index]
  }

  /// The header of the entry `index`, counted from 0.
  public func header(at index: Int) -> EntryHeader {
    withEntry(at: index) { $0.header }
  }

  /// Lends the entry `index`, counted from 0.
  public func withEntry<Value, Failure: Error>(
    at index: Int, _ body: (EntryView) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try body(EntryView(encoded: unsafe bytes.span.bytes.extracting(byteRange(at: index))))
  }
}

extension EntryBatch {
  /// Adds an entry as it is stored elsewhere, byte for byte, with the term that it has.
  ///
  /// - Precondition: It follows the last one.
  public mutating func append(stored entry: EntryView) {
    precondition(entry.position == lastPosition.next, "a stored entry follows the one before it")
    starts.append(bytes.count)
    unsafe entry.bytes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    lastTime = entry.time
  }

  /// Adds an entry whose events are encoded already.
  ///
  /// - Parameters:
  ///   - time: When it was decided.
  ///   - actor: Who caused it.
  ///   - commandID: The command that it answers, or ``CommandID/none``.
  ///   - eventCount: How many events the payload holds.
  ///   - kinds: Their distinct kinds.
  ///   - payload: The encoded events.
  /// - Returns: The entry's position.
  /// - Throws: ``EntryFault/tooLarge(byteCount:)``, ``EntryFault/eventCount(events:kinds:)`` or
  ///   ``EntryFault/timeDecreased(from:to:)``; the batch is then as it was.
  /// - Complexity: O(*n*) in the number of bytes; allocates only when the buffer must grow.
  @discardableResult
  public mutating func append(
    time: Timestamp, actor: ActorID, commandID: CommandID, eventCount: Int, kinds: EventKinds,
    payload: RawSpan
  ) throws(EntryFault) -> Position {
    let byteCount = EntryFormat.byteCount(kinds: kinds.count, payload: payload.byteCount)
    guard byteCount <= EntryFormat.byteCountMax else { throw .tooLarge(byteCount: byteCount) }
    guard !kinds.isEmpty, kinds.count <= eventCount, eventCount <= EntryFormat.eventCountMax else {
      throw .eventCount(events: eventCount, kinds: kinds.count)
    }
    if let lastTime, time < lastTime { throw .timeDecreased(from: lastTime, to: time) }

    let header = EntryHeader(
      position: lastPosition.next, epoch: epoch, time: time, actor: actor, commandID: commandID,
      eventCount: UInt16(eventCount), kinds: kinds, flags: 0)
    let start = bytes.count
    append(header, byteCount: byteCount)
    unsafe payload.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    let covered = byteCount - EntryFormat.checksumByteCount
    let checksum = unsafe bytes.span.bytes.extracting(start...).crc32c(byteCount: covered)
    unsafe withUnsafeBytes(of: checksum.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    starts.append(start)
    lastTime = time
    return header.position
  }

  /// Adds an entry with one kind per event, in any order and with repeats.
  ///
  /// - Throws: as ``append(time:actor:commandID:eventCount:kinds:payload:)`` does.
  @discardableResult
  public mutating func append(
    time: Timestamp, actor: ActorID, commandID: CommandID, kinds: [EventKind], payload: [UInt8]
  ) throws(EntryFault) -> Position {
    try append(
      time: time, actor: actor, commandID: commandID, eventCount: kinds.count,
      kinds: EventKinds(kinds), payload: unsafe payload.span.bytes)
  }

  /// Adds everything in front of the payload.
  private mutating func append(_ header: EntryHeader, byteCount: Int) {
    let headerByteCount =
      EntryFormat.kindsOffset + header.kinds.count * EntryFormat.kindByteCount
    // Put together on the stack, so that the growing buffer is touched once.
    unsafe withUnsafeTemporaryAllocation(byteCount: headerByteCount, alignment: 8) { scratch in
      func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        unsafe scratch.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
      }
      store(UInt32(byteCount), at: EntryFormat.lengthOffset)
      store(EntryFormat.version, at: EntryFormat.versionOffset)
      store(header.flags, at: EntryFormat.flagsOffset)
      store(header.eventCount, at: EntryFormat.eventCountOffset)
      store(header.position.rawValue, at: EntryFormat.positionOffset)
      store(header.epoch.rawValue, at: EntryFormat.epochOffset)
      store(header.time.microseconds, at: EntryFormat.timeOffset)
      store(header.actor.rawValue, at: EntryFormat.actorOffset)
      store(header.commandID.rawValue, at: EntryFormat.commandIDOffset)
      store(UInt16(header.kinds.count), at: EntryFormat.kindCountOffset)
      for (index, kind) in header.kinds.enumerated() {
        store(kind.rawValue, at: EntryFormat.kindsOffset + index * EntryFormat.kindByteCount)
      }
      unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(scratch))
    }
  }
}
