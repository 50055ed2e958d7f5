package import EventLog
import Schema
package import World

/// The engine without its threads: whoever owns it takes each of its steps, in the order and at the time
/// of its own choosing.
///
/// It is made of what ``Engine`` is made of: the same core, the same recovery, the same steps of a commit.
/// What is left out is what threads need: the inbox, waking, and the writers of images. With a clock, a log
/// and texts that are given, a run depends on nothing but the order of the calls, so that it can be repeated.
///
/// After any ``EngineFault`` the engine has ended, as the process would have.
package struct SteppedEngine: ~Copyable {
  /// How many jobs fire in one go.
  private static let firingsAtOnce = 256

  private var core: EngineCore
  private let steps: BatchCommit
  private let room: StorageRoom
  private var underWay: SealedBatch?

  /// Opens an engine on a log: takes the next term, folds what `world` has not seen, closes what a crash
  /// left open; founds a world where there is none.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - world: What images held; empty when there are none.
  ///   - seen: How far each projection of `world` has been folded.
  ///   - outlets: How many outlets replies go to.
  ///   - configuration: The rest.
  /// - Throws: ``EventLog/LogFault``, ``EngineFault``, or what the configuration's texts throw.
  package init(
    _ log: any EventLog, world: consuming World = World(), seen: FoldedThrough = FoldedThrough(),
    outlets: Int, configuration: EngineConfiguration
  ) throws {
    let epoch = try log.takeEpoch()
    let recovered = try Recovery.recover(
      log, epoch: epoch, world: world, seen: seen, configuration: configuration)
    let texts = try configuration.texts()
    var core = try EngineCore.open(
      recovered, log: log, texts: texts, configuration: configuration)
    core.attach(outlets: outlets)
    self.core = core
    steps = BatchCommit(log: log, texts: texts, epoch: epoch)
    room = configuration.room
  }

  // MARK: The engine's steps

  /// Looks at the disk's room, and refuses commands from here on, or takes them again.
  package mutating func checkRoom() {
    core.refusal = room.isShort() ? .diskFull : nil
  }

  /// Deals with what came from outside.
  package mutating func handle(_ inbound: Inbound) {
    core.handle(inbound)
  }

  /// Fires what is due, as much as the engine does in one go.
  ///
  /// - Throws: ``EngineFault``
  package mutating func fireDue() throws(EngineFault) {
    try core.fireDue(limit: Self.firingsAtOnce)
  }

  /// Seals the open batch, and lets it be committed, unless one is under way or there is nothing to do.
  package mutating func handOver() {
    guard underWay == nil, core.hasWork else { return }
    underWay = core.seal()
  }

  /// Ends every session, as when the server is stopped.
  package mutating func closeAllSessions() {
    core.closeAllSessions(end: .serverStopped)
  }

  // MARK: The steps of a commit

  /// The entries that are being committed; nil when no batch is under way.
  package var entriesUnderWay: EntryBatch? { underWay?.entries }

  /// Makes the texts of the batch under way durable.
  ///
  /// - Throws: ``EngineFault``
  package func keepTexts() throws(EngineFault) {
    guard let underWay else { return }
    try steps.keepTexts(of: underWay)
  }

  /// Makes the entries of the batch under way durable.
  ///
  /// - Throws: ``EngineFault``
  package func append() throws(EngineFault) {
    guard let underWay else { return }
    try steps.append(underWay)
  }

  /// What the batch under way brings to each outlet; from here on no batch is under way.
  ///
  /// - Throws: ``EngineFault``
  package mutating func takeDeliveries() throws(EngineFault) -> [Delivery?] {
    guard let batch = underWay.take() else { return [] }
    return try steps.deliveries(of: batch)
  }

  // MARK: Looking at it

  /// Whether there is anything to commit or to tell.
  package var hasWork: Bool { core.hasWork || underWay != nil }

  /// The last entry decided; what is durable may be up to two batches behind.
  package var position: Position { core.open.entries.lastPosition }

  /// When the next job is due; nil when none is.
  package var nextDue: Timestamp? { core.nextDue }

  /// Lends the world after the last entry decided.
  package func look<Result>(_ body: (borrowing World) -> Result) -> Result {
    body(core.world)
  }

  /// Visits every projection, to take changes or to digest.
  ///
  /// Between two batches alone: else what is visited is no state that the log comes to.
  package mutating func visitProjections<Visitor: ProjectionVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    precondition(core.isBetweenBatches, "projections are visited between two batches")
    try core.visitProjections(&visitor)
  }

  /// Whether projections can be visited.
  package var isBetweenBatches: Bool { core.isBetweenBatches }
}
