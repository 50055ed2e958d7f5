import EventLog
import Foundation
import Schema
import World

/// The engine's thread: waits, lets the core work, and hands its batches over.
///
/// It owns the core and with it the world; nothing else touches them once it runs.
// SAFETY: the variables are touched only before `start`, and then only by the thread that it begins;
// what other threads use is Sendable by itself.
final class EngineLoop: @unchecked Sendable {
  /// How many requests are dealt with at most before an idle committer is given what there is.
  private static let requestsBetweenHandOvers = 1_024
  /// How many jobs fire in one go, so that a long downtime's worth of them does not hold up
  /// commands.
  private static let firingsAtOnce = 256
  /// How often the disk's room is looked at, in microseconds.
  private static let roomCheckInterval: Int64 = 100_000

  private var core: EngineCore
  private let clock: any Clock
  private let inbox: Inbox
  private let images: ImageKeeper?
  private let room: StorageRoom
  private let publish: @Sendable (EngineStatus) -> Void
  private let onFault: @Sendable (EngineFault) -> Void

  private var roomCheckedAt = Timestamp(microseconds: 0)

  init(
    core: consuming EngineCore, clock: any Clock, inbox: Inbox, images: ImageKeeper?,
    room: StorageRoom, publish: @escaping @Sendable (EngineStatus) -> Void,
    onFault: @escaping @Sendable (EngineFault) -> Void
  ) {
    self.core = core
    self.clock = clock
    self.inbox = inbox
    self.images = images
    self.room = room
    self.publish = publish
    self.onFault = onFault
  }

  /// Begins the thread; `onEnd` is called on it at its end.
  ///
  /// Once.
  ///
  /// - Parameter outlets: how many outlets the committer delivers to.
  func start(
    with committer: Committer, outlets: Int, onEnd: @escaping @Sendable () -> Void
  ) {
    core.attach(outlets: outlets)
    let thread = Thread { [self] in
      run(committer)
      onEnd()
    }
    thread.name = "fv-engine"
    thread.start()
  }

  private func run(_ committer: Committer) {
    while !inbox.isAbandoned {
      inbox.sleep(microseconds: pause()) {
        inbox.isClosed || committer.isReady && core.hasWork
      }
      let start = ContinuousClock.now
      do throws(EngineFault) {
        try work(committer)
      } catch {
        inbox.abandon()
        onFault(error)
        return
      }
      core.counts.countWork(ContinuousClock.now - start)
      if inbox.isClosed { return finish(committer) }
    }
  }

  private func work(_ committer: Committer) throws(EngineFault) {
    checkRoom()
    var handled = 0
    for inbound in inbox.takeAll() {
      core.handle(inbound)
      handled += inbound.weight
      if handled >= Self.requestsBetweenHandOvers {
        handled = 0
        handOver(to: committer)
      }
    }
    try core.fireDue(limit: Self.firingsAtOnce)
    handOver(to: committer)
  }

  /// Gives the committer what there is, if it is free and what comes of it can be delivered.
  private func handOver(to committer: Committer) {
    guard committer.isReady else { return }
    if core.hasWork {
      committer.commit(core.seal())
    }
    if core.isBetweenBatches {
      images?.take(from: &core, at: clock.now())
    }
    publish(core.status(queued: inbox.weight))
  }

  /// How long there is nothing to do unless something comes, in microseconds; nil for ever.
  private func pause() -> Int64? {
    let now = clock.now()
    let due = core.nextDue.map { max(0, $0.microseconds - now.microseconds) }
    let image = images?.pause(from: now, position: core.open.entries.lastPosition)
    let room = core.refusal == nil ? nil : Self.roomCheckInterval
    return [due, image, room].compactMap(\.self).min()
  }

  private func checkRoom() {
    let now = clock.now()
    guard abs(now.microseconds - roomCheckedAt.microseconds) >= Self.roomCheckInterval else {
      return
    }
    roomCheckedAt = now
    core.refusal = room.isShort() ? .diskFull : nil
  }

  /// Ends every session, and sees that all is durable and in the images.
  private func finish(_ committer: Committer) {
    for inbound in inbox.takeAll() { core.handle(inbound) }
    core.closeAllSessions(end: .serverStopped)
    wait(for: committer)
    if core.hasWork, committer.isIdle { committer.commit(core.seal()) }
    wait(for: committer)
    guard !inbox.isAbandoned else { return }
    images?.flush(from: &core)
    publish(core.status(queued: 0))
  }

  private func wait(for committer: Committer) {
    while !committer.isIdle && !inbox.isAbandoned {
      inbox.sleep(microseconds: nil) { committer.isIdle || inbox.isAbandoned }
    }
  }
}
