import EventLog
import Foundation
import Gateway
import Schema
import Testing
import World

@testable import Engine

/// The recorded market day, played through a gateway by a clock that a test sets.
struct PlaybackFixture: Sendable {
  let playback: Playback
  /// What the speed is measured by; it stands still unless it is set.
  let clock: ManualClock
  let file: ReplayFile
  /// The first entry that is played.
  let first: Position
  /// The last one.
  let last: Position
  let port: Int

  /// The recording that is played.
  static func marketDay() throws -> ReplayFile {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try ReplayFile(root.appendingPathComponent("Replays/market-day.fvreplay").path)
  }

  /// Plays the entries after a position, and runs `body`, which may block.
  static func run(
    after position: UInt64 = 1, through last: UInt64,
    _ options: PlaybackOptions = PlaybackOptions(),
    _ configuration: GatewayConfiguration = .adjusted { _ in },
    _ body: @escaping @Sendable (PlaybackFixture) throws -> Void
  ) async throws {
    var (options, configuration) = (options, configuration)
    configuration.port = 0
    let clock = ManualClock(Timestamp(microseconds: 0))
    options.clock = clock
    let file = try marketDay()
    let (before, last) = (Position(position), Position(last))
    var world = World()
    try LogFolder.fold(recorded: file, into: &world, through: before)
    let time = try entries(of: file, in: before...before)[0].time
    let playback = Playback(
      Recording(
        of: file, from: .first, world: world, after: before, at: time, through: last),
      options: options)
    try await GatewayFixture.serve(playback, ViewerDesk(), configuration) { port, _ in
      playback.start()
      try body(
        PlaybackFixture(
          playback: playback, clock: clock, file: file, first: before.next, last: last, port: port))
    }
    playback.stop()
    try await playback.finish()
  }

  /// A client that is signed in.
  func client(as token: String? = nil, json: Bool = false) throws -> RawClient {
    let client = try RawClient(port: port)
    try client.upgrade(json: json)
    try client.signIn(token: token)
    return client
  }

  /// Lets time go by.
  func advance(by microseconds: Int64) {
    clock.advance(by: microseconds)
    playback.wake()
  }

  /// What the file has: header and events.
  static func entries(
    of file: ReplayFile, in positions: ClosedRange<Position>
  ) throws -> [(position: Position, time: Timestamp, events: [Event])] {
    var entries: [(position: Position, time: Timestamp, events: [Event])] = []
    try file.read(from: positions.lowerBound, through: positions.upperBound) { entry in
      entries.append((entry.position, entry.time, try Payload(wire: entry.payload).events))
      return .proceed
    }
    return entries
  }

  /// What is to be pushed to somebody, by what each event's audience is.
  ///
  /// - Parameter sees: Whether one of an audience's topics is watched at a position.
  func expected(
    in positions: ClosedRange<Position>, sees: (DeliveryTopic, Position) -> Bool
  ) throws -> [Seen] {
    try Self.entries(of: file, in: positions).compactMap { entry in
      let events = entry.events.filter { event in
        var audiences: [Audience] = []
        event.addAudience(to: &audiences)
        var isSeen = false
        for audience in audiences {
          audience.forEachTopic(in: playback.grid) { isSeen = isSeen || sees($0, entry.position) }
        }
        return isSeen
      }
      return events.isEmpty ? nil : Seen(entry.position.rawValue, events)
    }
  }
}

/// An entry as far as somebody sees it.
struct Seen: Equatable {
  let position: UInt64
  let events: [Event]

  init(_ position: UInt64, _ events: [Event]) {
    self.position = position
    self.events = events
  }
}

extension ServerMessage {
  /// What it pushes.
  var seen: [Seen] { push.entries.map { Seen($0.position, $0.payload.events) } }
}
