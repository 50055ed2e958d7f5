import EventLog
import Metrics
import Schema
import SwiftProtobuf
import World

extension EngineCore {
  /// Deals with the questions and subscriptions that the open batch has gathered: they see all of
  /// it.
  mutating func answerDeferred() {
    guard !open.deferred.isEmpty else { return }
    let now = tick()
    let deferred = open.deferred
    open.deferred.removeAll()
    for item in deferred {
      switch item.request {
      case .query(let id, let query): answer(query, id: id, of: item.session, at: now)
      case .subscribe(let id, let topics, let after):
        subscribe(item.session, to: topics, after: after, id: id)
      case .unsubscribe(let id, let topics): unsubscribe(item.session, from: topics, id: id)
      case .command, .farewell: break
      }
    }
  }

  private mutating func answer(
    _ query: Query, id: UInt64, of session: Session, at now: Timestamp
  ) {
    do throws(Rejection) {
      var answer = try world.answer(query, context(session.requester, at: now))
      answer.position = open.entries.lastPosition.rawValue
      counts.queriesAnswered.add()
      if case .chat = answer.system { open.asksForTexts = true }
      open.reply(to: session.connection, id, .answered(answer))
    } catch {
      counts.queriesRejected.add()
      reject(error, to: session.connection, id)
    }
  }

  private mutating func subscribe(
    _ session: Session, to topics: [Topic], after: Position?, id: UInt64
  ) {
    guard isCurrent(session) else {
      reject(.sessionEnded, to: session.connection, id)
      return
    }
    var delivered: [DeliveryTopic] = []
    for topic in topics {
      do throws(Rejection) {
        delivered.append(try deliveryTopic(for: topic, of: session))
      } catch {
        reject(error, to: session.connection, id)
        return
      }
    }
    for (topic, place) in zip(topics, delivered) {
      watchers.add(session.connection, to: place)
      if case .surroundings = topic.topic, case .surroundings(let region) = place {
        watchers.follow(session, in: region)
      }
    }
    let position = open.entries.lastPosition
    let resumeAfter = after.flatMap { $0 <= position && $0 >= reach.resumableAfter ? $0 : nil }
    let states = topics.filter { topic in
      guard resumeAfter != nil else { return true }
      if case .surroundings = topic.topic { return true }
      return false
    }
    let lastMove = lastMoves[session.requester.player] ?? began
    let subscription = Subscription(
      topics: delivered, position: position, resumeAfter: resumeAfter,
      states: states.map { state(of: $0, for: session) },
      mayHaveMissedMove: resumeAfter.map { $0 <= lastMove } ?? false)
    open.reply(to: session.connection, id, .subscribed(subscription))
  }

  private mutating func unsubscribe(_ session: Session, from topics: [Topic], id: UInt64) {
    var left: [DeliveryTopic] = []
    for topic in topics {
      if case .surroundings = topic.topic {
        guard let follower = watchers.follower(on: session) else { continue }
        watchers.unfollow(session)
        left.append(.surroundings(follower.region))
      } else if let place = try? deliveryTopic(for: topic, of: session) {
        left.append(place)
      }
    }
    for place in left { watchers.remove(session.connection, from: place) }
    open.reply(to: session.connection, id, .unsubscribed(left))
  }

  /// Takes those whose player came into another region from the old surroundings to the new.
  mutating func moveFollowers() {
    guard !movedPlayers.isEmpty else { return }
    let players = movedPlayers.sorted()
    movedPlayers.removeAll(keepingCapacity: true)
    for follower in players.flatMap({ watchers.followers(of: $0) }) {
      let session = follower.session
      let region = world.movement.region(of: session.requester.player) ?? .nowhere
      guard region != follower.region else { continue }
      // Who leaves in this batch is shown the way there, too, and not told where it leads.
      lastMoves[session.requester.player] = open.entries.lastPosition
      guard endedSessions[session.connection] == nil else { continue }
      watchers.remove(session.connection, from: .surroundings(follower.region))
      watchers.add(session.connection, to: .surroundings(region))
      watchers.follow(session, in: region)
      let topic = Topic.with { $0.surroundings = SurroundingsTopic() }
      let subscription = Subscription(
        topics: [.surroundings(region)], position: open.entries.lastPosition, resumeAfter: nil,
        states: [state(of: topic, for: session)])
      open.reply(
        to: session.connection, 0, .moved(from: .surroundings(follower.region), to: subscription))
    }
  }

