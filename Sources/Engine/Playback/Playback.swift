package import EventLog
package import Metrics
import Schema
import Synchronization
package import World

/// How a recording is played.
package struct PlaybackOptions: Sendable {
  /// How fast.
  package var speed = PlaybackSpeed.times(1)
  /// How many must be watching something before the first entry is shown; 0 for nobody.
  package var viewersAwaited = 1
  /// As whom those watch who sign in as guests; number 0 stands for nobody in particular.
  package var guest = PlayerID(UInt64(0))
  /// What the speed is measured by.
  package var clock: any Clock = SteadyClock()
  /// Requests that may wait; more are refused.
  package var inboxCapacity = 65_536

  /// The defaults.
  package init() {}
}

/// How far a playback has come.
package struct PlaybackStatus: Sendable, Hashable {
  /// The entry that was shown last, or the one before the first.
  package var position: Position
  /// The moment of the recording.
  package var time: Timestamp
  /// Connections that are signed in.
  package var viewers: Int
  /// Topics that somebody watches.
  package var topics: Int
  /// Whether enough have been watching to begin.
  package var hasBegun: Bool
}

/// Plays a recording to whoever watches, as if what it holds happened now.
///
/// Those who watch see through the eyes of a player, an operator or nobody in particular: the same
/// states, pushes and answers as they would have been given then. What they command is refused with
/// `read_only`. At the end they are told that it is over. All operations are thread-safe.
package final class Playback: Sendable {
  /// The entries, for reading beside the playback, on other threads.
  package let entries: any EntryReader
  /// The regions.
  package let grid: Grid
  /// The world's name.
  package let worldName: String
  /// The last entry that will be shown.
  package let last: Position

  private let inbox: Inbox
  private let loop: PlaybackLoop
  private let latest: Latest<PlaybackStatus>
  private let lifecycle = Mutex(Lifecycle())

  private struct Lifecycle {
    var outlets: [any Outlet] = []
    var isStarted = false
    var outcome: Result<Void, any Error>?
    var waiters: [CheckedContinuation<Void, any Error>] = []
  }

  /// A playback that stands before its first entry.
  ///
  /// - Parameters:
  ///   - recording: What is played.
  ///   - options: How.
  ///   - again: Gives the same once more, when it is over and everybody has gone who watched: then it begins
  ///     again for those who come. Nil: it ends. Called on the playback's thread.
  package init(
    _ recording: consuming Recording, options: PlaybackOptions,
    again: (@Sendable () throws -> Recording)? = nil
  ) {
    let (reader, position, time) = (recording.reader, recording.position, recording.time)
    let (last, entries) = (recording.last, recording.entries)
    let recordingClock = ManualClock(time)
    let core = EngineCore(playing: recording, clock: recordingClock)
    self.entries = reader
    grid = core.grid
    worldName = core.world.regions.world.name
    self.last = last
    let inbox = Inbox(capacity: options.inboxCapacity)
    self.inbox = inbox
    let latest = Latest(
      PlaybackStatus(position: position, time: time, viewers: 0, topics: 0, hasBegun: false))
    self.latest = latest
    loop = PlaybackLoop(
      core: core, entries: entries, recordingClock: recordingClock, options: options, again: again,
      inbox: inbox, publish: latest.set)
  }

  /// Adds a way to connections.
  ///
  /// Before ``start()``.
  ///
  /// - Returns: the number by which ``Connection`` names it.
  package func addOutlet(_ outlet: any Outlet) -> Int {
    lifecycle.withLock { lifecycle in
      precondition(!lifecycle.isStarted, "outlets are added before a playback starts")
      lifecycle.outlets.append(outlet)
      return lifecycle.outlets.count - 1
    }
  }

  /// Starts to play, or to wait for those who watch.
  ///
  /// Once.
  package func start() {
    let outlets = lifecycle.withLock { lifecycle in
      precondition(!lifecycle.isStarted, "a playback starts once")
      lifecycle.isStarted = true
      return lifecycle.outlets
    }
    loop.start(outlets: outlets) { [self] error in end(error) }
  }

  /// Hands over what came from somebody who watches.
  ///
  /// - Returns: false when too much waits, or the playback has ended; then nothing was taken.
  package func submit(_ inbound: Inbound) -> Bool { inbox.put(inbound) }

  /// Sees that what was handed over is dealt with, and the clock looked at.
  package func wake() { inbox.wake() }

  /// How far it has come.
  package var status: PlaybackStatus { latest.value }

  /// Ends it where it is.
  package func stop() { inbox.close() }

  /// Waits until the end: everything has been shown and everybody has gone, or it was stopped.
  ///
  /// - Throws: What the reader throws, or ``EngineFault`` of code `damaged`, when the recording
  ///   could not be read to its end; what gives it once more throws.
  package func finish() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let outcome = lifecycle.withLock { lifecycle in
        if lifecycle.outcome == nil { lifecycle.waiters.append(continuation) }
        return lifecycle.outcome
      }
      if let outcome { continuation.resume(with: outcome) }
    }
  }

  /// On the playback's thread, at its end.
  private func end(_ error: (any Error)?) {
    let outcome: Result<Void, any Error> = error.map { .failure($0) } ?? .success(())
    let waiters = lifecycle.withLock { lifecycle in
      lifecycle.outcome = outcome
      defer { lifecycle.waiters = [] }
      return lifecycle.waiters
    }
    for waiter in waiters { waiter.resume(with: outcome) }
  }

  /// Writes what can be told of the playback while it runs.
  package func addMetrics(to text: inout MetricsText) {
    let status = self.status
    text.gauge(
      "finalverse_log_position", "The position of the entry that was shown last.",
      status.position.rawValue)
    text.gauge("finalverse_sessions", "Connections that are signed in.", status.viewers)
    text.gauge("finalverse_topics", "Topics that somebody watches.", status.topics)
  }
}
