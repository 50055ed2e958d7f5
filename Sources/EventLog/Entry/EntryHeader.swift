/// What an entry says about itself before its payload.
public struct EntryHeader: Hashable, Sendable {
  /// The entry's number in the log.
  public let position: Position

  /// The term of the writer that appended it.
  public let epoch: Epoch

  /// When it was decided; never before the entry in front of it.
  public let time: Timestamp

  /// Who caused it.
  public let actor: ActorID

  /// The command that it answers, or ``CommandID/none``.
  public let commandID: CommandID

  /// How many events the payload holds, 1 to 65,535.
  public let eventCount: UInt16

  /// The distinct kinds of those events.
  public let kinds: EventKinds

  /// Reserved: 0 in format version 1.
  public let flags: UInt8
}
