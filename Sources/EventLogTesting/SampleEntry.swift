public import EventLog

/// The parts of an entry, to append and to compare with what is read back.
public struct SampleEntry: Hashable, Sendable {
  /// When it was decided.
  public var time: Timestamp
  /// Who caused it.
  public var actor: ActorID
  /// The command that it answers.
  public var commandID: CommandID
  /// One kind per event.
  public var kinds: [EventKind]
  /// The encoded events.
  public var payload: [UInt8]

  /// Puts an entry together.
  public init(
    time: Timestamp = Timestamp(microseconds: 1_700_000_000_000_000), actor: ActorID = .firstPlayer,
    commandID: CommandID = .none, kinds: [EventKind] = [EventKind(system: 1, event: 1)],
    payload: [UInt8] = []
  ) {
    self.time = time
    self.actor = actor
    self.commandID = commandID
    self.kinds = kinds
    self.payload = payload
  }

  /// An entry that differs from those of other numbers in every part: one second later for each
  /// number, with one to six events.
  public init(number: Int) {
    self.init(
      time: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(number) * 1_000_000),
      actor: ActorID(ActorID.firstPlayer.rawValue + UInt64(number % 7)),
      commandID: CommandID(UInt64(number) &* 0x9E37_79B9_7F4A_7C15),
      kinds: (0...number % 6).map {
        EventKind(system: UInt8(1 + $0 % 3), event: UInt8(number % 5))
      },
      payload: (0..<number * 37 % 300).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) })
  }

  /// Copies what `view` shows; the kinds are those of the header, distinct and ascending.
  public init(_ view: EntryView) {
    self.init(
      time: view.time, actor: view.actor, commandID: view.commandID, kinds: Array(view.kinds),
      payload: unsafe view.payload.withUnsafeBytes { unsafe Array($0) })
  }

  /// The same as it is read back: with distinct kinds, ascending.
  public var asRead: SampleEntry {
    var entry = self
    entry.kinds = Array(EventKinds(kinds))
    return entry
  }
}

extension EntryBatch {
  /// A batch of samples.
  ///
  /// - Throws: ``EntryFault`` when they cannot follow each other.
  public init(
    after previous: Position, epoch: Epoch, _ entries: [SampleEntry]
  ) throws(EntryFault) {
    self.init(after: previous, epoch: epoch)
    for entry in entries {
      try append(
        time: entry.time, actor: entry.actor, commandID: entry.commandID, kinds: entry.kinds,
        payload: entry.payload)
    }
  }
}

extension EventLog {
  /// Appends samples at the end of the log as its newest writer, and expects that to succeed.
  ///
  /// - Returns: The head after them.
  /// - Throws: ``ConformanceFailure`` when they are not appended, and what the log throws.
  @discardableResult
  public func appendSamples(_ entries: [SampleEntry]) throws -> ChainHead {
    let summary = try summary()
    let epoch = summary.epoch == .zero ? try takeEpoch() : summary.epoch
    let batch = try EntryBatch(after: summary.lastPosition, epoch: epoch, entries)
    let result = append(batch, epoch: epoch, expected: summary.lastPosition)
    guard case .appended(let head) = result else {
      throw ConformanceFailure("The batch was not appended: \(result).")
    }
    return head
  }

  /// Copies what a read lends.
  ///
  /// - Throws: what the log throws.
  public func samples(
    from first: Position = .first, through last: Position? = nil, kinds: Set<EventKind>? = nil
  ) throws -> [SampleEntry] {
    var entries: [SampleEntry] = []
    try read(from: first, through: last, kinds: kinds) { entry in
      entries.append(SampleEntry(entry))
      return .proceed
    }
    return entries
  }
}
