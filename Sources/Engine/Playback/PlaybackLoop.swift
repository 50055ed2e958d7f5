import EventLog
import Foundation
import Synchronization
import World

/// The thread of a playback: waits until an entry's time has come, folds it, and shows it.
///
/// It is to a recording what ``EngineLoop`` is to a world, without anything to decide or to make
/// durable: all that it shows is in the recording already.
// SAFETY: the variables are touched only before `start`, and then only by the thread that it begins;
// what other threads use is Sendable by itself.
final class PlaybackLoop: @unchecked Sendable {
  /// How many entries are shown at once.
  private static let entriesAtOnce = 512
  /// About how many bytes of entries are shown at once: a part of what may wait for a connection.
  private static let bytesAtOnce = 1 << 15
  /// The longest sleep, in microseconds.
  private static let pauseMax: Int64 = 60_000_000
  /// How long those who watch may take to read what is left at the end, in microseconds.
  private static let endingMax: Int64 = 60_000_000

  private var core: EngineCore
  private var entries: RecordedEntries
  private let options: PlaybackOptions
  private let recordingClock: ManualClock
  /// Gives the recording once more; nil when it is played once.
  private let again: (@Sendable () throws -> Recording)?
  private let inbox: Inbox
  private let publish: @Sendable (PlaybackStatus) -> Void
  private var outlets: [any Outlet] = []

  /// When the entry was made that comes next; nil when there is none.
  private var nextTime: Timestamp?
  /// Nil until enough watch.
  private var pace: PlaybackPace?
  /// The clock's reading when the last entry had been shown; nil before.
  private var endedAt: Timestamp?
  /// How many outlets' connections have not read what was shown last.
  private let unread = Atomic(0)

  init(
    core: consuming EngineCore, entries: RecordedEntries, recordingClock: ManualClock,
    options: PlaybackOptions, again: (@Sendable () throws -> Recording)?, inbox: Inbox,
    publish: @escaping @Sendable (PlaybackStatus) -> Void
  ) {
    self.core = core
    self.entries = entries
    self.recordingClock = recordingClock
    self.options = options
    self.again = again
    self.inbox = inbox
    self.publish = publish
  }

  /// Begins the thread; `onEnd` is called on it at its end, with why it ended before the recording
  /// did.
  ///
  /// Once.
  func start(outlets: [any Outlet], onEnd: @escaping @Sendable ((any Error)?) -> Void) {
    self.outlets = outlets
    core.attach(outlets: outlets.count)
    let thread = Thread { [self] in
      do {
        try run()
        onEnd(nil)
      } catch {
        onEnd(error)
      }
      inbox.close()
    }
    thread.name = "fv-playback"
    thread.start()
  }

  private func run() throws {
    try playOnce()
    while let again, !inbox.isClosed {
      try returnToStart(again())
      try playOnce()
    }
  }

  /// Stands before the first entry once more.
  ///
  /// Everybody who watched has been told goodbye, so that no client sees positions go back.
  private func returnToStart(_ recording: consuming Recording) throws {
    entries = recording.entries
    recordingClock.set(recording.time)
    core = EngineCore(playing: recording, clock: recordingClock)
    core.attach(outlets: outlets.count)
    (pace, endedAt) = (nil, nil)
  }

  private func playOnce() throws {
    nextTime = try entries.nextTime()
    beginIfAwaited()
    publish(status)
    while !inbox.isClosed, !hasFinished {
      inbox.sleep(microseconds: pause()) { inbox.isClosed || isDue }
      for inbound in inbox.takeAll() {
        core.show(inbound, guest: options.guest)
        if endedAt != nil, case .open = inbound { core.tellEnd() }
      }
      try play()
      deliver()
      beginIfAwaited()
      publish(status)
    }
  }

  /// Shows the entries whose time has come.
  private func play() throws {
    guard let pace, endedAt == nil, hasRoom else { return }
    let moment = pace.moment(at: options.clock.now())
    var count = 0
    while unread.load(ordering: .acquiring) == 0, let time = nextTime, time <= moment ?? time,
      count < Self.entriesAtOnce, core.open.entries.bytes.count < Self.bytesAtOnce
    {
      try entries.take { entry throws(EngineFault) in try core.take(stored: entry) }
      recordingClock.set(time)
      nextTime = try entries.nextTime()
      count += 1
    }
    if let moment, nextTime != nil { recordingClock.set(max(recordingClock.now(), moment)) }
    guard nextTime == nil else { return }
    deliver()
    endedAt = options.clock.now()
    core.tellEnd()
  }

  /// Hands out what there is to be told.
  private func deliver() {
    guard core.hasWork else { return }
    let sealed = core.seal()
    for (outlet, delivery) in zip(outlets, sealed.deliveries) {
      if let delivery { outlet.deliver(delivery) }
    }
    guard options.speed == .unbounded, !sealed.entries.isEmpty else { return }
    unread.store(outlets.count, ordering: .releasing)
    for outlet in outlets {
      outlet.whenRead { [self] in
        if unread.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { inbox.wake() }
      }
    }
  }

  private func beginIfAwaited() {
    guard pace == nil, core.watchers.connectionCount >= options.viewersAwaited else { return }
    pace = PlaybackPace(
      speed: options.speed, start: nextTime ?? recordingClock.now(), began: options.clock.now())
  }

  /// Whether every outlet takes more; one that does not wakes the thread when it does again.
  private var hasRoom: Bool { outlets.allSatisfy(\.hasRoom) }

  /// Whether an entry's time has come, and it may be shown.
  private var isDue: Bool {
    guard let pace, endedAt == nil, hasRoom, unread.load(ordering: .acquiring) == 0
    else { return false }
    guard let nextTime, let moment = pace.moment(at: options.clock.now()) else { return true }
    return nextTime <= moment
  }

  /// How long there is nothing to do unless something comes, in microseconds; nil for ever.
  private func pause() -> Int64? {
    guard endedAt == nil else { return 1_000_000 }
    guard let pace, let nextTime, hasRoom else { return nil }
    if options.speed == .unbounded { return nil }
    return min(Self.pauseMax, pace.wait(for: nextTime, at: options.clock.now()))
  }

  /// Whether it is over, and everybody has gone who watched or has had the time to.
  private var hasFinished: Bool {
    guard let endedAt else { return false }
    return core.viewers.isEmpty
      || options.clock.now().microseconds - endedAt.microseconds > Self.endingMax
  }

  private var status: PlaybackStatus {
    PlaybackStatus(
      position: core.open.entries.lastPosition, time: recordingClock.now(),
      viewers: core.viewers.count, topics: core.watchers.topicCount, hasBegun: pace != nil)
  }
}
