package import EventLog
package import Schema
import Synchronization
package import World

/// The single writer: takes what clients ask for, and tells them what became of it once it is
/// durable.
///
/// All operations are thread-safe.
package final class Engine: Sendable {
  /// The log, for reading beside the engine, on other threads.
  package let log: any EventLog
  /// The texts that go with entries, for reading beside the engine, on other threads.
  package let texts: any TextStore
  /// The regions; fixed at the founding.
  package let grid: Grid
  /// The number that tells this log from every other.
  package let logID: LogID
  /// The world's name.
  package let worldName: String
  /// The world's rules; fixed at the founding.
  package let rules: WorldRules
  /// The number of the first player who comes new after the engine was opened.
  package let nextPlayer: PlayerID

  let configuration: EngineConfiguration
  let inbox: Inbox
  let images: ImageKeeper?
  let counts: EngineCounts
  let commitCounts = CommitCounts()
  private let keeper: LogKeeper?
  private let epoch: Epoch
  private let loop: EngineLoop
  private let latestStatus: Latest<EngineStatus>
  private let lifecycle = Mutex(Lifecycle())

  private struct Lifecycle {
    var outlets: [any Outlet] = []
    var committer: Committer?
    var isEnded = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// An engine that stands at the end of a recovered log.
  init(
    core: consuming EngineCore, log: any EventLog, texts: any TextStore, logID: LogID,
    images: ImageKeeper?, keeper: LogKeeper?, configuration: EngineConfiguration
  ) {
    self.log = log
    self.texts = texts
    self.logID = logID
    self.configuration = configuration
    grid = core.grid
    worldName = core.world.regions.world.name
    rules = core.world.regions.rules
    nextPlayer = core.world.players.next
    epoch = core.epoch
    counts = core.counts
    let status = core.status(queued: 0)
    let inbox = Inbox(capacity: configuration.inboxCapacity)
    let latestStatus = Latest(status)
    self.inbox = inbox
    self.latestStatus = latestStatus
    self.images = images
    self.keeper = keeper
    loop = EngineLoop(
      core: core, clock: configuration.clock, inbox: inbox, images: images,
      room: configuration.room, publish: latestStatus.set, onFault: configuration.onFault)
  }

  /// Adds a way to connections.
  ///
  /// Before ``start()``.
  ///
  /// - Returns: the number by which ``Connection`` names it.
  package func addOutlet(_ outlet: any Outlet) -> Int {
    lifecycle.withLock { lifecycle in
      precondition(lifecycle.committer == nil, "outlets are added before the engine starts")
      lifecycle.outlets.append(outlet)
      return lifecycle.outlets.count - 1
    }
  }

  /// Starts the engine's threads.
  ///
  /// Once.
  package func start() {
    lifecycle.withLock { lifecycle in
      precondition(lifecycle.committer == nil, "an engine starts once")
      let committer = Committer(
        BatchCommit(log: log, texts: texts, epoch: epoch), outlets: lifecycle.outlets,
        counts: commitCounts
      ) { [inbox, images, configuration] outcome in
        switch outcome {
        case .durable(let position):
          images?.durable(through: position)
          inbox.wake()
        case .failed(let fault):
          inbox.abandon()
          configuration.onFault(fault)
        }
      }
      lifecycle.committer = committer
      committer.start()
      keeper?.start()
      loop.start(with: committer, outlets: lifecycle.outlets.count) { [self] in end(committer) }
    }
  }

  /// Hands over what came; a sleeping engine sleeps on until ``wake()``.
  ///
  /// - Returns: false when the inbox is full or the engine has ended; then nothing was taken. The
  ///   end of a session is always taken while the engine runs.
  package func submit(_ inbound: Inbound) -> Bool {
    inbox.put(inbound)
  }

  /// Sees that what was handed over is dealt with.
  ///
  /// Waking a thread costs more than a command, so whoever hands over much does it once.
  package func wake() {
    inbox.wake()
  }

  /// How the engine is doing.
  package var status: EngineStatus {
    latestStatus.value
  }

  /// Ends every session, waits until all is durable and in the images, and ends the threads.
  ///
  /// Every call returns when the engine has ended; the first makes it end.
  package func stop() async {
    inbox.close()
    await withCheckedContinuation { continuation in
      let hasEnded = lifecycle.withLock { lifecycle in
        if lifecycle.isEnded || lifecycle.committer == nil { return true }
        lifecycle.waiters.append(continuation)
        return false
      }
      if hasEnded { continuation.resume() }
    }
  }

  /// On the engine's thread, at its end.
  private func end(_ committer: Committer) {
    if !inbox.isAbandoned { committer.stop() }
    keeper?.stop()
    let waiters = lifecycle.withLock { lifecycle in
      lifecycle.isEnded = true
      defer { lifecycle.waiters = [] }
      return lifecycle.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
