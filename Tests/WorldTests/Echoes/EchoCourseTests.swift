import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Vigour, stages and what gives them, as arithmetic.
@Suite struct EchoCourseTests {
  private let kind = EchoKind.steady(500)
  private let surroundings = EchoSurroundings(
    harmony: 600_000, silence: 100_000, vitality: 500, weather: .cloudy, intensity: 500,
    weatherSince: WorldTime(0), song: nil, hour: 12, season: .summer)

  @Test func `vigour goes half of the way up in one time, and down in another`() {
    let up = EchoCourse(vigour: 0, heading: 800_000, kind: kind)
    #expect(up.vigour(after: 36) == 400_000 && up.vigour(after: 72) == 600_000)
    let down = EchoCourse(vigour: 800_000, heading: 0, kind: kind)
    #expect(down.vigour(after: 60) == 400_000)
    #expect(up.vigour(after: 10_000) == 800_000, "it comes there in the end")
    #expect(up.vigour(after: -5) == 0)
  }

  @Test func `the hour at which something is reached is the first at which it is`() throws {
    let course = EchoCourse(vigour: 0, heading: 800_000, kind: kind)
    let hours = try #require(course.hours { $0 >= 450_000 })
    #expect(course.vigour(after: hours) >= 450_000 && course.vigour(after: hours - 1) < 450_000)
    #expect(course.hours { $0 > 800_000 } == nil)
    #expect(course.hours { $0 >= 0 } == 0)
  }

  @Test func `a stage is reached at once, and lost only some way below`() {
    #expect(kind.stage(after: .stirring, at: 449_999) == .stirring)
    #expect(kind.stage(after: .stirring, at: 450_000) == .awakened)
    #expect(kind.stage(after: .awakened, at: 410_000) == .awakened)
    #expect(kind.stage(after: .awakened, at: 409_999) == .stirring)
    #expect(kind.stage(after: .dormant, at: 1_000_000) == .stirring, "one at a time")
    #expect(kind.stage(after: .transcendent, at: 0) == .radiant)
    #expect(kind.stage(after: .dormant, at: 0) == .dormant)
  }

  @Test func `everything around gives or takes in proportion`() {
    let favours = EchoFavours.with {
      ($0.nature, $0.harmony, $0.silence, $0.vitality) = (100, 500, -300, 200)
      ($0.company, $0.day, $0.night) = (400, 60, -60)
      $0.weather = [.of(.cloudy, 80), .of(.storm, -50)]
      $0.seasons = [.of(.summer, 40), .of(.winter, -40)]
    }
    let gives = EchoFactorKind.known.map {
      favours.gives($0, in: surroundings, company: 250_000)
    }
    #expect(gives == [100_000, 300_000, -30_000, 100_000, 40_000, 60_000, 40_000, 100_000])
    #expect(favours.sum(in: surroundings, company: 250_000) == gives.reduce(0, +))
    var winter = surroundings
    (winter.hour, winter.season, winter.weather) = (20, .winter, .storm)
    #expect(favours.gives(.hour, in: winter, company: 0) == -60_000)
    #expect(favours.gives(.season, in: winter, company: 0) == -40_000)
    #expect(favours.gives(.weather, in: winter, company: 0) == -25_000)
    let most = EchoFactorKind.known.map { favours.most($0) }
    #expect(most == [100_000, 500_000, 0, 200_000, 80_000, 60_000, 40_000, 400_000])
    #expect(favours.needed(.harmony, toGive: 333_333) == 666_666)
    #expect(favours.needed(.silence, toGive: -10_000) == 33_333, "less of it is better")
  }

  @Test func `what changes little is not told, unless it decides a stage`() throws {
    let rules = EchoRules.with {
      $0.kinds = [kind]
      ($0.grain, $0.companyFull, $0.bondHalfHours) = (10_000, 1, 240)
    }
    var row = EchoRow.with { ($0.echo, $0.kind, $0.stage) = (1, 1, .stirring) }
    (row.vigour, row.heading) = (445_000, 495_000)
    let time = WorldTime(0)
    #expect(row.change(at: time, in: surroundings, by: rules) == nil)
    row.heading = 490_000
    let change = try #require(row.change(at: time, in: surroundings, by: rules))
    #expect(change.heading == 500_000 && change.vigour == 445_000 && change.stage == .stirring)
    var close = rules
    close.kinds[0].awakened = 498_000
    row.heading = 495_000
    #expect(row.change(at: time, in: surroundings, by: close)?.heading == 500_000)
  }

  @Test func `an echo that is awake remembers storms, and a song a week`() throws {
    let rules = EchoRules.with {
      $0.kinds = [kind]
      ($0.grain, $0.companyFull, $0.bondHalfHours) = (10_000, 1, 240)
    }
    var row = EchoRow.with { ($0.echo, $0.kind, $0.stage) = (1, 1, .stirring) }
    (row.vigour, row.heading) = (500_000, 500_000)
    row.stage = .awakened
    var stormy = surroundings
    (stormy.weather, stormy.weatherSince) = (.dissonance, WorldTime(5 * WorldTime.hour))
    let now = WorldTime(6 * WorldTime.hour)
    let change = try #require(row.change(at: now, in: stormy, by: rules))
    #expect(change.memories.map(\.kind) == [.storm])
    row.apply(change, at: now.microseconds)
    #expect(row.change(at: now, in: stormy, by: rules) == nil, "one storm is one memory")
    var sung = surroundings
    for (day, isNew) in [(1, true), (4, false), (8, true)] as [(Int64, Bool)] {
      let song = WorldTime(day * WorldTime.day)
      sung.song = song
      let change = row.change(at: song, in: sung, by: rules)
      #expect((change?.memories.first?.kind == .song) == isNew)
      if let change { row.apply(change, at: song.microseconds) }
    }
    row.stage = .dormant
    stormy.weatherSince = WorldTime(20 * WorldTime.day)
    let asleep = row.change(at: WorldTime(20 * WorldTime.day), in: stormy, by: rules)
    #expect(asleep?.memories.map(\.kind) == [.stage], "who sleeps notices no storm")
  }
}
