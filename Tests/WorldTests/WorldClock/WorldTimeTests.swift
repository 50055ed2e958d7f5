import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct WorldTimeTests {
  @Test func `a time is told as people tell it`() {
    let time = WorldTime(3 * WorldTime.day + 14 * WorldTime.hour + 5 * 60_000_000 + 7)
    #expect(time.day == 3 && time.hour == 14 && time.minute == 5 && time.hours == 86)
    #expect(WorldTime(-5) == WorldTime(0))
  }

  @Test func `four seasons make a year, which begins in spring`() {
    let seasons = stride(from: 0, through: 45, by: 5).map { day in
      WorldTime(Int64(day) * WorldTime.day).season(of: 10)
    }
    #expect(
      seasons == [
        .spring, .spring, .summer, .summer, .autumn, .autumn, .winter, .winter, .spring, .spring,
      ])
  }

  @Test func `a running clock shows what its speed says, a standing one what it showed`() {
    var clock = ClockRow.with {
      ($0.anchorUs, $0.worldUs, $0.speedPermille) = (1_000, 50, 2_500)
    }
    #expect(clock.worldTime(at: Timestamp(microseconds: 1_003)) == WorldTime(57))
    #expect(clock.worldTime(at: Timestamp(microseconds: 0)) == WorldTime(50))
    clock.isPaused = true
    #expect(clock.worldTime(at: Timestamp(microseconds: 9_999)) == WorldTime(50))
    #expect(clock.realTime(of: WorldTime(51)) == nil)
    #expect(clock.realTime(of: WorldTime(50)) == Timestamp(microseconds: 1_000))
  }

  @Test(arguments: [1, 7, 999, 1_000, 12_000, 100_000_000] as [Int64])
  func `the real time of a world time is the first at which the clock shows it`(speed: Int64) throws
  {
    let clock = ClockRow.with {
      ($0.anchorUs, $0.worldUs, $0.speedPermille) = (1_700_000_000_000_000, 12_345, speed)
    }
    for wanted in [12_346, 12_400, 99_999, 86_400_000_000] as [Int64] {
      let time = WorldTime(wanted)
      let real = try #require(clock.realTime(of: time))
      #expect(clock.worldTime(at: real) >= time)
      #expect(clock.worldTime(at: Timestamp(microseconds: real.microseconds - 1)) < time)
    }
  }

  @Test func `nothing overflows at the ends of what numbers can say`() {
    let clock = ClockRow.with {
      ($0.anchorUs, $0.worldUs, $0.speedPermille) = (.min, .max, .max)
    }
    #expect(clock.worldTime(at: Timestamp(microseconds: .max)) == WorldTime(.max))
    #expect(clock.realTime(of: WorldTime(.max)) == Timestamp(microseconds: .min))
    let slow = ClockRow.with { ($0.anchorUs, $0.worldUs, $0.speedPermille) = (.max, 0, 1) }
    #expect(slow.realTime(of: WorldTime(.max)) == Timestamp(microseconds: .max))
    #expect(ClockRow().realTime(of: WorldTime(1)) == nil)
  }
}
