import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct MovementTests {
  let fixture: WorldFixture
  let ann: PlayerID

  init() throws {
    fixture = try WorldFixture()
    ann = try fixture.newPlayer("Ann")
    try fixture.walk(ann, to: .at(1_000, 1_000))
  }

  @Test func `a walk within a region is one event, and the clock does the rest`() throws {
    let events = try fixture.run(.startMove(to: .at(4_000, 5_000)), by: ann)
    #expect(
      events == [
        .with {
          $0.movement.moveStarted = .with {
            $0.player = ann.rawValue
            $0.region = 1
            $0.from = .at(1_000, 1_000)
            $0.to = .at(4_000, 5_000)
            $0.speedMmS = 2_000
            $0.durationUs = 2_500_000
          }
        }
      ])
    fixture.wait(1_250_000)
    #expect(fixture.place(of: ann) == .at(2_500, 3_000))
    fixture.wait(2_000_000)
    #expect(fixture.place(of: ann) == .at(4_000, 5_000))
  }

  @Test func `a new walk begins where the last one has come to`() throws {
    try fixture.run(.startMove(to: .at(4_000, 5_000)), by: ann)
    fixture.wait(1_250_000)
    try fixture.run(.startMove(to: .at(2_500, 9_000), speed: 6_000), by: ann)
    fixture.wait(500_000)
    #expect(fixture.place(of: ann) == .at(2_500, 6_000))
  }

  @Test func `one can stop on the way, once`() throws {
    try fixture.run(.startMove(to: .at(9_000, 1_000)), by: ann)
    fixture.wait(1_000_000)
    let events = try fixture.run(.stopMove, by: ann)
    #expect(events[0].movement.moveStopped.at == .at(3_000, 1_000))
    fixture.wait(5_000_000)
    #expect(fixture.place(of: ann) == .at(3_000, 1_000))
    expectRejection(MovementRejection.notMoving) { try fixture.run(.stopMove, by: ann) }
  }

  @Test func `borders are crossed in time, by entries of the scheduler`() throws {
    try fixture.run(.startMove(to: .at(29_000, 1_000)), by: ann)
    let before = fixture.entries.count
    fixture.wait(4_499_999)
    #expect(fixture.players(in: 1) == [ann])
    fixture.wait(1)
    #expect(fixture.players(in: 2) == [ann])
    #expect(fixture.place(of: ann) == .at(10_000, 1_000))
    fixture.wait(60_000_000)
    #expect(fixture.players(in: 3) == [ann])
    #expect(fixture.entries.count == before + 2)
    #expect(fixture.entries.last?.stamp.actor == .scheduler)
    #expect(fixture.nextDue == nil)
  }

  @Test func `over a corner one comes straight into the diagonal region`() throws {
    try fixture.run(.startMove(to: .at(11_000, 11_000), speed: 10_000), by: ann)
    fixture.wait(3_000_000)
    let crossed = try #require(fixture.entries.last?.events().last).movement.borderCrossed
    #expect(crossed.fromRegion == 1 && crossed.toRegion == 5)
  }

  @Test func `a crossing that fires late is placed where it happened`() throws {
    try fixture.run(.startMove(to: .at(29_000, 1_000)), by: ann)
    fixture.sleep(3_600_000_000)
    fixture.catchUp()
    let crossings = try fixture.entries.suffix(2).map { try $0.events()[0].movement.borderCrossed }
    #expect(crossings.map(\.toRegion) == [2, 3])
    #expect(crossings.map(\.at) == [.at(10_000, 1_000), .at(20_000, 1_000)])
    #expect(fixture.world.movement.region(of: ann) == 3)
  }

  @Test func `what is decided before a late crossing fires includes it`() throws {
    try fixture.run(.startMove(to: .at(29_000, 1_000)), by: ann)
    fixture.sleep(10_000_000)
    let events = try fixture.run(.startMove(to: .at(21_000, 11_000)), by: ann)
    #expect(events.compactMap(\.kind?.description) == ["4.4", "4.2"])
    let crossed = events[0].movement.borderCrossed
    #expect(crossed.fromRegion == 1 && crossed.toRegion == 3)
    #expect(events[1].movement.moveStarted.region == 3)
    #expect(events[1].movement.moveStarted.nextRegion == 6)
  }

  @Test func `what a client's point carries besides does not reach the log`() throws {
    var place = try Point(serializedBytes: [0x08, 0x88, 0x27, 0x7A, 0x02, 0x01, 0x02])
    #expect(!place.unknownFields.data.isEmpty)
    place.yMm = 2_000
    let events = try fixture.run(.startMove(to: place), by: ann)
    #expect(events[0].movement.moveStarted.to.unknownFields.data.isEmpty)
  }

  @Test func `one sees where the connected are, and oneself`() throws {
    let ben = try fixture.newPlayer("Ben", home: 6)
    try fixture.run(.startMove(to: .at(9_000, 1_000)), by: ann)
    fixture.wait(1_000_000)
    let answer = try fixture.ask(.place(of: ann), by: ben).movement.place
    #expect(answer.at == .at(3_000, 1_000))
    #expect(answer.timeUs == fixture.now.microseconds)
    #expect(answer.movement.to == .at(9_000, 1_000))
    try fixture.disconnect(ann)
    #expect(try fixture.ask(.place(of: 0), by: ann).movement.place.at == .at(3_000, 1_000))
    #expect(try fixture.askAsOperator(.place(of: ann)).movement.place.at == .at(3_000, 1_000))
    expectRejection(MovementRejection.notInWorld, field: "player") {
      _ = try fixture.ask(.place(of: ann), by: ben)
    }
  }
}

