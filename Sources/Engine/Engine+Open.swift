package import EventLog
import World

extension Engine {
  /// Opens an engine on a log alone: every start folds all of it.
  ///
  /// For tests, and for logs that are not on a disk.
  ///
  /// - Throws: ``EventLog/LogFault`` or ``EngineFault``.
  package static func open(
    _ log: any EventLog, configuration: EngineConfiguration
  ) throws -> Engine {
    let epoch = try log.takeEpoch()
    let recovered = try Recovery.recover(
      log, epoch: epoch, world: World(), seen: FoldedThrough(), configuration: configuration)
    return try open(recovered, log: log, images: nil, configuration: configuration)
  }

  private static func open(
    _ recovered: consuming RecoveredWorld, log: any EventLog, images: ImageKeeper?,
    configuration: EngineConfiguration
  ) throws -> Engine {
    var core = EngineCore(recovered, clock: configuration.clock)
    let left = try core.closeSessionsLeftOpen(in: log)
    if left > 0 {
      configuration.onProgress("closed \(left) sessions that the last server left open")
    }
    return Engine(
      core: core, log: log, logID: try log.summary().logID, images: images,
      configuration: configuration)
  }
}
