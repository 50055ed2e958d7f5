import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct WorldClockTests {
  private static let second = WorldFixture.second

  @Test func `a world has no time until its clock is started, and then it passes`() throws {
    let fixture = try WorldFixture()
    #expect(fixture.worldTime == nil)
    let query = Query.with { $0.worldClock.clock = ClockQuery() }
    expectRejection(WorldClockRejection.noClock) { _ = try fixture.askAsOperator(query) }

    try fixture.runAsOperator(.startClock { $0.startUs = 5 * WorldTime.hour })
    fixture.wait(30 * Self.second)
    let answer = try fixture.askAsOperator(query).worldClock.clock
    #expect(answer.day == 1 && answer.hour == 11 && answer.season == .spring)
    expectRejection(WorldClockRejection.clockRuns) { try fixture.runAsOperator(.startClock()) }
  }

  @Test func `a world that is founded with a clock has one from the start`() throws {
    let fixture = try WorldFixture(.standard)
    #expect(fixture.worldTime == WorldTime(6 * WorldTime.hour))
    #expect(fixture.nextDue != nil, "every region is looked at each hour")
  }

  @Test func `a clock that is stopped stands, is stepped, and goes on`() throws {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock())
    fixture.wait(2 * Self.second)
    expectRejection(WorldClockRejection.clockNotPaused) {
      try fixture.runAsOperator(.with { $0.worldClock.resumeClock = ResumeClock() })
    }
    try fixture.runAsOperator(.with { $0.worldClock.pauseClock = PauseClock() })
    let stood = try #require(fixture.worldTime)
    fixture.wait(500 * Self.second)
    #expect(fixture.worldTime == stood)
    #expect(fixture.nextDue == nil, "nothing falls due by a clock that stands")

    try fixture.runAsOperator(.with { $0.worldClock.stepClock.byUs = 90 * WorldTime.day })
    fixture.catchUp()
    #expect(fixture.worldTime == stood.adding(90 * WorldTime.day))
    #expect(fixture.standing(of: 1).silence > 100_000, "ninety days without a song passed at once")

    try fixture.runAsOperator(.with { $0.worldClock.resumeClock = ResumeClock() })
    fixture.wait(Self.second)
    #expect(fixture.worldTime == stood.adding(90 * WorldTime.day + WorldTime.hour))
  }

  @Test func `a change of speed moves what falls due, and never the time back`() throws {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock())
    fixture.wait(100_000)
    let before = try #require(fixture.nextDue)
    try fixture.runAsOperator(.with { $0.worldClock.setClockSpeed.speedPermille = 3_600 })
    let after = try #require(fixture.nextDue)
    #expect(
      after.microseconds - fixture.now.microseconds > 900
        * (before.microseconds - fixture.now.microseconds))
    #expect(fixture.worldTime == WorldTime(WorldTime.hour / 10))
  }

  @Test(arguments: [0, -1, 100_000_001] as [Int64])
  func `an absurd speed is refused`(speed: Int64) throws {
    let fixture = try WorldFixture()
    expectRejection(
      WorldClockRejection.invalidClock, field: "start_clock.rules.speed_permille"
    ) {
      try fixture.runAsOperator(.startClock { $0.speedPermille = speed })
    }
    try fixture.runAsOperator(.startClock())
    expectRejection(WorldClockRejection.invalidClock, field: "set_clock_speed.speed_permille") {
      try fixture.runAsOperator(.with { $0.worldClock.setClockSpeed.speedPermille = speed })
    }
  }

  @Test(arguments: [0, -5, 365 * WorldTime.day + 1] as [Int64])
  func `an absurd step is refused`(step: Int64) throws {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock())
    try fixture.runAsOperator(.with { $0.worldClock.pauseClock = PauseClock() })
    expectRejection(WorldClockRejection.stepOutOfRange, field: "step_clock.by_us") {
      try fixture.runAsOperator(.with { $0.worldClock.stepClock.byUs = step })
    }
    expectRejection(WorldClockRejection.clockPaused) {
      try fixture.runAsOperator(.with { $0.worldClock.pauseClock = PauseClock() })
    }
  }

  @Test func `the clock of a world that is played in earnest is left alone, also by operators`()
    throws
  {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock { $0.isAdjustable = false })
    for change in [
      Command.with { $0.worldClock.pauseClock = PauseClock() },
      .with { $0.worldClock.setClockSpeed.speedPermille = 5 },
      .with { $0.worldClock.stepClock.byUs = 5 },
    ] {
      expectRejection(WorldClockRejection.clockNotAdjustable) {
        try fixture.runAsOperator(change)
      }
    }
  }
}
