/// An entry's bytes where they lie, valid only inside the closure that it is lent to.
///
/// Fields are read when asked for; nothing is copied. A view that was made by
/// ``init(validating:expected:)`` has passed every check of the format.
public struct EntryView: ~Escapable {
  /// All bytes of the entry, checksum included: what was appended, and what is archived, hashed and
  /// exported.
  public let bytes: RawSpan

  /// Checks that `bytes` are exactly one whole entry, and the one at `expected` unless that is nil.
  ///
  /// Never traps, whatever the bytes.
  ///
  /// - Throws: ``EntryFault``, the first check that failed. The checksum comes right after the
  ///   length: any other fault means that the bytes are as they were written.
  @_lifetime(copy bytes)
  public init(validating bytes: RawSpan, expected: Position?) throws(EntryFault) {
    self.bytes = bytes
    try Self.validateFrame(bytes)
    try validateFields()
    if let expected, position != expected {
      throw .position(expected: expected, found: position)
    }
  }

  /// Takes bytes that this process itself has just encoded.
  @_lifetime(copy bytes)
  init(encoded bytes: RawSpan) {
    self.bytes = bytes
  }

  private static func validateFrame(_ bytes: RawSpan) throws(EntryFault) {
    guard bytes.byteCount >= EntryFormat.byteCountMin else {
      throw .length(stated: EntryFormat.byteCountMin, actual: bytes.byteCount)
    }
    let stated = Int(bytes.loadLittleEndian(at: EntryFormat.lengthOffset, as: UInt32.self))
    guard stated == bytes.byteCount else {
      throw .length(stated: stated, actual: bytes.byteCount)
    }
    guard stated <= EntryFormat.byteCountMax else {
      throw .tooLarge(byteCount: stated)
    }
    let covered = stated - EntryFormat.checksumByteCount
    let checksum = bytes.loadLittleEndian(at: covered, as: UInt32.self)
    let computed = bytes.crc32c(byteCount: covered)
    guard checksum == computed else {
      throw .checksum(stated: checksum, computed: computed)
    }
  }

  private func validateFields() throws(EntryFault) {
    let version = load(EntryFormat.versionOffset, as: UInt8.self)
    guard version == EntryFormat.version else { throw .version(version) }
    guard flags == 0 else { throw .flags(flags) }
    let number = load(EntryFormat.positionOffset, as: UInt64.self)
    guard number >= 1, number <= Position.max.rawValue else { throw .positionRange(number) }
    guard kindCount >= 1, kindCount <= eventCount else {
      throw .eventCount(events: Int(eventCount), kinds: kindCount)
    }
    guard EntryFormat.byteCount(kinds: kindCount, payload: 0) <= bytes.byteCount else {
      throw .kinds
    }
    for index in 1..<kindCount where kind(at: index - 1) >= kind(at: index) {
      throw .kinds
    }
  }
}

extension EntryView {
  /// The entry's number in the log.
  public var position: Position {
    Position(load(EntryFormat.positionOffset, as: UInt64.self))
  }

  /// The term of the writer that appended it.
  public var epoch: Epoch { Epoch(load(EntryFormat.epochOffset, as: UInt64.self)) }

  /// When it was decided.
  public var time: Timestamp {
    Timestamp(microseconds: load(EntryFormat.timeOffset, as: Int64.self))
  }

  /// Who caused it.
  public var actor: ActorID { ActorID(load(EntryFormat.actorOffset, as: UInt64.self)) }

  /// The command that it answers, or ``CommandID/none``.
  public var commandID: CommandID {
    CommandID(load(EntryFormat.commandIDOffset, as: UInt64.self))
  }

  /// How many events the payload holds.
  public var eventCount: UInt16 { load(EntryFormat.eventCountOffset, as: UInt16.self) }

  /// How many distinct kinds those events have.
  public var kindCount: Int { Int(load(EntryFormat.kindCountOffset, as: UInt16.self)) }

  /// Reserved: 0 in format version 1.
  public var flags: UInt8 { load(EntryFormat.flagsOffset, as: UInt8.self) }

  /// The distinct kinds of the events, ascending.
  public var kinds: EventKinds {
    var kinds = EventKinds()
    for index in 0..<kindCount { kinds.insert(kind(at: index)) }
    return kinds
  }

  /// The `index`-th of the distinct kinds.
  ///
  /// - Precondition: `index` is below ``kindCount``.
  public func kind(at index: Int) -> EventKind {
    let offset = EntryFormat.kindsOffset + index * EntryFormat.kindByteCount
    return EventKind(rawValue: load(offset, as: UInt16.self))
  }

  /// Everything in front of the payload, to keep.
  public var header: EntryHeader {
    EntryHeader(
      position: position, epoch: epoch, time: time, actor: actor, commandID: commandID,
      eventCount: eventCount, kinds: kinds, flags: flags)
  }

  /// Where in ``bytes`` the payload is.
  public var payloadRange: Range<Int> {
    let end = bytes.byteCount - EntryFormat.checksumByteCount
    return EntryFormat.kindsOffset + kindCount * EntryFormat.kindByteCount..<end
  }

  /// The encoded events.
  public var payload: RawSpan {
    @_lifetime(copy self)
    get { bytes.extracting(payloadRange) }
  }

  private func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, as type: Value.Type
  ) -> Value {
    bytes.loadLittleEndian(at: offset, as: type)
  }
}
