import World

/// The connections of one event loop that are filed under one topic.
final class TopicWatchers {
  /// A connection's place under a topic.
  struct Filing {
    /// Under which topic.
    let watchers: TopicWatchers
    /// Where among its members.
    var index: Int
  }

  let topic: DeliveryTopic
  private(set) var members: [ConnectionHandler] = []
  /// In which delivery the topic was last seen, and which of that delivery's topics it was.
  var delivery: UInt64 = 0
  var index = 0

  /// Nobody, under a topic.
  init(topic: DeliveryTopic) {
    self.topic = topic
  }

  /// Files a connection that is not filed here yet.
  func add(_ connection: ConnectionHandler) {
    connection.filings.append(Filing(watchers: self, index: members.count))
    members.append(connection)
  }

  /// Takes out a connection, given which of its filings this is.
  ///
  /// The last member moves into the gap.
  func remove(_ connection: ConnectionHandler, filing: Int) {
    let gap = connection.filings.remove(at: filing).index
    let last = members.removeLast()
    guard last !== connection else { return }
    members[gap] = last
    if let moved = last.filings.firstIndex(where: { $0.watchers === self }) {
      last.filings[moved].index = gap
    }
  }
}
