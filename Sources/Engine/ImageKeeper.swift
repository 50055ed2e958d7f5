import EventLog
import Projection
import World

/// Sees that the images follow the log: takes changed rows between two batches, a few times a
/// second, for another thread to write.
final class ImageKeeper: Sendable {
  init(directory: String, logID: LogID, configuration: EngineConfiguration) throws {}
  func load(into world: inout World, last: Position) throws -> FoldedThrough { FoldedThrough() }
  func take(from core: inout EngineCore, at now: Timestamp) {}
  func durable(through position: Position) {}
  func flush(from core: inout EngineCore) {}
  func pause(from now: Timestamp, position: Position) -> Int64? { nil }
}
