import EventLog
import Foundation
import Schema
import SwiftProtobuf
import Testing
import World

@testable import finalverse

/// The built-in world after some of what falls due by its clock.
private final class LivedWorld {
  private(set) var world = World()
  private(set) var events: [Event] = []
  private(set) var position = Position.zero
  private(set) var now = Timestamp(microseconds: 1_700_000_000_000_000)

  init(jobs: Int) throws {
    for decision in try Founding.entries(for: .standard, seed: 3) {
      enter(decision, by: .operator)
    }
    for _ in 0..<jobs {
      let due = world.scheduler.nextDue
      now = max(now, try #require(due))
      let next = world.scheduler.next(dueBy: now)
      let job = try #require(next)
      var decision = Decision()
      let context = DecisionContext(
        requester: .scheduler, now: now, position: position.next, seed: 3)
      try world.decide(.fire(job), context, &decision)
      if let look = decision.nextLook {
        world.scheduler.putOff(job, until: look)
      } else {
        enter(decision, by: .scheduler)
      }
    }
  }

  private func enter(_ decision: Decision, by actor: ActorID) {
    position = position.next
    events += decision.events
    world.fold(
      decision.events[...],
      of: EntryStamp(position: position, time: now, actor: actor, commandID: .none))
  }

  func sight(_ words: String...) throws -> Sight {
    try Sight(try View(words), of: world, at: position, now)
  }
}

/// What `show weather`, `show forecast` and the timeline tell of a world in which time has passed.
@Suite struct WeatherSightTests {
  @Test func `the weather of all regions is shown, or of one`() throws {
    let lived = try LivedWorld(jobs: 140)
    let lines = try #require(lived.sight("weather").sections.first).lines
    #expect(lines.count == 20 && lines.allSatisfy { $0.contains(" °C  ") })
    #expect(lines.contains { $0.contains("Reedwater") && $0.contains("wetland") })
    let one = try lived.sight("weather", "reedwater")
    let found = lived.world.weather.conditions(of: RegionID(UInt64(3)))
    let conditions = try #require(found)
    #expect(one.sections.first?.lines.count == 1)
    #expect(one.text.contains(" \(conditions.kind.name) "))
    #expect(try JSONText.object(one.members).text.contains(conditions.jsonString()))
  }

  @Test func `a forecast is shown, and later how good it was`() throws {
    let sight = try LivedWorld(jobs: 140).sight("forecast", "3")
    let section = try #require(sight.sections.first)
    #expect(section.title.contains("Reedwater") && section.title.contains(" is "))
    #expect(section.lines.first == "as of day 1, 6:06:")
    #expect(section.lines.count == 5 && sight.sections.count == 1)
    let later = try LivedWorld(jobs: 1_000).sight("forecast", "3")
    #expect(later.sections.last?.lines.first?.hasPrefix("6 hours ahead") == true)
  }

  @Test func `the timeline has a sentence for each event of weather`() throws {
    var names = NameBook()
    var sentences: [String] = []
    for event in try LivedWorld(jobs: 1_000).events {
      names.note(event)
      if case .weather? = event.system { sentences.append(names.sentence(event)) }
    }
    for part in [
      "the rules of the weather were set", "became ", "was forecast: ", " hours ahead had been",
    ] {
      #expect(sentences.contains { $0.contains(part) }, "\(part)")
    }
    #expect(sentences.allSatisfy { !$0.contains("{") })
  }

  @Test func `the wind comes from where its degrees say`() {
    let names = [0: "north", 22: "north", 23: "north-east", 180: "south", 337: "north-west"]
    for (degrees, name) in names {
      let conditions = WeatherConditions.with {
        ($0.windMmS, $0.windFromDegrees) = (6_000, UInt32(degrees))
      }
      #expect(conditions.windText == "6.0 m/s from the \(name)")
    }
    #expect(WeatherConditions.with { $0.windFromDegrees = 359 }.windText.hasSuffix("the north"))
    #expect((-15 as Int64).asDegrees == "-1.5 °C")
  }
}
