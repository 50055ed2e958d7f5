import EventLog
import EventLogTesting
import Foundation
import Synchronization
import Testing

/// What happens between processes; the other process is one that the test spawns, and knows the
/// directory by the number of its parent.
@Suite(.serialized) struct ProcessTests {
  private static func directory(_ test: String, of process: Int32) -> String {
    NSTemporaryDirectory() + "finalverse-\(test)-\(process)"
  }

  private func withDirectory(
    _ test: String, _ body: (String) async throws -> Void
  ) async throws {
    let directory = Self.directory(test, of: getpid())
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await body(directory)
  }

  /// A number that is closed twice is, the second time, another thread's file.
  @Test func `a writer that is refused closes no file but its own`() async throws {
    try await withDirectory("refused") { directory in
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let lock = try DirectoryLock(directory: directory, note: "first")
      await #expect(processExitsWith: .success) {
        let directory = ProcessTests.directory("refused", of: getppid())
        let isOver = Atomic(false)
        let refused = Thread {
          for _ in 0..<200 { _ = try? DirectoryLock(directory: directory, note: "second") }
          isOver.store(true, ordering: .releasing)
        }
        refused.start()
        while !isOver.load(ordering: .acquiring) {
          let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
          guard descriptor >= 0 else { continue }
          usleep(50)
          guard fcntl(descriptor, F_GETFD) >= 0, close(descriptor) == 0 else { exit(3) }
        }
      }
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `what was appended survives the kill of the writer`() async throws {
    try await withDirectory("kill") { directory in
      await #expect(processExitsWith: .signal(SIGKILL)) {
        let log = try LMDBEventLog(
          directory: ProcessTests.directory("kill", of: getppid()),
          configuration: .test(segmentBytesMax: 64 << 10), access: .readWrite)
        for start in stride(from: 1, to: 500, by: 5) {
          try log.appendSamples((start..<start + 5).map { SampleEntry(number: $0) })
        }
        kill(getpid(), SIGKILL)
      }
      let log = try LMDBEventLog(
        directory: directory, configuration: .test(), access: .readWrite)
      #expect(try log.samples() == (1...500).map { SampleEntry(number: $0).asRead })
      #expect(try log.takeEpoch() == Epoch(2))
      #expect(try log.verify().batches == 100)
    }
  }

  @Test func `another process reads beside the writer, across segments that it adds`() async throws
  {
    try await withDirectory("read") { directory in
      let log = try LMDBEventLog(
        directory: directory, configuration: .test(segmentBytesMax: 64 << 10), access: .readWrite)
      try log.appendSamples([SampleEntry(number: 1)])
      let writing = Thread { Self.appendSlowly(to: log) }
      writing.start()
      await #expect(processExitsWith: .success) {
        let log = try LMDBEventLog(
          directory: ProcessTests.directory("read", of: getppid()), access: .readOnly)
        var (next, sizes) = (1, Set<Int>())
        let deadline = ContinuousClock.now + .seconds(60)
        while next <= 1_001, ContinuousClock.now < deadline {
          try log.read(from: Position(UInt64(next))) { entry in
            guard SampleEntry(entry) == SampleEntry(number: next).asRead else { exit(3) }
            next += 1
            return .proceed
          }
          sizes.insert(try log.summary().segments.count)
          usleep(1_000)
        }
        try #require(sizes.count > 2)
        try #require(try log.verify().entries == 1_001)
      }
      // The reader has gone, and the writer goes on.
      while !writing.isFinished { usleep(1_000) }
      try log.appendSamples([SampleEntry(number: 1_002)])
    }
  }

  /// Appends a thousand entries in about two seconds, on a thread of its own: a test that waits for
  /// another process holds one of the few that tasks share.
  private static func appendSlowly(to log: LMDBEventLog) {
    for start in stride(from: 2, to: 1_002, by: 10) {
      #expect(throws: Never.self) {
        try log.appendSamples((start..<start + 10).map { SampleEntry(number: $0) })
      }
      usleep(20_000)
    }
  }
}
