package import EventLog
import World

extension Engine {
  /// Free bytes below which commands are refused, in a data directory.
  package static let roomReserve: UInt64 = 256 << 20
  /// Free bytes below which the log itself appends nothing: what is under way when commands begin
  /// to be refused must still fit.
  private static let hardReserve: UInt64 = 64 << 20

  /// Opens the engine of a data directory: locks it, opens the log, loads the images and folds what
  /// they have not seen, closes what a crash left open; founds a world where there is none.
  ///
  /// Blocks for as long as that takes; ``EngineConfiguration/onProgress`` hears of it.
  ///
  /// - Parameters:
  ///   - directory: The data directory; created when there is none.
  ///   - note: What a second server that finds the directory locked is told of this one.
  ///   - configuration: The rest. Its `room` is replaced by that of the directory's disk when it is
  ///     unlimited.
  /// - Throws: ``EventLog/LogFault``, ``Projection/ImageFault``, ``EngineFault``, or what the
  ///   configuration's texts throw.
  package static func open(
    _ directory: DataDirectory, note: String, configuration: EngineConfiguration
  ) throws -> Engine {
    var configuration = configuration
    let log = try LMDBEventLog(
      directory: directory.log,
      configuration: LMDBEventLog.Configuration(
        segmentBytesMax: configuration.segmentBytesMax,
        segmentAgeMax: configuration.segmentAgeMax, diskReserveBytes: hardReserve,
        writerNote: note),
      access: .readWrite)
    if configuration.room.isUnlimited {
      configuration.room = StorageRoom(reserve: roomReserve, at: directory.log)
    }
    let epoch = try log.takeEpoch()
    var world = World()
    let (images, seen) = try ImageKeeper.restore(
      &world, in: directory, of: try log.summary(), configuration: configuration)
    let recovered = try Recovery.recover(
      log, epoch: epoch, world: world, seen: seen, configuration: configuration)
    let keeper = LogKeeper(log, reach: recovered.reach, configuration: configuration)
    return try open(
      recovered, log: log, images: images, keeper: keeper, configuration: configuration)
  }

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
    return try open(
      recovered, log: log, images: nil, keeper: nil, configuration: configuration)
  }

  private static func open(
    _ recovered: consuming RecoveredWorld, log: any EventLog, images: ImageKeeper?,
    keeper: LogKeeper?, configuration: EngineConfiguration
  ) throws -> Engine {
    let texts = try configuration.texts()
    let core = try EngineCore.open(recovered, log: log, texts: texts, configuration: configuration)
    return Engine(
      core: core, log: log, texts: texts, logID: try log.summary().logID, images: images,
      keeper: keeper,
      configuration: configuration)
  }
}
