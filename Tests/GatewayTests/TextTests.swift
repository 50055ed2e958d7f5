import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Gateway

/// Texts go with the events that a client may see, live and when it resumes, and with no others.
@Suite(.serialized) struct TextTests {
  private static func said(_ player: PlayerID, region: UInt32) -> Event {
    .with { event in
      event.chat.messageSaid = .with {
        ($0.player, $0.region, $0.characters) = (player.rawValue, region, 5)
      }
    }
  }

  private static func sent(_ player: PlayerID, to receiver: PlayerID) -> Event {
    .with { event in
      event.chat.messageSent = .with {
        ($0.player, $0.to, $0.characters) = (player.rawValue, receiver.rawValue, 5)
      }
    }
  }

  /// Publishes entries whose texts tell the position and event they go with.
  private func publish(_ entries: [[Event]], by engine: ScriptedEngine) {
    var changes = TextChanges()
    var position = engine.position
    for events in entries {
      position = position.next
      for index in events.indices {
        changes.keep(
          KeptText(
            position: position, event: index, player: PlayerID(UInt64(1_000)),
            time: Timestamp(microseconds: 0), text: "\(position).\(index)"))
      }
    }
    #expect(throws: Never.self) { try engine.keptTexts.apply(changes, by: Epoch(1)) }
    engine.publishOnQueue(entries)
  }

  private static func texts(_ message: ServerMessage) -> [[String]] {
    message.push.entries.map { entry in
      entry.texts.map { "\($0.event): \($0.text)" }
    }
  }

  @Test(arguments: [false, true])
  func `a text comes with its event, live and in a resume`(json: Bool) async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest(json: json)
      let other = PlayerID(UInt64(7_777))
      let entries = [
        [Self.said(other, region: 5)], [Self.sent(other, to: PlayerID(UInt64(8_888)))],
        [.granted(other, coins: 1), Self.sent(other, to: player), Self.said(player, region: 5)],
      ]
      let expected = [["0: 1.0"], ["0: 3.1", "1: 3.2"]]
      try client.send(.subscribe(2, [.own(.init()), .surroundings(.init())]))
      _ = try client.message()
      publish(entries, by: gateway.engine)
      #expect(Self.texts(try client.message()) == expected)

      let (again, _) = try gateway.guest(json: json)
      try again.send(.subscribe(2, [.region(5)], after: 1))
      let resumed = try again.message()
      #expect(Self.texts(resumed) == [["0: 3.2"]])
    }
  }

  @Test func `a text that is erased between two pieces of what was missed is not in the second`()
    throws
  {
    let log = InMemoryEventLog()
    let epoch = log.takeEpoch()
    let player = PlayerID(UInt64(1_000))
    var batch = EntryBatch(after: .zero, epoch: epoch)
    var changes = TextChanges()
    for number in 1...2 {
      let event = Self.said(player, region: 5)
      try batch.append(
        time: Timestamp(microseconds: 1), actor: player.actor, commandID: .none,
        kinds: [event].compactMap(\.kind),
        payload: try Payload.with { $0.events = [event] }.serializedBytes())
      changes.keep(
        KeptText(
          position: batch.lastPosition, event: 0, player: player,
          time: Timestamp(microseconds: 0), text: "text \(number)"))
    }
    guard case .appended = log.append(batch, epoch: epoch, expected: .zero) else {
      Issue.record("not appended")
      return
    }
    let store = InMemoryTextStore()
    try store.apply(changes, by: epoch)
    var missed = MissedEntries(
      after: .zero, [.everyone, .region(RegionID(UInt64(5)))],
      from: MissedEntries.Source(
        log: log, texts: store, grid: Grid(columns: 4, rows: 4, cell: 100_000),
        cancellation: Cancellation()))
    let first = try Self.piece(of: &missed, through: Position(1))
    #expect(first.contains("text 1"))
    var erasure = TextChanges()
    erasure.erase(textsOf: Position(2))
    try store.apply(erasure, by: epoch)
    let second = try Self.piece(of: &missed, through: Position(2))
    #expect(second.contains("messageSaid"))
    #expect(!second.contains("text 2"))
  }

  /// The next piece, as JSON.
  private static func piece(
    of missed: inout MissedEntries, through last: Position
  ) throws -> String {
    var piece = MissedFrames(isConflated: false)
    try missed.readPiece(through: last, into: &piece)
    let frames = try piece.finish(as: MessageForm(subprotocol: .json)).frames
    return String(decoding: frames.readableBytesView, as: UTF8.self)
  }

  @Test func `an erased text is missing, and its event is not`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, player) = try gateway.guest()
      publish(
        [
          [.granted(player, coins: 1)], [Self.said(player, region: 5)],
          [Self.said(player, region: 5)],
        ],
        by: gateway.engine)
      var erasure = TextChanges()
      erasure.erase(textsOf: Position(2))
      try gateway.engine.keptTexts.apply(erasure, by: Epoch(1))
      try client.send(.subscribe(2, [.own(.init())], after: 1))
      let push = try client.message()
      #expect(push.push.entries.map(\.payload.events.count) == [1, 1])
      #expect(Self.texts(push) == [[], ["0: 3.0"]])
    }
  }
}
