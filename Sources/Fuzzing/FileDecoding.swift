import EventLog
import Glibc

/// Files that come from somebody else: as they are, and with their checksums and digest made right, since
/// else hardly any other check would be reached.
enum FileDecoding {
  /// Reads a replay file from its first entry to its last.
  static func decodeReplayFile(_ bytes: [UInt8]) {
    let nameByteCount = bytes.count < 70 ? 0 : Int(bytes[68]) | Int(bytes[69]) << 8
    read(bytes, headerByteCount: 74 + nameByteCount) { path in
      let replay = try ReplayFile(path)
      var last = Position.zero
      try replay.read(from: .first) { entry in
        precondition(entry.position > last, "positions do not grow")
        last = entry.position
        return .proceed
      }
      _ = try replay.firstPosition(atOrAfter: replay.header.lastTime)
    }
  }

  /// Reads and verifies an archive.
  static func decodeArchive(_ bytes: [UInt8]) {
    read(bytes, headerByteCount: 160) { path in
      _ = try ArchiveReading.readWhole(path)
    }
  }

  private static func read(
    _ bytes: [UInt8], headerByteCount: Int, _ body: (String) throws -> Void
  ) {
    read(bytes, body)
    read(Sealing.file(bytes, headerByteCount: headerByteCount), body)
  }

  /// Lends a file with bytes; what is thrown but faults of the log is a fault
  /// of the decoder.
  private static func read(_ bytes: [UInt8], _ body: (String) throws -> Void) {
    // It has no name any more by the time that it is read, so that none is left behind.
    var name = Array("/tmp/fuzzing-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&name)
    precondition(descriptor >= 0, "there is no room for a file: error \(errno)")
    defer { close(descriptor) }
    unsafe unlink(name)
    let count = unsafe bytes.withUnsafeBytes { source in
      unsafe write(descriptor, source.baseAddress, source.count)
    }
    precondition(count == bytes.count, "the file could not be written: error \(errno)")
    do {
      try body("/proc/self/fd/\(descriptor)")
    } catch let fault as LogFault {
      precondition(
        fault.code == .damaged || fault.code == .formatUnknown, "a file is at fault for \(fault)")
    } catch {
      preconditionFailure("a file is at fault for \(error)")
    }
  }
}
