/// How far a verification has come.
public struct VerifyProgress: Hashable, Sendable {
  /// Entries checked so far.
  public var entries: Int

  /// Bytes of entries checked so far.
  public var bytes: UInt64

  /// How many entries will be checked in all.
  public var entriesTotal: Int

  /// The last position checked.
  public var position: Position

  /// Describes progress.
  public init(entries: Int, bytes: UInt64, entriesTotal: Int, position: Position) {
    self.entries = entries
    self.bytes = bytes
    self.entriesTotal = entriesTotal
    self.position = position
  }
}

/// What a verification that found no fault has proved.
public struct VerifyReport: Hashable, Sendable {
  /// The first position checked: the start of the batch that the wished one lies in.
  public var firstPosition: Position

  /// The last position checked: the end of the batch that the wished one lies in.
  public var lastPosition: Position

  /// How many entries were checked.
  public var entries: Int

  /// How many bytes those have.
  public var bytes: UInt64

  /// How many batches those form.
  public var batches: Int

  /// The computed head at ``lastPosition``, equal to the stored one.
  public var head: ChainHead

  /// Whether everything that was asked for was checked, and not stopped before.
  public var isComplete: Bool

  /// Describes a result.
  public init(
    firstPosition: Position, lastPosition: Position, entries: Int, bytes: UInt64, batches: Int,
    head: ChainHead, isComplete: Bool
  ) {
    self.firstPosition = firstPosition
    self.lastPosition = lastPosition
    self.entries = entries
    self.bytes = bytes
    self.batches = batches
    self.head = head
    self.isComplete = isComplete
  }
}
