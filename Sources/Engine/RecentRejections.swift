import DequeModule
import EventLog
import World

/// The latest rejections, so that a command sent again while it may still be under way gets its
/// first answer.
///
/// A rejection leaves no trace in the log, and so none survives a restart: the command is decided
/// anew then, once.
struct RecentRejections {
  private struct Key: Hashable {
    let actor: ActorID
    let command: CommandID
  }

  /// How many are kept.
  static let capacity = 16_384

  private var rejections: [Key: Rejection] = [:]
  private var order: Deque<Key> = []

  /// How the command was refused; nil when it was not, or long ago.
  func find(_ command: CommandID, by actor: ActorID) -> Rejection? {
    rejections.isEmpty ? nil : rejections[Key(actor: actor, command: command)]
  }

  /// Keeps a refusal, and forgets the oldest when there are too many.
  mutating func remember(_ rejection: Rejection, _ command: CommandID, by actor: ActorID) {
    let key = Key(actor: actor, command: command)
    guard rejections.updateValue(rejection, forKey: key) == nil else { return }
    order.append(key)
    if order.count > Self.capacity, let oldest = order.popFirst() {
      rejections[oldest] = nil
    }
  }
}
