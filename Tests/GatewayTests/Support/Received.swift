import Dispatch
import EventLog
import Metrics
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine

/// Runs what is asynchronous, and waits for it on a thread that may block.
func waiting<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let outcome = Mutex<Result<Value, any Error>?>(nil)
  let done = DispatchSemaphore(value: 0)
  Task {
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    outcome.withLock { $0 = result }
    done.signal()
  }
  done.wait()
  return try #require(outcome.withLock { $0 }).get()
}

/// What a client was sent.
struct Received {
  /// What it saw of each entry.
  struct Sight: Equatable {
    var position: UInt64
    var events: [Event]
  }

  var entries: [Sight] = []
  var superseded: UInt32 = 0
  var messages = 0
  var resumed: UInt64?
  var acknowledged: UInt64?
  var moved: [UInt64] = []
  /// Whether everything up to a told position was pushed before it, and positions only grew.
  var isInOrder = true

  var last: UInt64 { entries.last?.position ?? 0 }

  mutating func receive(_ message: ServerMessage) {
    messages += 1
    switch message.message {
    case .push(let push):
      superseded += push.superseded
      for entry in push.entries {
        if entry.position <= last { isInOrder = false }
        entries.append(Sight(position: entry.position, events: entry.payload.events))
      }
    case .subscribed(let subscribed) where subscribed.resumed: resumed = subscribed.position
    case .acknowledged(let told): acknowledged = told.position
    case .moved(let told): moved.append(told.position)
    default: break
    }
  }
}

extension ScriptedEngine {
  /// What those see who watch the topics, by a filter over the log.
  func visible(
    after position: UInt64, _ topics: @escaping (UInt64) -> Set<DeliveryTopic>
  ) throws -> [Received.Sight] {
    var sights: [Received.Sight] = []
    try history.read(from: Position(position + 1), through: self.position, kinds: nil) { entry in
      var events: [Event] = []
      try events.append(payload: entry.payload)
      let watched = topics(entry.position.rawValue)
      let seen = events.filter { event in
        var audiences: [Audience] = []
        event.addAudience(to: &audiences)
        var isSeen = false
        for audience in audiences {
          audience.forEachTopic(in: grid) { if watched.contains($0) { isSeen = true } }
        }
        return isSeen
      }
      if !seen.isEmpty {
        sights.append(Received.Sight(position: entry.position.rawValue, events: seen))
      }
      return .proceed
    }
    return sights
  }

  func visible(after position: UInt64, _ topics: Set<DeliveryTopic>) throws -> [Received.Sight] {
    try visible(after: position) { _ in topics }
  }

  /// What a player sees that watches its own, its surroundings and everyone's; nil for no region.
  func visible(
    to player: PlayerID, after position: UInt64, region: @escaping (UInt64) -> UInt32?
  ) throws -> [Received.Sight] {
    try visible(after: position) { position in
      var topics: Set<DeliveryTopic> = [.player(player), .everyone]
      if let region = region(position) { topics.insert(.surroundings(RegionID(region))) }
      return topics
    }
  }

  /// Whether the last entry, made so that the player sees it, has come.
  func isSettled(_ seen: Received, for player: PlayerID) -> Bool {
    if state.withLock({ $0.mark }) == nil {
      publishOnQueue([[.granted(player, coins: 99), .defined(kind: 99)]])
      state.withLock { $0.mark = $0.position }
    }
    return seen.last >= state.withLock { $0.mark?.rawValue ?? .max }
  }

  /// Takes a player from one region into another, as the engine does.
  func move(_ player: PlayerID, from: UInt32, to: UInt32) {
    guard let connection = connection(of: player) else { return }
    onQueue {
      self.publish([[.crossed(player, from: from, to: to)]]) { position in
        [
          Reply(
            connection: connection, id: 0,
            body: .moved(
              from: .surroundings(RegionID(from)),
              to: Subscription(
                topics: [.surroundings(RegionID(to))], position: position, resumeAfter: nil,
                states: [.with { $0.topic.surroundings = .init() }])))
        ]
      }
    }
  }
}

extension GatewayFixture {
  /// What a metric stands at.
  func metric(_ name: String) throws -> Double? {
    let page = try client().request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").body
    return try MetricsReading(page).value(of: name)
  }
}

extension Event {
  /// A fact that everyone sees, and that fills sockets.
  static let long = Event.with {
    $0.inventory.itemKindDefined.description_p = String(repeating: "x", count: 20_000)
  }

  /// A player's leaving the world.
  static func removed(_ player: PlayerID, region: UInt32) -> Event {
    .with {
      $0.movement.playerRemoved = .with {
        $0.player = player.rawValue
        $0.region = region
      }
    }
  }

  /// Something that lies in a region.
  static func dropped(_ player: PlayerID, pile: UInt64, region: UInt32) -> Event {
    .with {
      $0.inventory.goodsDropped = .with {
        $0.player = player.rawValue
        $0.pile = pile
        $0.region = region
      }
    }
  }
}
