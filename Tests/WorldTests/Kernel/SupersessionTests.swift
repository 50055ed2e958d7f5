import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct SupersessionTests {
  @Test func `only how something stands is a state, and everything else is a fact`() throws {
    let states = try Event.allKnown().filter { $0.stateSubject != nil }
    var expected = [Event](repeating: Event(), count: 8)
    expected[0].presence.playerWentIdle = .init()
    expected[1].presence.playerReturned = .init()
    expected[2].movement.moveStarted = .init()
    expected[3].movement.moveStopped = .init()
    expected[4].worldClock.clockChanged = .init()
    expected[5].harmony.harmonyDrifted = .init()
    expected[6].weather.weatherChanged = .init()
    expected[7].weather.forecastMade = .init()
    #expect(Set(states.compactMap(\.kind)) == Set(expected.compactMap(\.kind)))
  }

  @Test func `a later event supersedes an earlier one of the same player alone`() {
    let started = Event.with { $0.movement.moveStarted.player = 9 }
    let stopped = Event.with { $0.movement.moveStopped.player = 9 }
    let idle = Event.with { $0.presence.playerWentIdle.player = 9 }
    let returned = Event.with { $0.presence.playerReturned.player = 9 }
    #expect(started.stateSubject == stopped.stateSubject)
    #expect(idle.stateSubject == returned.stateSubject)
    #expect(started.stateSubject != idle.stateSubject)
    let other = Event.with { $0.movement.moveStarted.player = 8 }
    #expect(started.stateSubject != other.stateSubject)
  }

  @Test func `an event of a newer schema is a fact`() {
    #expect(Event().stateSubject == nil)
    #expect(Event.with { $0.movement = .init() }.stateSubject == nil)
  }
}