  /// Takes the sessions that ended in the batch from under all topics.
  mutating func forgetEndedSessions() {
    for session in endedSessions.values { watchers.removeAll(of: session) }
    endedSessions.removeAll(keepingCapacity: true)
  }

  private func isCurrent(_ session: Session) -> Bool {
    viewers[session.connection] != nil
      || sessions[session.requester.player]?.connection == session.connection
  }

  private func deliveryTopic(
    for topic: Topic, of session: Session
  ) throws(Rejection) -> DeliveryTopic {
    let player = session.requester.player
    if let allowed = topic.topic?.allowed {
      try world.require(allowed, of: session.requester, field: "topics")
    }
    switch topic.topic {
    case .own: return .player(player)
    case .surroundings: return .surroundings(world.movement.region(of: player) ?? .nowhere)
    case .region(let number):
      let region = RegionID(number)
      guard grid.contains(region) else { throw .noSuchRegion(region) }
      return .region(region)
    case .everyone: return .everyone
    case .operators:
      return .operators
    case nil: throw .emptyTopic
    }
  }

  private func state(of topic: Topic, for session: Session) -> TopicState {
    let player = session.requester.player
    return .with { state in
      state.topic = topic
      switch topic.topic {
      case .own: state.own = world.ownState(of: player, at: timeOfLastEntry)
      case .surroundings:
        guard let region = world.movement.region(of: player) else { return }
        state.regions = ([region] + grid.neighbours(of: region)).map {
          world.regionState(of: $0)
        }
      case .region(let number):
        state.regions = [world.regionState(of: RegionID(number))]
      case .everyone, .operators:
        state.world = world.worldRow(for: session.requester)
        if let clock = world.worldClock.row { state.clock = clock }
      case nil: break
      }
    }
  }
}

extension RegionID {
  /// Where somebody is who is not in the world; nothing is seen there.
  static var nowhere: Self { Self(UInt64(0)) }
}

/// Codes of the engine's own refusals.
package enum EngineRejection: String, RejectionCode {
  /// The disk is too full to go on recording; questions are still answered.
  case diskFull = "disk_full"
  /// What the command asks for does not fit one entry.
  case tooLarge = "too_large"
  /// The command would change nothing.
  case nothingToDo = "nothing_to_do"
  /// The session has ended meanwhile.
  case sessionEnded = "session_ended"
  /// A topic says nothing.
  case emptyTopic = "empty_topic"
  /// A recording is played: what happened in it cannot be changed.
  case readOnly = "read_only"
}

extension Rejection {
  static var diskFull: Self {
    Self(
      EngineRejection.diskFull,
      "The server's disk is almost full, so nothing new is recorded. Try again later.")
  }

  static var entryTooLarge: Self {
    Self(
      EngineRejection.tooLarge,
      "What the command asks for is too much at once. Split it into smaller commands.",
      fields: "command")
  }

  static var nothingToDo: Self {
    Self(EngineRejection.nothingToDo, "Everything is already as the command wants it.")
  }

  static var sessionEnded: Self {
    Self(EngineRejection.sessionEnded, "This session has ended. Connect and sign in again.")
  }

  static var emptyTopic: Self {
    Self(EngineRejection.emptyTopic, "A topic names nothing to watch.", fields: "topics")
  }

  static var readOnly: Self {
    Self(
      EngineRejection.readOnly,
      "This is a recording: it can be watched and asked, and not changed.", fields: "command")
  }

  static func noSuchRegion(_ region: RegionID) -> Self {
    Self(CommonRejection.noSuchRegion, "There is no region \(region).", fields: "topics")
  }
}
