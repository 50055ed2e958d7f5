import EventLog
import World

/// Who watches what: how many connections each topic has, so that what nobody sees is not gathered.
struct Watchers {
  private var topicsOfConnection: [UInt64: Set<DeliveryTopic>] = [:]
  private var countOfTopic: [DeliveryTopic: Int] = [:]
  private var followers: [PlayerID: Follower] = [:]

  /// A connection whose surroundings go with its player.
  struct Follower {
    let session: Session
    var region: RegionID
  }

  /// Whether nobody watches anything.
  var isEmpty: Bool { countOfTopic.isEmpty }

  /// How many topics are watched.
  var topicCount: Int { countOfTopic.count }

  /// Whether somebody watches the topic.
  func watches(_ topic: DeliveryTopic) -> Bool {
    countOfTopic[topic] != nil
  }

  /// The topics under which a connection is filed.
  func topics(of connection: Connection) -> Set<DeliveryTopic> {
    topicsOfConnection[connection.id] ?? []
  }

  /// Files a connection under a topic; nothing happens when it already is.
  mutating func add(_ connection: Connection, to topic: DeliveryTopic) {
    guard topicsOfConnection[connection.id, default: []].insert(topic).inserted else { return }
    countOfTopic[topic, default: 0] += 1
  }

  /// Takes a connection from under a topic; nothing happens when it is not there.
  mutating func remove(_ connection: Connection, from topic: DeliveryTopic) {
    guard topicsOfConnection[connection.id]?.remove(topic) != nil else { return }
    if topicsOfConnection[connection.id]?.isEmpty == true {
      topicsOfConnection[connection.id] = nil
    }
    release(topic)
  }

  /// Forgets a session.
  mutating func removeAll(of session: Session) {
    for topic in topicsOfConnection.removeValue(forKey: session.connection.id) ?? [] {
      release(topic)
    }
    unfollow(session)
  }

  /// The follower of a player's way, if its connection watches the surroundings.
  func follower(of player: PlayerID) -> Follower? {
    followers[player]
  }

  /// From now on the session's surroundings go with its player.
  mutating func follow(_ session: Session, in region: RegionID) {
    followers[session.requester.player] = Follower(session: session, region: region)
  }

  /// The session's surroundings go with its player no more.
  mutating func unfollow(_ session: Session) {
    guard followers[session.requester.player]?.session.connection == session.connection else {
      return
    }
    followers[session.requester.player] = nil
  }

  private mutating func release(_ topic: DeliveryTopic) {
    guard let count = countOfTopic[topic] else { return }
    countOfTopic[topic] = count > 1 ? count - 1 : nil
  }
}
