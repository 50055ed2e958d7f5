import Engine
import EventLog
import EventLogTesting
import Schema
import World

extension Simulation {
  /// Takes one step.
  ///
  /// - Throws: ``Breach``, the first promise that is found not to hold; the simulation is over then.
  mutating func apply(_ step: Step) throws(Breach) {
    switch step {
    case .connect(let client): connect(client)
    case .lose(let client): hangUp(client)
    case .vanish(let client): vanish(client)
    case .leave(let client): leave(client)
    case .send(let client, let name, let seed): send(name, Draw(seed: seed), by: client)
    case .resend(let client, let seed): resend(Draw(seed: seed), by: client)
    case .ask(let client, let seed): ask(Draw(seed: seed), by: client)
    case .watch(let client, let seed): watch(Draw(seed: seed), by: client)
    case .unwatch(let client, let seed): unwatch(Draw(seed: seed), by: client)
    case .idle(let client, let isIdle): report(client, isIdle: isIdle)
    case .read(let client, let count): try read(client, count: count)
    case .catchUp(let client, let pieces): try catchUp(client, pieces: min(pieces, 1_000))
    case .pass(let microseconds): clock.advance(by: max(0, microseconds))
    case .jump(let microseconds):
      clock.advance(by: microseconds)
      tally.count(.clockJump)
    case .fill(let isFull):
      if isFull, !storage.isFull { tally.count(.diskFull) }
      storage.isFull = isFull
    case .work: try work()
    case .commit(let fate): try commit(fate)
    case .takeImages: images.take(from: &engine)
    case .writeImage: try writeImage()
    case .crash:
      tally.count(.crash)
      try restart()
    case .restart: try stop()
    case .compare: try compare()
    }
  }

  /// Fires what is due, and hands the open batch over.
  mutating func work() throws(Breach) {
    engine.checkRoom()
    do throws(EngineFault) {
      try engine.fireDue()
    } catch {
      throw Breach(.running, "The engine ended by itself: \(error)")
    }
    engine.handOver()
  }

  private mutating func writeImage() throws(Breach) {
    do {
      try images.writeNext(durable: durable)
    } catch {
      throw Breach(.history, "An image cannot be written: \(error)")
    }
  }

  /// Commits the batch under way, or lets it meet its fate.
  mutating func commit(_ fate: CommitFate) throws(Breach) {
    guard let batch = engine.entriesUnderWay else { return }
    do throws(EngineFault) {
      switch fate {
      case .textsRefused: storage.texts.plan(.refused)
      case .textsUnknown: storage.texts.plan(.unknown)
      case .refused:
        log.plan(.refuse(LogFault(code: .diskFull, message: "The disk is full, as planned.")))
      case .unknownNotStored: log.plan(.unknownBeforeWrite)
      case .unknownStored: log.plan(machine.storedUnknown)
      case .durable, .crashBeforeAppend, .crashBeforeDelivery, .crashAfterDelivery: break
      }
      try engine.keepTexts()
      if fate != .crashBeforeAppend { try engine.append() }
    } catch {
      guard fate.isFault else {
        throw Breach(.running, "The engine ended by itself: \(error)")
      }
      tally.count(fate)
      return try restart(mayHave: batch)
    }
    if fate == .crashBeforeAppend || fate == .crashBeforeDelivery {
      tally.count(fate)
      return try restart(mayHave: fate == .crashBeforeDelivery ? batch : nil)
    }
    log.forgetPlan()
    storage.texts.plan(nil)
    if !batch.isEmpty { try chronicle(batch) }
    tally.batches += 1
    try tell()
    if fate == .crashAfterDelivery {
      tally.count(fate)
      return try restart()
    }
    try checkAfterBatch()
  }

  /// Stops the server in good order, and starts it again.
  private mutating func stop() throws(Breach) {
    engine.closeAllSessions()
    try settle()
    tally.count(.restart)
    try restart()
  }

  /// Commits and tells all there is to commit and to tell.
  mutating func settle() throws(Breach) {
    // A job that falls due at once is fired at once; a few rounds are as many as there are batches.
    for _ in 0..<10_000 {
      guard engine.hasWork else { return }
      try work()
      try commit(.durable)
    }
    throw Breach(.running, "The engine does not come to rest.")
  }
}

extension CommitFate {
  /// Whether the engine itself ends by it, rather than the process around it.
  var isFault: Bool {
    switch self {
    case .textsRefused, .textsUnknown, .refused, .unknownNotStored, .unknownStored: true
    case .durable, .crashBeforeAppend, .crashBeforeDelivery, .crashAfterDelivery: false
    }
  }
}
