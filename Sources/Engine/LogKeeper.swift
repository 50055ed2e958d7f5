import Dispatch
package import EventLog
import Foundation
import Glibc
import Synchronization

/// What the keeper of the log did, or could not do.
package enum LogReport: Sendable {
  /// A segment was archived, in so long a time.
  case archived(LogArchiving.Outcome, Duration)
  /// A segment was not archived; it stays as it is, and is tried again.
  case failed(LogFault)
}

/// Archives sealed segments once they are old enough, and notices what other processes archive and remove, on a
/// thread of its own and of low priority.
///
/// It takes nothing from the committer but what the disk and the processor have to spare: the log's files
/// that it reads never change, and no lock of the log is held meanwhile. All operations are thread-safe.
final class LogKeeper: Sendable {
  /// How often it looks, in seconds.
  private static let interval = 5
  /// As `nice` has it: 0 is as everybody, 19 the least.
  private static let niceness: Int32 = 15

  private let log: LMDBEventLog
  private let reach: LogReach
  private let configuration: EngineConfiguration
  private let isStopping = Atomic(false)
  private let stopping = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let lastFault = Mutex<String?>(nil)

  /// A keeper of a log that this process writes.
  ///
  /// - Parameter reach: Told how far back the log reaches.
  init(_ log: LMDBEventLog, reach: LogReach, configuration: EngineConfiguration) {
    self.log = log
    self.reach = reach
    self.configuration = configuration
  }

  /// Begins the thread.
  ///
  /// Once.
  func start() {
    let thread = Thread { [self] in
      // Of this thread alone, on Linux. That it cannot be is no reason not to archive.
      _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, Self.niceness)
      repeat {
        keep()
      } while stopping.wait(timeout: .now() + .seconds(Self.interval)) == .timedOut
      ended.signal()
    }
    thread.name = "fv-keeper"
    thread.start()
  }

  /// Ends the thread, and returns when it has ended; what it was at is given up, and nothing is changed by it.
  func stop() {
    isStopping.store(true, ordering: .relaxed)
    stopping.signal()
    ended.wait()
  }

  /// Archives what is old enough; says what came of it.
  private func keep() {
    do throws(LogFault) {
      reach.begins(at: try log.releaseArchived())
      guard let age = configuration.archiveAfter else { return }
      let latest = Timestamp(microseconds: configuration.clock.now().microseconds - age)
      let due = try log.sealedSegments().prefix { $0.lastTime <= latest }
      guard !due.isEmpty else { return }
      let archiving = try LogArchiving(of: log, note: "finalverse serve")
      for segment in due {
        guard try archive(segment.first, archiving) else { break }
      }
      lastFault.withLock { $0 = nil }
    } catch {
      // A command that is at it just now does the same.
      guard error.code != .locked else { return }
      let isNew = lastFault.withLock { last in
        defer { last = error.message }
        return last != error.message
      }
      if isNew { configuration.onLogReport(.failed(error)) }
    }
  }

  /// Archives a segment; false when told to stop.
  private func archive(
    _ first: Position, _ archiving: LogArchiving
  ) throws(LogFault) -> Bool {
    let start = ContinuousClock.now
    let outcome = try archiving.archive(
      first, leaving: Engine.roomReserve, pace: .gentle
    ) { _, _ in
      isStopping.load(ordering: .relaxed) ? .stop : .proceed
    }
    guard let outcome else { return false }
    configuration.onLogReport(.archived(outcome, ContinuousClock.now - start))
    return true
  }
}
