/// Why the log could not do what was asked: for the operator, who must act on it.
public struct LogFault: Error, Sendable {
  /// A stable name of the kind of fault, for programs.
  public let code: Code

  /// What went wrong, where, and what to do about it.
  public let message: String

  /// The file concerned.
  public let file: String?

  /// The first position concerned.
  public let position: Position?

  /// The error number of the operating system or of LMDB.
  public let nativeCode: Int32?

  /// What led to this.
  public let cause: (any Error)?

  /// Describes a fault.
  public init(
    code: Code, message: String, file: String? = nil, position: Position? = nil,
    nativeCode: Int32? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.file = file
    self.position = position
    self.nativeCode = nativeCode
    self.cause = cause
  }

  /// The kind of a fault.
  ///
  /// Open, so that kinds can be added.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The stable name, as in logs and in output for programs.
    public let rawValue: String

    /// Wraps a stable name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// Another process, or another part of this one, has the log open for writing.
    public static let locked = Code(rawValue: "log_locked")

    /// There is no log in the directory.
    public static let missing = Code(rawValue: "log_missing")

    /// What is stored is not what was written.
    public static let damaged = Code(rawValue: "log_damaged")

    /// The log was written by a newer program.
    public static let formatUnknown = Code(rawValue: "log_format_unknown")

    /// The disk has no room beyond what is held in reserve.
    public static let diskFull = Code(rawValue: "disk_full")

    /// A segment's address space is used up.
    public static let mapFull = Code(rawValue: "map_full")

    /// More readers at once than the log has slots for.
    public static let readersFull = Code(rawValue: "readers_full")

    /// The log was opened for reading only.
    public static let readOnly = Code(rawValue: "log_read_only")

    /// There is a log where none may be.
    public static let exists = Code(rawValue: "log_exists")

    /// There is another log where a copy of this one was expected.
    public static let otherLog = Code(rawValue: "log_other")

    /// The log no longer reaches back to the position asked for.
    public static let positionGone = Code(rawValue: "position_gone")

    /// A batch that cannot follow the log: empty, misnumbered, of another epoch, or back in time.
    public static let batchMisplaced = Code(rawValue: "batch_misplaced")

    /// The operating system or LMDB failed.
    public static let inputOutput = Code(rawValue: "log_io")
  }
}

extension LogFault: CustomStringConvertible {
  /// Code, message, and what else is known, on one line.
  public var description: String {
    var text = "\(code.rawValue): \(message)"
    if let file { text += " [file \(file)]" }
    if let position { text += " [position \(position)]" }
    if let nativeCode { text += " [error \(nativeCode)]" }
    if let cause { text += " [cause: \(cause)]" }
    return text
  }
}

extension LogFault {
  /// Stored bytes at `position` failed a check.
  public static func damaged(
    _ cause: EntryFault, file: String?, position: Position
  ) -> LogFault {
    LogFault(
      code: .damaged,
      message: "The log is damaged at position \(position). \(cause) Restore this file from a "
        + "backup; nothing from this position on may be trusted.",
      file: file, position: position, cause: cause)
  }
}
