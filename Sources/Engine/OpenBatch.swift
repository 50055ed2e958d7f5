import EventLog
import World

/// The batch that the engine fills while the committer syncs the one before: entries, and all that
/// is to be told once they are durable.
struct OpenBatch: ~Copyable {
  /// The entries so far.
  var entries: EntryBatch
  /// What the entries do to the texts that are kept apart from the log.
  var texts = TextChanges()
  /// Whether an answer so far speaks of texts.
  var asksForTexts = false
  /// The replies so far, by outlet.
  var replies: [[Reply]]
  /// What each watched topic sees of the entries.
  var visible: [DeliveryTopic: [Publication.VisibleEntry]] = [:]
  /// Questions, and topics to be watched or left: dealt with when the batch is sealed, so that they
  /// see all of it.
  var deferred: [Deferred] = []

  /// A request that is dealt with when the batch is sealed.
  struct Deferred {
    let session: Session
    let request: Request
  }

  init(after last: Position, epoch: Epoch, outlets: Int, reservingBytes: Int) {
    entries = EntryBatch(after: last, epoch: epoch, reservingBytes: reservingBytes)
    replies = Array(repeating: [], count: outlets)
  }

  /// Whether there is anything to commit or to tell.
  var isEmpty: Bool {
    entries.isEmpty && deferred.isEmpty && replies.allSatisfy { $0.isEmpty }
  }

  mutating func reply(to connection: Connection, _ id: UInt64, _ body: Reply.Body) {
    replies[connection.outlet].append(Reply(connection: connection, id: id, body: body))
  }

  /// Notes that a topic sees one event of the entry that was added last.
  mutating func show(event: Int, of count: Int, to topic: DeliveryTopic) {
    let index = Int32(entries.count - 1)
    let bit = UInt64(1) << UInt64(event)
    let all = UInt64.max >> UInt64(64 - count)
    visible[topic, default: []].show(bit, of: all, at: index)
  }
}

extension [Publication.VisibleEntry] {
  fileprivate mutating func show(_ events: UInt64, of all: UInt64, at index: Int32) {
    guard let last = indices.last, self[last].index == index else {
      append(Publication.VisibleEntry(index: index, events: events, isWhole: events == all))
      return
    }
    self[last].events |= events
    self[last].isWhole = self[last].events == all
  }
}

/// A batch that is ready to be made durable, with what is then told to each outlet.
struct SealedBatch: Sendable {
  /// The entries; none when there were only questions.
  let entries: EntryBatch
  /// What they do to the texts; durable before they are.
  let texts: TextChanges
  /// Whether answers want texts, which are added once all is durable.
  let asksForTexts: Bool
  /// What to deliver, by outlet; nil where there is nothing.
  let deliveries: [Delivery?]
}
