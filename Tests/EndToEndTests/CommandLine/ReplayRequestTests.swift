import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import finalverse

@Suite struct ReplayRequestTests {
  /// Ten entries, one a second from second 10 on: enrolments of players 1001 to 1010, each the actor of its own; the even ones with a
  /// second event, which names region 7.
  private static func makeLog() throws -> InMemoryEventLog {
    let log = InMemoryEventLog()
    let epoch = log.takeEpoch()
    var batch = EntryBatch(after: .zero, epoch: epoch)
    for number: UInt64 in 1...10 {
      var events = [Event.with { $0.players.playerEnrolled.player = 1_000 + number }]
      var kinds = [EventKind(system: 1, event: 1)]
      if number.isMultiple(of: 2) {
        events.append(.with { $0.regions.regionNamed = .with { ($0.region, $0.name) = (7, "R") } })
        kinds.append(EventKind(system: 3, event: 2))
      }
      try batch.append(
        time: Timestamp(microseconds: Int64(9 + number) * 1_000_000),
        actor: ActorID(1_000 + number), commandID: .none, kinds: kinds,
        payload: try Payload.with { $0.events = events }.serializedBytes())
    }
    guard case .appended = log.append(batch, epoch: epoch, expected: .zero) else {
      throw Failure(.fault, "the batch was not appended")
    }
    return log
  }

  private func positions(_ change: (inout ReplayRequest) -> Void) throws -> [UInt64] {
    var request = ReplayRequest()
    change(&request)
    var found: [UInt64] = []
    try request.run(on: try Self.makeLog()) { found.append($0.header.position.rawValue) }
    return found
  }

  @Test func `everything is shown in order`() throws {
    #expect(try positions { _ in } == Array(1...10))
  }

  @Test func `positions, times and limits bound it`() throws {
    #expect(
      try positions {
        $0.from = Position(4)
        $0.through = Position(6)
      } == [4, 5, 6])
    #expect(try positions { $0.from = Position(40) } == [])
    #expect(try positions { $0.since = Timestamp(microseconds: 17_000_001) } == [9, 10])
    #expect(try positions { $0.until = Timestamp(microseconds: 11_000_000) } == [1, 2])
    #expect(try positions { $0.since = Timestamp(microseconds: 99_000_000) } == [])
    #expect(try positions { $0.limit = 3 } == [1, 2, 3])
    #expect(
      try positions {
        $0.since = Timestamp(microseconds: 12_000_000)
        $0.limit = 1
      } == [3])
  }

  @Test func `kinds and subjects narrow it`() throws {
    #expect(try positions { $0.kinds = [EventKind(system: 3, event: 2)] } == [2, 4, 6, 8, 10])
    #expect(try positions { $0.filter = EntryFilter([.init(.player, 1_003)]) } == [3])
    #expect(try positions { $0.filter = EntryFilter([.init(.region, 7)]) } == [2, 4, 6, 8, 10])
    #expect(try positions { $0.filter = EntryFilter([.init(.item, 7)]) } == [])
    #expect(
      try positions {
        $0.filter = EntryFilter([.init(.region, 7), .init(.player, 1_004)])
      } == [4])
  }
}
