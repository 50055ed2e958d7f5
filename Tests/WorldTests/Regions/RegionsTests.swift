import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct RegionsTests {
  let fixture: WorldFixture

  init() throws {
    fixture = try WorldFixture()
  }

  @Test func `the world tells its rules to all, and its seed to operators`() throws {
    let ann = try fixture.newPlayer("Ann")
    let told = try fixture.ask(.world, by: ann).regions.world
    #expect(told.name == "Etude" && told.columns == 3 && told.rules == .small)
    #expect(told.seed == 0)
    #expect(try fixture.askAsOperator(.world).regions.world.seed == 7)
  }

  @Test func `a region tells where it lies`() throws {
    let ann = try fixture.newPlayer("Ann", home: 5)
    let own = try fixture.ask(.region(0), by: ann).regions.region
    #expect(own.region.name == "Aria")
    #expect(own.origin == .at(10_000, 10_000))
    #expect(own.neighbours == [1, 2, 3, 4, 6])
    #expect(try fixture.ask(.region(1), by: ann).regions.region.region.name == "Prelude")
    expectRejection(CommonRejection.noSuchRegion, field: "region") {
      _ = try fixture.ask(.region(7), by: ann)
    }
    let ben = try fixture.enrol()
    expectRejection(CommonRejection.noProfile, field: "region") {
      _ = try fixture.ask(.region(0), by: ben)
    }
    expectRejection(CommonRejection.notAllowed) { _ = try fixture.askAsOperator(.region(0)) }
  }

  @Test(
    arguments: [
      (UInt32(0), UInt32(0), 1...6), (2, 3, 2...4), (6, 1_000, 6...6),
    ] as [(UInt32, UInt32, ClosedRange<UInt32>)])
  func `regions are listed from a number on`(
    from: UInt32, limit: UInt32, expected: ClosedRange<UInt32>
  ) throws {
    let ann = try fixture.enrol()
    let list = try fixture.ask(.regionList(from: from, limit: limit), by: ann).regions.list
    #expect(list.regions.map(\.region) == Array(expected))
  }

  @Test func `a list has its limit and its end`() throws {
    let ann = try fixture.enrol()
    for from in [7, UInt32.max] {
      let list = try fixture.ask(.regionList(from: from, limit: 0), by: ann).regions.list
      #expect(list.regions.isEmpty)
    }
    expectRejection(RegionsRejection.limitOutOfRange, field: "limit") {
      _ = try fixture.ask(.regionList(from: 0, limit: 1_001), by: ann)
    }
  }
}
