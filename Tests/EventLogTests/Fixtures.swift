import EventLog
import EventLogTesting
import Glibc
import Synchronization

/// A log in memory.
final class InMemoryFixture: EventLogFixture {
  let log: any EventLog = InMemoryEventLog()

  func reopen() -> Bool { false }

  func rival() -> any EventLog { log }
}

/// A fault-injecting log without faults.
final class FaultyFixture: EventLogFixture {
  private let inner = InMemoryEventLog()
  let log: any EventLog

  init() { log = FaultyEventLog(inner) }

  func reopen() -> Bool { false }

  func rival() -> any EventLog { FaultyEventLog(inner) }
}

/// A durable log in a directory of its own.
final class LMDBFixture: EventLogFixture {
  let directory: TemporaryDirectory
  private let configuration: LMDBEventLog.Configuration
  private let opened: Mutex<LMDBEventLog?>

  /// Small segments make a log of many files.
  init(_ configuration: LMDBEventLog.Configuration = .test()) throws {
    directory = try TemporaryDirectory()
    self.configuration = configuration
    opened = Mutex(
      try LMDBEventLog(
        directory: directory.path, configuration: configuration, access: .readWrite))
  }

  var log: any EventLog {
    guard let log = opened.withLock({ $0 }) else { fatalError("The log is closed.") }
    return log
  }

  func reopen() throws -> Bool {
    close()
    try open()
    return true
  }

  /// Opens the log beside the one that is open, whose lock then is of a file without a name.
  func rival() throws -> any EventLog {
    unsafe unlink(directory.path + "/writer.lock")
    return try LMDBEventLog(
      directory: directory.path, configuration: configuration, access: .readWrite)
  }

  /// Lets go of the log, as when its process is killed.
  func close() {
    opened.withLock { $0 = nil }
  }

  /// Lets go of segments that were archived.
  func releaseArchived() {
    opened.withLock { _ = try? $0?.releaseArchived() }
  }

  /// Opens the log again.
  func open(_ access: LMDBEventLog.Access = .readWrite) throws {
    let log = try LMDBEventLog(
      directory: directory.path, configuration: configuration, access: access)
    opened.withLock { $0 = log }
  }

  /// The path of the segment that begins at `first`.
  func file(_ first: UInt64) -> String {
    let digits = String(first)
    return directory.path + "/" + String(repeating: "0", count: 20 - digits.count) + digits
      + ".segment"
  }
}

/// A durable log of a batch a segment, archived again and again while it is used.
final class ArchivedFixture: EventLogFixture {
  private let fixture: LMDBFixture
  private let uses = Atomic(0)

  init() throws {
    fixture = try LMDBFixture(.test(segmentBytesMax: 1))
  }

  var log: any EventLog {
    let count = uses.wrappingAdd(1, ordering: .relaxed).newValue
    // Often at first, when there are few segments, and rarely when a check uses the log in a loop.
    if count <= 32 || count.isMultiple(of: 256) { archive() }
    return fixture.log
  }

  private func archive() {
    do {
      try ArchiveFixture.archive(fixture.directory.path)
    } catch let fault as LogFault where fault.code == .locked {
      // Another thread of the check is at it.
    } catch {
      fatalError("Nothing was archived: \(error)")
    }
    fixture.releaseArchived()
  }

  func reopen() throws -> Bool {
    archive()
    return try fixture.reopen()
  }

  func rival() throws -> any EventLog { try fixture.rival() }
}

extension LMDBEventLog.Configuration {
  /// Limits for tests: whatever room the disk has is enough.
  static func test(segmentBytesMax: Int = 1 << 30) -> Self {
    Self(segmentBytesMax: segmentBytesMax, mapBytes: 1 << 30, diskReserveBytes: 0)
  }
}
