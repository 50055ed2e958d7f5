import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct HarmonyTests {
  private static let second = WorldFixture.second

  /// A small world whose clock runs an hour a second.
  private func livingWorld() throws -> WorldFixture {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock())
    return fixture
  }

  @Test func `a region that nobody sings in falls silent, and a tune brings it back a little`()
    throws
  {
    let fixture = try livingWorld()
    let ann = try fixture.newPlayer("Ann")
    fixture.wait(10 * 24 * Self.second)
    let silent = fixture.standing(of: 1)
    #expect(silent.silence > 300_000)
    let events = try fixture.run(.hum, by: ann)
    let heard = try #require(events.first?.harmony.songHeard)
    #expect(heard.player == ann.rawValue && heard.region == 1)
    #expect(fixture.standing(of: 1).harmony > silent.harmony)
    #expect(fixture.standing(of: 1).silence < silent.silence)
  }

  @Test func `the same tune again at once counts half, later in full, elsewhere in full`() throws {
    let fixture = try livingWorld()
    let ann = try fixture.newPlayer("Ann")
    let time = try #require(fixture.worldTime)
    #expect(fixture.world.harmony.weight(of: ann, in: 1, at: time) == 1_000)
    try fixture.run(.hum, by: ann)
    #expect(fixture.world.harmony.weight(of: ann, in: 1, at: time) == 500)
    #expect(fixture.world.harmony.weight(of: ann, in: 2, at: time) == 1_000)
    let later = time.adding(3 * WorldTime.hour)
    #expect(fixture.world.harmony.weight(of: ann, in: 1, at: later) == 750)
    #expect(fixture.world.harmony.weight(of: ann, in: 1, at: time.adding(.max)) == 1_000)
  }

  @Test func `where everything stands still nothing is written`() throws {
    let fixture = try livingWorld()
    try fixture.runAsOperator(
      .setHarmonyRules { ($0.neglectHours, $0.influencePermille, $0.rest) = (10_000, 0, 500_000) })
    fixture.wait(30 * 24 * Self.second)
    let drifts = try fixture.count {
      if case .harmony(let harmony) = $0 { return harmony.harmonyDrifted != HarmonyDrifted() }
      return false
    }
    #expect(drifts == 0)
    #expect(fixture.nextDue != nil, "it is looked at all the same")
  }

  @Test func `what passed while the server was down is made up for in longer strides`() throws {
    let running = try livingWorld()
    let stopped = try livingWorld()
    running.wait(20 * 24 * Self.second)
    stopped.sleep(20 * 24 * Self.second)
    let before = stopped.entries.count
    stopped.catchUp()
    #expect(stopped.entries.count - before < 6 * 120)
    #expect(running.entries.count - before > 6 * 400)
    let difference = stopped.standing(of: 3).silence - running.standing(of: 3).silence
    #expect(abs(difference) < 20_000, "by the hour or in strides, it comes to nearly the same")
  }

  @Test func `a region is looked at in a minute of its own`() throws {
    let fixture = try livingWorld()
    try fixture.runAsOperator(.setHarmonyRules { $0.neglectHours = 0 })
    fixture.wait(3 * Self.second)
    var minutes: [UInt32: Set<Int64>] = [:]
    for entry in fixture.entries {
      for event in try entry.events() {
        guard case .harmony(let harmony) = event.system,
          case .harmonyDrifted(let drifted) = harmony.event
        else { continue }
        minutes[drifted.region, default: []].insert(WorldTime(drifted.worldUs).minute)
      }
    }
    #expect(minutes == [1: [0], 2: [10], 3: [20], 4: [30], 5: [40], 6: [50]])
  }

  @Test func `designers put a region where it should be, and say why`() throws {
    let fixture = try livingWorld()
    try fixture.runAsOperator(.setHarmony(2, 900_000, silence: 1_000))
    #expect(fixture.standing(of: 2) == Standing(harmony: 900_000, silence: 1_000))
    expectRejection(HarmonyRejection.harmonyOutOfRange, field: "set_harmony.silence") {
      try fixture.runAsOperator(.setHarmony(2, 0, silence: -1))
    }
    expectRejection(CommonRejection.noSuchRegion, field: "set_harmony.region") {
      try fixture.runAsOperator(.setHarmony(7, 0, silence: 0))
    }
    expectRejection(CommonRejection.invalidReason, field: "set_harmony.reason") {
      try fixture.runAsOperator(.setHarmony(2, 0, silence: 0, reason: ""))
    }
    expectRejection(
      HarmonyRejection.invalidHarmonyRules, field: "set_harmony_rules.rules.influence_permille"
    ) {
      try fixture.runAsOperator(.setHarmonyRules { $0.influencePermille = 501 })
    }
  }

  @Test func `whoever asks is told how a region stands and where it is heading`() throws {
    let fixture = try livingWorld()
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.setHarmony(2, 1_000_000, silence: 500_000))
    let answer = try fixture.ask(.with { $0.harmony.region.region = 2 }, by: ann).harmony.region
    #expect(answer.row.harmony == 1_000_000 && answer.rest == 300_000)
    #expect(answer.neighboursHarmony == 500_000 && answer.neglectUs == 24 * WorldTime.hour)
    let map = try fixture.ask(.with { $0.harmony.map.from = 2 }, by: ann).harmony.map
    #expect(map.regions.map(\.region) == [2, 3, 4, 5, 6])
    expectRejection(RegionsRejection.limitOutOfRange, field: "limit") {
      _ = try fixture.ask(.with { $0.harmony.map.limit = 1_001 }, by: ann)
    }
  }

  @Test func `nobody sings in a world without a clock`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    expectRejection(WorldClockRejection.noClock) { try fixture.run(.hum, by: ann) }
    #expect(!fixture.world.regionState(of: 1).hasHarmony)
  }
}
