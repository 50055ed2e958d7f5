internal import EventLog

/// Why an image could not be read or written: for the operator, who may have to act on it.
///
/// Nothing is lost with an image: what it held is in the log.
public struct ImageFault: Error, Sendable {
  /// A stable name of the kind of fault, for programs.
  public let code: Code

  /// What went wrong, where, and what happens next.
  public let message: String

  /// The file concerned.
  public let file: String?

  /// The table concerned.
  public let table: String?

  /// The key of the row concerned, in hexadecimal.
  public let key: String?

  /// The error number of the operating system or of LMDB.
  public let nativeCode: Int32?

  /// What led to this.
  public let cause: (any Error)?

  /// Describes a fault.
  public init(
    code: Code, message: String, file: String? = nil, table: String? = nil, key: String? = nil,
    nativeCode: Int32? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.file = file
    self.table = table
    self.key = key
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

    /// There is no image.
    public static let missing = Code(rawValue: "image_missing")

    /// What is stored is not what was written.
    public static let damaged = Code(rawValue: "image_damaged")

    /// The image was written by a newer program.
    public static let formatUnknown = Code(rawValue: "image_format_unknown")

    /// The image is of another version of the projection.
    public static let otherVersion = Code(rawValue: "image_other_version")

    /// The image was folded from another log.
    public static let otherLog = Code(rawValue: "image_other_log")

    /// The image was folded further than the log reaches.
    public static let aheadOfLog = Code(rawValue: "image_ahead_of_log")

    /// The log no longer has what follows the image.
    public static let behindLog = Code(rawValue: "image_behind_log")

    /// The disk has no room beyond what is left for the log.
    public static let diskFull = Code(rawValue: "disk_full")

    /// The image's address space is used up.
    public static let mapFull = Code(rawValue: "map_full")

    /// A row cannot be encoded.
    public static let rowUnencodable = Code(rawValue: "row_unencodable")

    /// The operating system or LMDB failed.
    public static let inputOutput = Code(rawValue: "image_io")
  }

  /// Whether the image is of no use as it is, so that the log has to be folded again.
  public var callsForRebuild: Bool {
    [.damaged, .formatUnknown, .otherVersion, .otherLog, .aheadOfLog, .behindLog].contains(code)
  }

  /// Whether the same write may succeed later, when somebody has made room.
  public var isPassing: Bool { code == .diskFull || code == .mapFull }
}

extension ImageFault: CustomStringConvertible {
  /// Code, message, and what else is known, on one line.
  public var description: String {
    var text = "\(code.rawValue): \(message)"
    if let file { text += " [file \(file)]" }
    if let table { text += " [table \(table)]" }
    if let key { text += " [key \(key)]" }
    if let nativeCode { text += " [error \(nativeCode)]" }
    if let cause { text += " [cause: \(cause)]" }
    return text
  }
}
