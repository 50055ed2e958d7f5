import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

/// The worked example of `docs/upgrading.md`: an event whose meaning changed is read as the newer kind,
/// wherever entries become events, and the stored bytes stay.
///
/// Suppose that profiles were no longer retired: who goes keeps a profile, under a name that tells
/// nothing. New entries say `ProfileChanged`; the entries that say `ProfileRetired` are in the log for
/// ever.
@Suite struct UpcasterTests {
  /// How the old kind is read: all that the new event says is in the old one.
  static let retirement = Upcaster(of: EventKind(system: 1, event: 4)) { old in
    let player = old.players.profileRetired.player
    return .with {
      $0.players.profileChanged = .with {
        $0.player = player
        $0.name = "Someone \(player)"
        $0.nameKey = "someone \(player)"
      }
    }
  }

  /// The payload of an entry as it was written then: ProfileRetired, player 1000, region 3.
  static let oldPayload: [UInt8] = [
    0x0A, 0x09, 0x0A, 0x07, 0x22, 0x05, 0x08, 0xE8, 0x07, 0x10, 0x03,
  ]

  /// A log in which the first player retired in the old way, and somebody else came later.
  private func log() throws -> any EventLog {
    let log: any EventLog = InMemoryEventLog()
    let engine = try CoreFixture(log)
    let ada = try engine.player("Ada")
    #expect(ada.requester.player == PlayerID(1_000 as UInt64))
    var batch = EntryBatch(after: try log.summary().lastPosition, epoch: engine.core.epoch)
    try batch.append(
      time: engine.clock.now(), actor: ActorID(1_000), commandID: .none,
      kinds: [EventKind(system: 1, event: 4)], payload: Self.oldPayload)
    try log.require(batch, epoch: engine.core.epoch)
    return log
  }

  @Test func `an old event is folded as what it means today`() throws {
    let log = try log()
    var today = World()
    try LogFolder.fold(log, into: &today, upcasters: Upcasters([Self.retirement]))
    let read = today.players.profile(of: PlayerID(1_000 as UInt64))
    let profile = try #require(read)
    #expect(profile.name == "Someone 1000")
    #expect(profile.nameKey == "someone 1000")
    #expect(!profile.retired)

    var asStored = World()
    try LogFolder.fold(log, into: &asStored, upcasters: Upcasters([]))
    let stored = asStored.players.profile(of: PlayerID(1_000 as UInt64))
    #expect(stored?.name == "Ada")
    #expect(stored?.retired == true)
  }

  @Test func `a recording shows an old event as what it means today`() throws {
    let log = try log()
    let last = try log.summary().lastPosition
    var world = World()
    try LogFolder.fold(log, into: &world, through: last.advanced(by: -1))
    var core = EngineCore(
      RecoveredWorld(
        world: world, epoch: .zero, lastPosition: last.advanced(by: -1), lastTime: testStart,
        reach: LogReach(after: .zero)), clock: ManualClock(testStart))
    core.attach(outlets: 1)
    let connection = Connection(id: 1, outlet: 0)
    core.show(.open(connection, id: 1, .operator, client: ""), guest: PlayerID(0 as UInt64))
    core.watchers.add(connection, to: .operators)
    try log.read(from: last) { entry in
      try core.take(stored: entry, Upcasters([Self.retirement]))
      return .stop
    }
    let profile = core.world.players.profile(of: PlayerID(1_000 as UInt64))
    #expect(profile?.name == "Someone 1000")
    let sealed = core.seal()
    let publication = try #require(sealed.deliveries[0]?.publication)
    let shown = try publication.batch.withEntry(at: 0) { entry in
      (entry.position, try Payload(wire: entry.payload).events)
    }
    #expect(shown.0 == last)
    #expect(shown.1.map(\.players.profileChanged.name) == ["Someone 1000"])
  }

  @Test func `the stored bytes stay, and the same fold gives the same rows`() throws {
    let log = try log()
    let upcasters = Upcasters([Self.retirement])
    let last = try log.summary().lastPosition
    let before = try log.summary().head
    var first = World()
    var second = World()
    try LogFolder.fold(log, into: &first, upcasters: upcasters)
    try LogFolder.fold(log, into: &second, upcasters: upcasters)
    let rows = (try first.rowBytes(), try second.rowBytes())
    #expect(rows.0 == rows.1)
    #expect(try log.summary().head == before)
    var stored: [UInt8] = []
    try log.read(from: last) { entry in
      stored = unsafe entry.payload.withUnsafeBytes { unsafe Array($0) }
      return .proceed
    }
    #expect(stored == Self.oldPayload)
  }

  @Test func `an event that changed twice goes through both, and others through none`() throws {
    let again = Upcaster(of: EventKind(system: 1, event: 3)) { old in
      .with { $0.players.playerEnrolled.player = old.players.profileChanged.player &+ 1 }
    }
    let log = try log()
    let last = try log.summary().lastPosition
    var events: [Event] = []
    try log.read(from: .first) { entry in
      let isLast = entry.position == last
      let concerned = Upcasters([Self.retirement]).concern(entry)
      let bare = Upcasters([]).concern(entry)
      #expect(concerned == isLast)
      #expect(!bare)
      if isLast { try Upcasters([Self.retirement, again]).append(eventsOf: entry, to: &events) }
      return .proceed
    }
    #expect(events == [.with { $0.players.playerEnrolled.player = 1_001 }])
  }

  @Test func `a payload that cannot be decoded leaves nothing behind`() throws {
    var batch = EntryBatch(after: .zero, epoch: Epoch(1))
    try batch.append(
      time: testStart, actor: .operator, commandID: .none,
      kinds: [EventKind(system: 1, event: 4)], payload: [0x0A, 0xFF])
    var events: [Event] = []
    let isRefused = batch.withEntry(at: 0) { entry in
      do {
        try Upcasters([Self.retirement]).append(eventsOf: entry, to: &events)
        return false
      } catch {
        return true
      }
    }
    #expect(isRefused)
    #expect(events == [])
  }
}
