/// What a log holds, at one moment.
public struct LogSummary: Hashable, Sendable {
  /// Which log this is.
  public var logID: LogID

  /// The oldest position still held; one past ``lastPosition`` when nothing is.
  public var firstPosition: Position

  /// The newest position; ``Position/zero`` when nothing was ever appended.
  public var lastPosition: Position

  /// When the newest entry was decided.
  public var lastTime: Timestamp?

  /// The newest writer's term.
  public var epoch: Epoch

  /// The hash of everything up to ``lastPosition``.
  public var head: ChainHead

  /// What the log takes on disk.
  public var byteCountOnDisk: UInt64

  /// The files, oldest first; none for a log that has no files.
  public var segments: [Segment]

  /// Whether the log holds no entry.
  public var isEmpty: Bool { firstPosition > lastPosition }

  /// Describes a log.
  public init(
    logID: LogID, firstPosition: Position, lastPosition: Position, lastTime: Timestamp?,
    epoch: Epoch, head: ChainHead, byteCountOnDisk: UInt64, segments: [Segment]
  ) {
    self.logID = logID
    self.firstPosition = firstPosition
    self.lastPosition = lastPosition
    self.lastTime = lastTime
    self.epoch = epoch
    self.head = head
    self.byteCountOnDisk = byteCountOnDisk
    self.segments = segments
  }

  /// One file of a log.
  public struct Segment: Hashable, Sendable {
    /// The path of the file.
    public var file: String

    /// The first position that the file holds or will hold.
    public var firstPosition: Position

    /// The newest position in it; one before ``firstPosition`` when it is empty.
    public var lastPosition: Position

    /// Whether it will never change again.
    public var isSealed: Bool

    /// Whether it is an archive.
    public var isArchived: Bool

    /// How many entries there are in it.
    public var entries: Int { firstPosition.distance(to: lastPosition) + 1 }

    /// The size of the file.
    public var byteCountOnDisk: UInt64

    /// Describes a file.
    public init(
      file: String, firstPosition: Position, lastPosition: Position, isSealed: Bool,
      isArchived: Bool, byteCountOnDisk: UInt64
    ) {
      self.file = file
      self.firstPosition = firstPosition
      self.lastPosition = lastPosition
      self.isSealed = isSealed
      self.isArchived = isArchived
      self.byteCountOnDisk = byteCountOnDisk
    }
  }
}
