import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine
@testable import Gateway

/// A client that resumes is shown an old event as what it is read as today, and whether it may see it
/// is decided by that.
@Suite struct UpcastTests {
  private static let player = PlayerID(1_000 as UInt64)
  /// Grants, which only their player sees, are read as kinds of item, which everyone sees.
  private static let upcasters = Upcasters([
    Upcaster(of: EventKind(system: 5, event: 2)) { old in
      .defined(kind: UInt32(truncatingIfNeeded: old.inventory.goodsGranted.goods.coins))
    }
  ])

  private func missed(
    _ topics: [DeliveryTopic], _ upcasters: Upcasters, isConflated: Bool = false
  ) throws -> [[Event]] {
    let log = InMemoryEventLog()
    let epoch = log.takeEpoch()
    var batch = EntryBatch(after: .zero, epoch: epoch)
    for events: [Event] in [
      [.granted(Self.player, coins: 7)], [.moved(Self.player, region: 1)],
      [.moved(Self.player, region: 2), .granted(Self.player, coins: 8)],
    ] {
      var writer = WireWriter()
      writer.append(payload: events)
      try batch.append(
        time: Timestamp(microseconds: 1), actor: .operator, commandID: .none,
        kinds: events.compactMap(\.kind), payload: writer.bytes)
    }
    guard case .appended = log.append(batch, epoch: epoch, expected: .zero) else {
      Issue.record("not appended")
      return []
    }
    var entries = MissedEntries(
      after: .zero, Set(topics),
      from: MissedEntries.Source(
        log: log, texts: InMemoryTextStore(), grid: Grid(columns: 4, rows: 4, cell: 100_000),
        cancellation: Cancellation(), upcasters: upcasters))
    var frames = MissedFrames(isConflated: isConflated)
    try entries.readPiece(through: Position(3), into: &frames)
    let piece = try frames.finish(as: MessageForm(subprotocol: .json))
    #expect(entries.through == Position(3))
    guard piece.frames.readableBytes > 0 else { return [] }
    // A frame's header ends where the JSON begins.
    let bytes = Array(piece.frames.readableBytesView)
    let start = try #require(bytes.firstIndex(of: UInt8(ascii: "{")))
    let message = try ServerMessage(jsonUTF8Bytes: Array(bytes[start...]))
    return message.push.entries.map(\.payload.events)
  }

  @Test func `everyone sees what the old event is read as`() throws {
    #expect(
      try missed([.everyone], Self.upcasters) == [[.defined(kind: 7)], [.defined(kind: 8)]])
    #expect(try missed([.everyone], Upcasters([])) == [])
  }

  @Test func `who saw the old kind alone does not see the new one for it`() throws {
    let today = try missed([.player(Self.player)], Self.upcasters).flatMap(\.self)
    for coins in [7, 8] as [Int64] {
      #expect(!today.contains(.granted(Self.player, coins: coins)))
      #expect(!today.contains(.defined(kind: UInt32(coins))))
    }
    let before = try missed([.player(Self.player)], Upcasters([])).flatMap(\.self)
    #expect(before.contains(.granted(Self.player, coins: 7)))
    #expect(before.contains(.granted(Self.player, coins: 8)))
  }

  @Test func `an operator sees whole entries, old events read as new ones`() throws {
    #expect(
      try missed([.operators], Self.upcasters) == [
        [.defined(kind: 7)], [.moved(Self.player, region: 1)],
        [.moved(Self.player, region: 2), .defined(kind: 8)],
      ])
  }

  @Test func `a slow operator is spared what was superseded, and no fact`() throws {
    #expect(
      try missed([.operators], Self.upcasters, isConflated: true) == [
        [.defined(kind: 7)], [.moved(Self.player, region: 2), .defined(kind: 8)],
      ])
  }
}
