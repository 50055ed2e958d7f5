import EventLog
import World

/// Who watches what: how many connections each topic has, so that what nobody sees is not gathered.
struct Watchers {
  private var topicsOfConnection: [Connection: Set<DeliveryTopic>] = [:]
  private var countOfTopic: [DeliveryTopic: Int] = [:]
  private var followers: [PlayerID: [Follower]] = [:]

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
    topicsOfConnection[connection] ?? []
  }

  /// Files a connection under a topic; nothing happens when it already is.
  mutating func add(_ connection: Connection, to topic: DeliveryTopic) {
    guard topicsOfConnection[connection, default: []].insert(topic).inserted else { return }
    countOfTopic[topic, default: 0] += 1
  }

  /// Takes a connection from under a topic; nothing happens when it is not there.
  mutating func remove(_ connection: Connection, from topic: DeliveryTopic) {
    guard topicsOfConnection[connection]?.remove(topic) != nil else { return }
    if topicsOfConnection[connection]?.isEmpty == true {
      topicsOfConnection[connection] = nil
    }
    release(topic)
  }

  /// Forgets a session.
  mutating func removeAll(of session: Session) {
    for topic in topicsOfConnection.removeValue(forKey: session.connection) ?? [] {
      release(topic)
    }
    unfollow(session)
  }

  /// Whether somebody's surroundings go with the player.
  func isFollowed(_ player: PlayerID) -> Bool {
    followers[player] != nil
  }

  /// Those whose surroundings go with the player.
  ///
  /// In a world that is played there is one at most; a recording may be watched by many as the same
  /// player.
  func followers(of player: PlayerID) -> [Follower] {
    followers[player] ?? []
  }

  /// The session as a follower of its player; nil when it does not watch the surroundings.
  func follower(on session: Session) -> Follower? {
    followers(of: session.requester.player).first { $0.session.connection == session.connection }
  }

  /// From now on the session's surroundings go with its player.
  mutating func follow(_ session: Session, in region: RegionID) {
    unfollow(session)
    followers[session.requester.player, default: []].append(
      Follower(session: session, region: region))
  }

  /// The session's surroundings go with its player no more.
  mutating func unfollow(_ session: Session) {
    let player = session.requester.player
    followers[player]?.removeAll { $0.session.connection == session.connection }
    if followers[player]?.isEmpty == true { followers[player] = nil }
  }

  /// How many connections watch something.
  var connectionCount: Int { topicsOfConnection.count }

  private mutating func release(_ topic: DeliveryTopic) {
    guard let count = countOfTopic[topic] else { return }
    countOfTopic[topic] = count > 1 ? count - 1 : nil
  }
}
