internal import CLMDB
internal import Dispatch
internal import Glibc
internal import Synchronization

extension LMDBEnvironment {
  /// Writes the environment as it is now to a file that does not exist yet, without its free pages.
  ///
  /// Whoever writes the environment goes on meanwhile; the longer it takes, the more its file grows. The new file is not yet
  /// on disk as a whole. LMDB writes into a pipe, so that what comes out of it goes to disk at the pace asked for.
  ///
  /// - Throws: ``LMDBFault``; what was written is left.
  package func copy(to file: String, pace: DiskPace = .full) throws(LMDBFault) {
    let output = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard output >= 0 else { throw LMDBFault(code: errno, operation: "open", file: file) }
    defer { close(output) }
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else {
      throw LMDBFault(code: errno, operation: "pipe", file: file)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (outlet, inlet) = (ends[0], ends[1])
    let copied = Mutex<Int32>(0)
    let hasEnded = DispatchSemaphore(value: 0)
    let writing = DispatchQueue(label: "finalverse.copy")
    writing.async { [self] in
      let code = unsafe mdb_env_copyfd2(handle, inlet, UInt32(MDB_CP_COMPACT))
      close(inlet)
      copied.withLock { $0 = code }
      hasEnded.signal()
    }
    let written = Self.pour(outlet, into: output, pace)
    // LMDB is told by this that nobody reads any more, should it not have ended.
    close(outlet)
    hasEnded.wait()
    guard written == 0 else { throw LMDBFault(code: written, operation: "write", file: file) }
    try check(copied.withLock { $0 }, "mdb_env_copyfd2")
  }

  /// Writes what comes out of a pipe to a file, until its end.
  ///
  /// - Returns: The error number of what failed; 0 when all is written.
  private static func pour(_ pipe: Int32, into file: Int32, _ pace: DiskPace) -> Int32 {
    var piece = [UInt8](repeating: 0, count: DiskPace.pieceByteCount)
    var meter = DiskPace.Meter(pace, of: file)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { bytes in
        unsafe read(pipe, bytes.baseAddress, bytes.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return errno }
      guard count > 0 else { return 0 }
      var done = 0
      while done < count {
        let written = unsafe piece.withUnsafeBytes { bytes in
          unsafe write(file, bytes.baseAddress.map { unsafe $0 + done }, count - done)
        }
        guard written > 0 || errno == EINTR else { return errno }
        done += max(0, written)
      }
      let failure = meter.count(count)
      guard failure == 0 else { return failure }
    }
  }
}
