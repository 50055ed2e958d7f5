package import EventLog

/// How the engine is doing, as of its last hand-over.
package struct EngineStatus: Sendable, Hashable {
  /// The writer's term.
  package var epoch: Epoch
  /// The last position that a batch was sealed with; what is durable may be one batch behind.
  package var position: Position
  /// Players connected.
  package var players: Int
  /// Topics that somebody watches.
  package var topics: Int
  /// Requests that wait in the inbox.
  package var queued: Int
  /// Whether commands are accepted; false while the disk is too full.
  package var acceptsCommands: Bool
}

extension EngineCore {
  func status(queued: Int) -> EngineStatus {
    EngineStatus(
      epoch: epoch, position: open.entries.lastPosition, players: sessions.count,
      topics: watchers.topicCount, queued: queued, acceptsCommands: refusal == nil)
  }
}
