import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct MovementTests {
  @Test func `a player walks to a place and is there in time`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    try fixture.walk(ann, to: .at(1_000, 1_000))
    let events = try fixture.run(.startMove(to: .at(4_000, 5_000)), by: ann)
    #expect(events.count == 1)
    #expect(events[0].movement.moveStarted.durationUs == 2_500_000)
    fixture.wait(1_250_000)
    #expect(fixture.world.movement.place(of: ann, at: fixture.now) == .at(2_500, 3_000))
    fixture.wait(2_000_000)
    #expect(fixture.world.movement.place(of: ann, at: fixture.now) == .at(4_000, 5_000))
  }
}
