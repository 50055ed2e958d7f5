import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Performances of several: proposed, joined, left, given, called off and expired.
@Suite struct PerformanceTests {
  /// A living world with three players in one region, and a song of three voices.
  private struct Stage {
    let fixture: WorldFixture
    let ann: PlayerID
    let ben: PlayerID
    let cid: PlayerID
    let song: UInt64

    init() throws {
      fixture = try WorldFixture()
      try fixture.runAsOperator(.startClock())
      ann = try fixture.newPlayer("Ann")
      ben = try fixture.newPlayer("Ben")
      cid = try fixture.newPlayer("Cid")
      song = try fixture.compose(
        try Piece.frereJacques.canon(of: 3, every: 3_840), by: ann)
    }

    /// Has Ann propose the song; the performance's number.
    func propose(part: UInt32 = 0) throws -> UInt64 {
      let number = fixture.nextPosition.rawValue
      try fixture.run(.propose(song, part: part), by: ann)
      return number
    }

    func row(_ performance: UInt64) -> PerformanceRow? {
      fixture.world.melodies.performance(PerformanceID(performance))
    }
  }

  @Test func `with the last part the performance is given, in one entry`() throws {
    let stage = try Stage()
    let number = try stage.propose(part: 1)
    #expect(stage.row(number)?.performers == [0, stage.ann.rawValue, 0])
    #expect(try stage.fixture.run(.join(number, part: 2), by: stage.ben).count == 1)
    let before = stage.fixture.standing(of: 1)
    let events = try stage.fixture.run(.join(number, part: 0), by: stage.cid)
    try #require(events.count == 6, "who performs has done a deed, too")
    let given = events[1].melodies.performanceGiven
    #expect(given.performers == [stage.cid, stage.ann, stage.ben].map(\.rawValue))
    let heard = events[2].harmony.songHeard
    #expect(heard.player == stage.ann.rawValue && heard.quality == given.quality)
    let alone = Judge.judge(try Piece.frereJacques.canon(of: 3, every: 3_840)).quality
    #expect(given.quality == min(1_000, alone + alone * 300 / 1_000))
    #expect(
      events[3...].map(\.progress.deedDone.player)
        == [stage.cid, stage.ann, stage.ben].map(\.rawValue))
    #expect(events[3...].allSatisfy { $0.progress.deedDone.deed == .performance })
    #expect(stage.fixture.standing(of: 1).harmony > before.harmony)
    #expect(stage.row(number) == nil)
    var audiences: [Audience] = []
    events[1].addAudience(to: &audiences)
    #expect(
      Set(audiences)
        == [.player(stage.ann), .player(stage.ben), .player(stage.cid), .region(1)])
  }

  @Test func `who is asked sees which performances lack performers`() throws {
    let stage = try Stage()
    let number = try stage.propose()
    let answer = try stage.fixture.ask(
      .with { $0.melodies.performances = .init() }, by: stage.ben
    ).melodies.performances
    #expect(answer.region == 1 && answer.performances.map(\.performance) == [number])
    let other = try stage.fixture.ask(
      .with { $0.melodies.performances.region = 2 }, by: stage.ben
    ).melodies.performances
    #expect(other.performances.isEmpty)
  }

  @Test func `nobody is found in time, and the performance expires, also after downtime`() throws {
    let stage = try Stage()
    let first = try stage.propose()
    stage.fixture.wait(299_999_999)
    #expect(stage.row(first) != nil)
    stage.fixture.wait(1)
    #expect(stage.row(first) == nil)
    let second = try stage.propose()
    stage.fixture.sleep(400_000_000)
    expectRejection(MelodiesRejection.performanceExpired, field: "join_performance.performance") {
      try stage.fixture.run(.join(second, part: 1), by: stage.ben)
    }
    stage.fixture.catchUp()
    #expect(stage.row(second) == nil)
    let expired = try stage.fixture.count {
      if case .melodies(let event) = $0, case .performanceExpired = event.event { return true }
      return false
    }
    #expect(expired == 2)
  }

  @Test func `a part can be given back, and the proposer calls the whole off`() throws {
    let stage = try Stage()
    let number = try stage.propose()
    try stage.fixture.run(.join(number, part: 1), by: stage.ben)
    try stage.fixture.run(.leave(number), by: stage.ben)
    #expect(stage.row(number)?.performers == [stage.ann.rawValue, 0, 0])
    expectRejection(MelodiesRejection.notPerforming, field: "leave_performance.performance") {
      try stage.fixture.run(.leave(number), by: stage.ben)
    }
    try stage.fixture.run(.join(number, part: 2), by: stage.ben)
    let events = try stage.fixture.run(.leave(number), by: stage.ann)
    #expect(events.first?.melodies.performanceCalledOff.performance == number)
    let open = stage.fixture.world.melodies.performances(of: stage.ben)
    #expect(open.isEmpty)
    expectRejection(MelodiesRejection.noSuchPerformance, field: "leave_performance.performance") {
      try stage.fixture.run(.leave(number), by: stage.ann)
    }
    expectRejection(MelodiesRejection.noSuchPerformance, field: "join_performance.performance") {
      try stage.fixture.run(.join(number, part: 1), by: stage.ben)
    }
  }

  @Test func `parts are taken once, and by players who are there`() throws {
    let stage = try Stage()
    let number = try stage.propose()
    expectRejection(MelodiesRejection.alreadyPerforming) {
      try stage.fixture.run(.join(number, part: 1), by: stage.ann)
    }
    for part in [0, 3, .max] as [UInt32] {
      expectRejection(MelodiesRejection.partTaken, field: "join_performance.part") {
        try stage.fixture.run(.join(number, part: part), by: stage.ben)
      }
    }
    expectRejection(MelodiesRejection.partTaken, field: "propose_performance.part") {
      try stage.fixture.run(.propose(stage.song, part: 3), by: stage.ben)
    }
    let tune = try stage.fixture.compose(.frereJacques, by: stage.ben)
    expectRejection(MelodiesRejection.oneVoice, field: "propose_performance.melody") {
      try stage.fixture.run(.propose(tune), by: stage.ben)
    }
    let dan = try stage.fixture.newPlayer("Dan", home: 2)
    expectRejection(
      MelodiesRejection.performanceElsewhere, field: "join_performance.performance"
    ) {
      try stage.fixture.run(.join(number, part: 1), by: dan)
    }
  }

  @Test func `it waits for a performer who has gone away`() throws {
    let stage = try Stage()
    let number = try stage.propose()
    try stage.fixture.run(.join(number, part: 1), by: stage.ben)
    try stage.fixture.disconnect(stage.ben)
    expectRejection(MelodiesRejection.performerAway, field: "join_performance.performance") {
      try stage.fixture.run(.join(number, part: 2), by: stage.cid)
    }
    try stage.fixture.connect(stage.ben)
    #expect(try stage.fixture.run(.join(number, part: 2), by: stage.cid).count > 3)
  }

  @Test func `a player takes part in as many as the rules allow`() throws {
    let stage = try Stage()
    try stage.fixture.runAsOperator(.setMelodyRules { $0.performancesMax = 1 })
    let number = try stage.propose()
    expectRejection(MelodiesRejection.tooManyPerformances) { _ = try stage.propose() }
    try stage.fixture.run(.join(number, part: 1), by: stage.ben)
    expectRejection(MelodiesRejection.tooManyPerformances) {
      try stage.fixture.run(.propose(stage.song), by: stage.ben)
    }
  }

  @Test func `a melody that is thrown away can still be given where it was proposed`() throws {
    let stage = try Stage()
    let number = try stage.propose()
    try stage.fixture.run(.retireMelody(stage.song), by: stage.ann)
    try stage.fixture.run(.join(number, part: 1), by: stage.ben)
    #expect(try stage.fixture.run(.join(number, part: 2), by: stage.cid).count > 3)
  }

  @Test(
    arguments: [
      (500, 1, 500), (500, 2, 575), (500, 4, 725), (900, 4, 1_000), (-500, 4, -500),
      (Int64.max, 9, 1_000), (Int64.min, 9, -1_000),
    ] as [(Int64, Int, Int64)])
  func `together it is better, if it is good`(quality: Int64, performers: Int, effect: Int64) {
    let rules = MelodyRules.standard
    #expect(rules.effect(ofQuality: quality, performers: performers) == effect)
  }
}
