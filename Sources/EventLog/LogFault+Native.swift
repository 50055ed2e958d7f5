internal import CLMDB
internal import Glibc

extension LogFault {
  /// Says what an answer of LMDB means for the log.
  init(_ fault: LMDBFault) {
    let (code, advice): (Code, String) =
      if fault.isDamage {
        (.damaged, "The file is damaged. Restore it from a backup.")
      } else if fault.isVersionMismatch {
        (.formatUnknown, "The file was written by another version of LMDB or of this program.")
      } else if fault.isReadersFull {
        (.readersFull, "Too many readers at once. End some of them.")
      } else if fault.isFull {
        (.mapFull, "There is no room left in the file's address space.")
      } else if fault.code == ENOSPC {
        (.diskFull, "The disk is full. Make room, then start again.")
      } else if fault.code == ENOENT {
        (.missing, "The file is missing.")
      } else if fault.code == EBUSY {
        (.locked, "This process has the file open for reading only. Close that first.")
      } else {
        (.inputOutput, "Check the disk and the permissions, then start again.")
      }
    self.init(
      code: code, message: "\(fault). \(advice)", file: fault.file,
      position: fault.pageFault?.firstPosition, nativeCode: fault.code, cause: fault)
  }

  /// Says that a call to the operating system failed, by the current `errno`.
  static func system(_ operation: String, file: String) -> LogFault {
    let number = errno
    let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "unknown error"
    return LogFault(
      code: number == ENOSPC ? .diskFull : .inputOutput,
      message: "\(operation): \(reason). Check the disk and the permissions, then start again.",
      file: file, nativeCode: number)
  }

  /// Says that something other than an entry is not what was written.
  static func damaged(_ what: String, file: String, position: Position? = nil) -> LogFault {
    LogFault(
      code: .damaged, message: "\(what) Restore the log from a backup.", file: file,
      position: position)
  }

  /// Runs `body` and turns what LMDB throws in it into a fault of the log.
  static func wrapping<Value: ~Copyable>(
    _ body: () throws(LMDBFault) -> Value
  ) throws(LogFault) -> Value {
    do throws(LMDBFault) {
      return try body()
    } catch {
      throw LogFault(error)
    }
  }
}

extension LMDBPageFault {
  /// The first position that cannot be trusted, as far as the damaged page tells.
  fileprivate var firstPosition: Position? {
    guard tree == Segment.entriesName, let previousKey, previousKey < Position.max.rawValue else {
      return nil
    }
    return Position(previousKey + 1)
  }
}
