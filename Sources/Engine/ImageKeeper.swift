import EventLog
import Metrics
import Projection
import Synchronization
import World

/// Sees that the images follow the log.
///
/// Between two batches, a few times a second, it takes copies of the rows that changed; the image
/// writer's thread encodes and writes them once their position is durable. Used by the engine's
/// thread, but for ``durable(through:)``.
final class ImageKeeper: Sendable {
  /// How soon to look again when the writer is still at the last changes, in microseconds.
  private static let retryInterval: Int64 = 20_000

  private struct Taken {
    var position: Position
    var at = Timestamp(microseconds: 0)
  }

  /// How long each round of writing took.
  let writeTimes = Histogram.ofLatencies()
  private let writer: ImageWriter
  private let interval: Int64
  private let taken: Mutex<Taken>

  private init(_ images: [Image], seen: FoldedThrough, configuration: EngineConfiguration) {
    interval = configuration.imageInterval
    taken = Mutex(Taken(position: seen.lowest()))
    let clock = configuration.clock
    writer = ImageWriter(
      images, now: { clock.now() }, onReport: configuration.onImageReport,
      onWrite: { [writeTimes] in writeTimes.record($0) })
  }

  /// How each image is doing.
  var statuses: [ImageStatus] { writer.statuses }

  /// Opens the images of a world, and fills the world with what they hold.
  ///
  /// An image that is of no use is begun anew, and its projection is folded from the log's start, or from the
  /// images that were kept when the log's first entries were removed.
  ///
  /// - Parameters:
  ///   - directory: Where the images are, and those kept.
  ///   - world: Empty.
  ///   - log: What the world is folded from.
  ///   - configuration: Who is told of images that are of no use.
  /// - Returns: the keeper, and how far each projection has been folded.
  /// - Throws: ``Projection/ImageFault`` when there can be no image at all.
  static func restore(
    _ world: inout World, in directory: DataDirectory, of log: LogSummary,
    configuration: EngineConfiguration
  ) throws(ImageFault) -> (ImageKeeper, FoldedThrough) {
    let kept = KeptImages(directory: directory.keptImages)
    let base = kept.base(ofLogFrom: log.firstPosition)
    var restoring = Restoring(
      directory: directory.images, log: log, base: base.map(kept.path(of:)))
    try world.visitProjections(&restoring)
    let origin = base.map { "the images kept at position \($0)" } ?? "the log"
    for fault in restoring.discarded {
      configuration.onProgress("\(fault.message) It is made anew from \(origin).")
    }
    let keeper = ImageKeeper(
      restoring.images, seen: restoring.seen, configuration: configuration)
    return (keeper, restoring.seen)
  }

  /// Takes what changed, when the writer is free and it is time.
  ///
  /// Only between two batches.
  func take(from core: inout EngineCore, at now: Timestamp) {
    let position = core.open.entries.lastPosition
    let last = taken.withLock { $0 }
    guard position > last.position, abs(now - last.at) >= interval, writer.isIdle else { return }
    taken.withLock { $0 = Taken(position: position, at: now) }
    writer.submit(core.takeChanges(), through: position)
  }

  /// Says that the log is durable up to a position.
  ///
  /// From any thread.
  func durable(through position: Position) {
    writer.durable(through: position)
  }

  /// Writes what is left, and returns when all images stand at the end of the log.
  func flush(from core: inout EngineCore) {
    writer.finish(core.takeChanges(), through: core.open.entries.lastPosition)
  }

  /// How long until changes are to be taken, in microseconds; nil when there are none.
  func pause(from now: Timestamp, position: Position) -> Int64? {
    let last = taken.withLock { $0 }
    guard position > last.position else { return nil }
    return max(Self.retryInterval, interval - abs(now - last.at))
  }

  private struct Restoring: ProjectionVisitor {
    let directory: String
    let log: LogSummary
    let base: String?
    var images: [Image] = []
    var seen = FoldedThrough()
    var discarded: [ImageFault] = []

    mutating func visit<P: Projection & ~Copyable>(
      _ projection: inout P, as member: ProjectionSet
    ) throws(ImageFault) {
      let restored = try Image.restore(
        &projection, in: directory, of: log.logID, from: log.firstPosition,
        through: log.lastPosition, base: base)
      images.append(restored.image)
      seen[member] = restored.position
      if let fault = restored.discarded { discarded.append(fault) }
    }
  }
}

extension EngineCore {
  /// Takes what changed in each projection since the last call.
  fileprivate mutating func takeChanges() -> [ProjectionChanges] {
    var taking = Taking()
    visitProjections(&taking)
    return taking.changes
  }
}

private struct Taking: ProjectionVisitor {
  var changes: [ProjectionChanges] = []

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) {
    let taken = ProjectionChanges(taking: &projection)
    if !taken.isEmpty { changes.append(taken) }
  }
}
