import EventLog
import Schema
import SwiftProtobuf
import World

/// A world as the log has it, and where the log ends.
struct RecoveredWorld: ~Copyable {
  var world: World
  let epoch: Epoch
  let lastPosition: Position
  let lastTime: Timestamp
  /// How far back the log reaches, and so from where a client can resume.
  let reach: LogReach
}

/// Brings a world to the end of its log, or begins one.
enum Recovery {
  /// Folds what the images have not seen; founds the world when the log is empty.
  ///
  /// - Parameters:
  ///   - log: The log, whose epoch has been taken.
  ///   - epoch: The term taken.
  ///   - world: What the images held.
  ///   - seen: How far each image had been folded.
  /// - Throws: ``EventLog/LogFault`` or ``EngineFault``.
  static func recover(
    _ log: any EventLog, epoch: Epoch, world: consuming World, seen: FoldedThrough,
    configuration: EngineConfiguration
  ) throws -> RecoveredWorld {
    var world = world
    if try log.summary().isEmpty {
      try found(log, epoch: epoch, configuration: configuration)
    }
    let summary = try log.summary()
    let tail = seen.lowest().distance(to: summary.lastPosition)
    if tail > 0 {
      let entries = tail == 1 ? "entry" : "entries"
      configuration.onProgress("folding \(tail) \(entries) after the images' checkpoints")
    }
    try LogFolder.fold(log, into: &world, after: seen) { progress in
      configuration.onProgress("folded to position \(progress.position) of \(progress.last)")
    }
    return RecoveredWorld(
      world: world, epoch: epoch, lastPosition: summary.lastPosition,
      lastTime: summary.lastTime ?? Timestamp(microseconds: 0),
      reach: LogReach(after: summary.firstPosition.advanced(by: -1)))
  }

  /// Appends the world file's events: the first entries of the log, all in one batch.
  private static func found(
    _ log: any EventLog, epoch: Epoch, configuration: EngineConfiguration
  ) throws {
    var file = try configuration.worldFile()
    if file.seed == 0 { file.seed = UInt64.random(in: 1...UInt64.max) }
    let decisions: [Decision]
    do {
      decisions = try Founding.entries(for: file, seed: file.seed)
    } catch {
      throw EngineFault(
        .worldFile, "The world file cannot be used. Correct it and start again.", cause: error)
    }
    let now = configuration.clock.now()
    var batch = EntryBatch(after: .zero, epoch: epoch)
    for decision in decisions {
      var writer = WireWriter()
      writer.append(payload: decision.events)
      try batch.append(
        time: now, actor: .operator, commandID: .none,
        kinds: decision.events.compactMap(\.kind), payload: writer.bytes)
    }
    try log.require(batch, epoch: epoch)
    configuration.onProgress("founded \(file.name) with \(batch.count) entries")
  }
}

extension EventLog {
  /// Makes a batch durable, or throws why it is not.
  func require(_ batch: EntryBatch, epoch: Epoch) throws(EngineFault) {
    let result = append(batch, epoch: epoch, expected: batch.previousPosition)
    if let fault = EngineFault(result, of: batch, epoch: epoch) { throw fault }
  }
}

extension EngineCore {
  /// Takes over a recovered world, and ends what a crash left half done: texts of a batch that was never
  /// appended, and sessions.
  ///
  /// - Throws: ``EngineFault``, or what the store of texts throws.
  static func open(
    _ recovered: consuming RecoveredWorld, log: any EventLog, texts: any TextStore,
    configuration: EngineConfiguration
  ) throws -> EngineCore {
    try texts.take(recovered.epoch, after: recovered.lastPosition)
    var core = EngineCore(recovered, clock: configuration.clock)
    let left = try core.closeSessionsLeftOpen(in: log)
    if left > 0 {
      let sessions = left == 1 ? "session" : "sessions"
      configuration.onProgress("closed \(left) \(sessions) that the last server left open")
    }
    return core
  }

  /// Ends the sessions that a crash left open, as of the last entry's time, and makes that durable.
  ///
  /// - Returns: how many there were.
  mutating func closeSessionsLeftOpen(in log: any EventLog) throws(EngineFault) -> Int {
    let left = world.presence.connectedPlayers()
    for player in left {
      guard let session = world.presence.session(of: player) else { continue }
      enter(
        .closeSession(session, player: player, end: .serverCrashed), by: .scheduler,
        at: timeOfLastEntry)
    }
    if hasWork { try log.require(seal().entries, epoch: epoch) }
    return left.count
  }
}
