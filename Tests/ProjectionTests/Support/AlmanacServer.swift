import EventLog
import Glibc
import Projection

/// What a server does with one projection and its image.
final class AlmanacServer {
  static let logID = LogID(rawValue: 0x1122_3344_5566_7788)
  static let time = Timestamp(microseconds: 1_700_000_000_000_000)

  var almanac = Almanac()
  private(set) var position: Position
  let restored: Image.Restored
  let writer: ImageWriter
  let reports = Reports()

  /// Starts: restores the image, and folds the rest of a log that ends at `last`.
  init(
    in directory: TemporaryDirectory, logEndsAt last: Position = Position(1_000_000),
    configuration: Image.Configuration = .small
  ) throws {
    restored = try Image.restore(
      &almanac, in: directory.path, of: Self.logID, through: last, configuration: configuration)
    position = restored.position
    writer = ImageWriter(
      [restored.image], now: { Self.time }, onReport: { [reports] in reports.add($0) })
  }

  /// Folds up to a position, and writes the image when that is durable.
  func write(through next: Position) {
    almanac.fold(through: next, after: position)
    position = next
    writer.submit([ProjectionChanges(taking: &almanac)], through: next)
    writer.durable(through: next)
    writer.waitUntilIdle()
  }

  var checkpoint: Checkpoint? { restored.image.checkpoint }
}

extension ImageWriter {
  /// Waits until changes can be handed over.
  func waitUntilIdle() {
    while !isIdle { _ = sched_yield() }
  }
}

extension Image.Configuration {
  /// A map of 16 MiB, so that thousands of images can be opened one after the other.
  static let small = Image.Configuration(mapBytes: 16 << 20, diskReserveBytes: 0)
}