@Suite struct MovementRejectionTests {
  let fixture: WorldFixture
  let ann: PlayerID

  init() throws {
    fixture = try WorldFixture()
    ann = try fixture.newPlayer("Ann")
    try fixture.walk(ann, to: .at(1_000, 1_000))
  }

  @Test(arguments: [
    nil, Point.at(-1, 0), .at(0, -1), .at(30_000, 0), .at(0, 20_000), .at(.max, .max),
    .at(.min, .min),
  ])
  func `there is no way out of the world`(place: Point?) {
    expectRejection(MovementRejection.outsideWorld, field: "start_move.to") {
      try fixture.run(.startMove(to: place), by: ann)
    }
  }

  @Test(arguments: [-1, 10_001, Int64.max, .min])
  func `speed has its limit`(speed: Int64) {
    expectRejection(MovementRejection.speedOutOfRange, field: "start_move.speed_mm_s") {
      try fixture.run(.startMove(to: .at(5, 5), speed: speed), by: ann)
    }
  }

  @Test(arguments: [Point.at(0, 0), .at(29_999, 19_999)])
  func `the corners of the world can be walked to, at any speed`(place: Point) throws {
    for speed in [Int64(1), 10_000] {
      try fixture.run(.startMove(to: place, speed: speed), by: ann)
    }
  }

  @Test func `one cannot walk to where one stands`() {
    expectRejection(MovementRejection.alreadyThere, field: "start_move.to") {
      try fixture.run(.startMove(to: .at(1_000, 1_000)), by: ann)
    }
  }

  @Test func `a crossing fires once, when it is due, and for who is on the way`() throws {
    try fixture.run(.startMove(to: .at(11_000, 1_000)), by: ann)
    let due = try #require(fixture.nextDue)
    let job = JobRow.with {
      $0.kind = .borderCrossing
      $0.subject = ann.rawValue
      $0.dueUs = due.microseconds
    }
    expectRejection(MovementRejection.noCrossing) { try fixture.serve(.fire(job)) }
    fixture.sleep(10_000_000)
    try fixture.serve(.fire(job))
    expectRejection(MovementRejection.noCrossing) { try fixture.serve(.fire(job)) }
  }
}
