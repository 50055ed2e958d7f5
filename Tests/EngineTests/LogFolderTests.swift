import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

@Suite struct LogFolderTests {
  @Test func `projections at different positions each get what they lack and nothing twice`() throws
  {
    let log: any EventLog = InMemoryEventLog()
    let engine = try CoreFixture(log)
    let ada = try engine.player("Ada")
    let ben = try engine.player("Ben")
    for step in 1..<50 {
      _ = try engine.send(walk(toX: Int64(step) * 1_000, y: 500), by: step % 2 == 0 ? ada : ben)
    }
    let last = try log.summary().lastPosition

    var whole = World()
    try LogFolder.fold(log, into: &whole)

    var parts = World()
    var seen = FoldedThrough()
    for (index, member) in ProjectionSet.all.members.enumerated() {
      let through = Position(UInt64(index * 7))
      try LogFolder.fold(log, into: &parts, members: member, through: through)
      seen[member] = through
    }
    try LogFolder.fold(log, into: &parts, after: seen)
    let expected = try whole.rowBytes()
    let inParts = try parts.rowBytes()
    let live = try engine.core.rowBytes()
    #expect(inParts == expected)
    #expect(live == expected, "live and replayed are one")
    #expect(last.rawValue > 49)
  }

  @Test func `a fold that ends early has seen exactly that much`() throws {
    let log: any EventLog = InMemoryEventLog()
    let engine = try CoreFixture(log)
    let ada = try engine.player("Ada")
    let middle = try #require(try engine.send(walk(toX: 1_000, y: 1_000), by: ada).position)
    _ = try engine.send(walk(toX: 2_000, y: 2_000), by: ada)
    var world = World()
    var reports: [Position] = []
    try LogFolder.fold(log, into: &world, through: middle) { reports.append($0.position) }
    let target = world.movement.row(of: ada.requester.player)?.to
    #expect(
      target
        == .with {
          $0.xMm = 1_000
          $0.yMm = 1_000
        })
    #expect(reports.last == middle)
  }

  @Test func `a payload that is not of the schema is reported with its position`() throws {
    let log: any EventLog = InMemoryEventLog()
    let engine = try CoreFixture(log)
    let last = try log.summary().lastPosition
    var batch = EntryBatch(after: last, epoch: engine.core.epoch)
    try batch.append(
      time: testStart, actor: .operator, commandID: .none,
      kinds: [EventKind(system: 1, event: 1)], payload: [0x0A, 0xFF])
    try log.require(batch, epoch: engine.core.epoch)
    var world = World()
    #expect {
      try LogFolder.fold(log, into: &world)
    } throws: { error in
      (error as? EngineFault)?.code == .damaged
        && (error as? EngineFault)?.message.contains("position \(last.next)") == true
    }
  }
}
