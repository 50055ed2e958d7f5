internal import EventLog

extension ImageFault {
  /// Stored bytes failed a check.
  static func damaged(
    _ what: String, file: String, table: String? = nil, key: [UInt8]? = nil,
    cause: (any Error)? = nil
  ) -> ImageFault {
    ImageFault(
      code: .damaged, message: "The image is damaged: \(what). \(rebuilt)", file: file,
      table: table, key: key?.hexadecimal, cause: cause)
  }

  /// The image is not one of this projection, log and time.
  static func unusable(_ code: Code, _ what: String, file: String) -> ImageFault {
    ImageFault(code: code, message: "\(what) \(rebuilt)", file: file)
  }

  /// The image knows of entries that the log has not.
  ///
  /// An image is only ever written from what is durable, so it is the log that is not what it was.
  static func aheadOfLog(_ position: Position, logEnd last: Position, file: String) -> ImageFault {
    ImageFault(
      code: .aheadOfLog,
      message:
        "The image ends at position \(position), and the log at \(last): the log, or its newest "
        + "file, is older than what was made from it. Nothing was changed. Put back the log as it was. "
        + "To go on without what it lacks, remove the images beside this one too.", file: file)
  }

  /// A row is too long, or lacks what its schema requires.
  static func rowUnencodable(table: String, key: [UInt8], cause: any Error) -> ImageFault {
    ImageFault(
      code: .rowUnencodable,
      message: "A row cannot be encoded. This is an error in the program: report it.",
      table: table, key: key.hexadecimal, cause: cause)
  }

  /// The image's disk has less room than is to be left for the log.
  static func diskFull(file: String, freeBytes: UInt64, reserveBytes: UInt64) -> ImageFault {
    ImageFault(
      code: .diskFull,
      message: "The disk has \(freeBytes >> 20) MiB left, and \(reserveBytes >> 20) MiB are kept "
        + "for the log. \(falling)", file: file)
  }

  /// Makes a fault of whatever was thrown on the way.
  init(wrapping error: any Error, file: String) {
    switch error {
    case let fault as ImageFault: self = fault
    case let fault as LMDBFault: self.init(fault)
    case let fault as LogFault:
      self.init(
        code: .inputOutput, message: fault.message, file: file, nativeCode: fault.nativeCode,
        cause: fault)
    default:
      self.init(
        code: .inputOutput, message: "The image could not be used.", file: file, cause: error)
    }
  }

  private init(_ fault: LMDBFault) {
    let (code, message): (Code, String) =
      if fault.isDamage {
        (.damaged, "The image is damaged. \(Self.rebuilt)")
      } else if fault.isVersionMismatch {
        (.formatUnknown, "Another version of LMDB wrote the image. \(Self.rebuilt)")
      } else if fault.isDiskFull {
        (.diskFull, "The disk is full. \(Self.falling)")
      } else if fault.isFull {
        (.mapFull, "The image has used up its address space. \(Self.falling)")
      } else {
        (.inputOutput, "The image cannot be used; check the disk and the file's permissions.")
      }
    self.init(
      code: code, message: message, file: fault.file, nativeCode: fault.code, cause: fault)
  }

  private static let rebuilt = "It will be rebuilt from the log."
  private static let falling =
    "The image falls behind the log until there is room; nothing is lost, but the next start "
    + "takes longer."
}
