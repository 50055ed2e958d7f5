import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct ProgressTests {
  /// A small world in which deeds earn what they do in the built-in one.
  private func world() throws -> WorldFixture {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.setProgressRules())
    return fixture
  }

  private func progress(of player: PlayerID, in fixture: WorldFixture) -> ProgressRow? {
    fixture.world.progress.row(of: player)
  }

  private func tier(of player: PlayerID, in fixture: WorldFixture) -> UInt32 {
    progress(of: player, in: fixture)?.tier ?? 0
  }

  @Test func `a player begins by discovering home, and each region counts once`() throws {
    let fixture = try world()
    let ann = try fixture.newPlayer("Ann", home: 1)
    let first = try #require(progress(of: ann, in: fixture))
    #expect(first.resonance == 50 && first.tier == 1 && first.milestones == [1])
    try fixture.walk(ann, to: .at(15_000, 5_000))
    #expect(progress(of: ann, in: fixture)?.resonance == 100)
    try fixture.walk(ann, to: .at(5_000, 5_000))
    #expect(progress(of: ann, in: fixture)?.resonance == 100, "home is known")
    let known = [1, 2, 3].map { progress(of: ann, in: fixture)?.hasDiscovered($0) ?? false }
    #expect(known == [true, true, false])
  }

  @Test func `the same deed again earns less, and after a rest as much as before`() throws {
    let fixture = try world()
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    try meet(ann, ben, in: fixture)
    var earned: [Int64] = []
    for _ in 0..<4 {
      let events = try fixture.run(.give(.with { $0.coins = 1 }, to: ben), by: ann)
      earned.append(try #require(events.last?.progress.deedDone.earned))
    }
    #expect(earned == [10, 6, 5, 4])
    #expect(progress(of: ben, in: fixture)?.count(of: .gift) == nil, "who is given earns nothing")
    fixture.sleep(30 * 3_600_000_000)
    try fixture.connect(ann)
    let events = try fixture.run(.give(.with { $0.coins = 1 }, to: ben), by: ann)
    #expect(events.last?.progress.deedDone.earned == 10)
  }

  @Test func `both sides earn by a trade, in its own entry`() throws {
    let fixture = try world()
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    try meet(ann, ben, in: fixture)
    try fixture.run(.offer(.with { $0.coins = 1 }, to: ben), by: ann)
    let trade = try #require(fixture.world.trades.rows(of: ann).first)
    try fixture.run(.accept(TradeID(trade.trade), revision: trade.revision), by: ann)
    let events = try fixture.run(.accept(TradeID(trade.trade), revision: trade.revision), by: ben)
    let deeds = events.compactMap { event -> DeedDone? in
      guard case .deedDone(let done) = event.progress.event else { return nil }
      return done
    }
    #expect(deeds.map(\.player) == [ann.rawValue, ben.rawValue])
    #expect(deeds.map(\.earned) == [20, 20])
    #expect(deeds.map(\.milestones) == [[3], [3]], "the first bargain")
  }

  @Test func `a song earns what it is worth, and one that hurts earns nothing`() throws {
    let fixture = try world()
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.startClock())
    #expect(try fixture.run(.hum, by: ann).last?.progress.deedDone.earned == 15)
  }

  @Test func `what is put aside earns nothing, and comes back as it was`() throws {
    let fixture = try world()
    let ann = try fixture.newPlayer("Ann")
    let before = try #require(progress(of: ann, in: fixture))
    try fixture.runAsOperator(.retireProgress(of: ann))
    try fixture.walk(ann, to: .at(15_000, 5_000))
    expectRejection(ProgressRejection.progressRetired, field: "retire_progress.player") {
      try fixture.runAsOperator(.retireProgress(of: ann))
    }
    expectRejection(ProgressRejection.progressRetired, field: "adjust_resonance.player") {
      try fixture.runAsOperator(.adjustResonance(of: ann, by: 5))
    }
    try fixture.runAsOperator(.restoreProgress(of: ann))
    #expect(progress(of: ann, in: fixture) == before)
    expectRejection(ProgressRejection.progressNotRetired, field: "restore_progress.player") {
      try fixture.runAsOperator(.restoreProgress(of: ann))
    }
  }

  @Test func `operators give and take with a reason, never below nothing`() throws {
    let fixture = try world()
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.adjustResonance(of: ann, by: 950))
    #expect(progress(of: ann, in: fixture)?.resonance == 1_000)
    #expect(tier(of: ann, in: fixture) == 3)
    try fixture.runAsOperator(.adjustResonance(of: ann, by: -999))
    #expect(tier(of: ann, in: fixture) == 0)
    for amount in [-2, 0, .max, .min] as [Int64] {
      expectRejection(ProgressRejection.resonanceOutOfRange, field: "adjust_resonance.by") {
        try fixture.runAsOperator(.adjustResonance(of: ann, by: amount))
      }
    }
    expectRejection(CommonRejection.invalidReason, field: "adjust_resonance.reason") {
      try fixture.runAsOperator(.adjustResonance(of: ann, by: 5, reason: ""))
    }
    expectRejection(CommonRejection.noSuchPlayer, field: "adjust_resonance.player") {
      try fixture.runAsOperator(.adjustResonance(of: 77, by: 5))
    }
  }

  @Test func `rules that make no sense are refused, and a milestone is never taken away`() throws {
    let fixture = try world()
    let broken: [(String, (inout ProgressRules) -> Void)] = [
      ("recovery_us", { $0.recoveryUs = 0 }),
      ("deeds", { $0.deeds.append($0.deeds[0]) }),
      ("deeds", { $0.deeds[0].deed = .UNRECOGNIZED(77) }),
      ("tiers", { $0.tiers.swapAt(0, 1) }),
      ("tiers", { $0.tiers[0].name = "" }),
      ("milestones", { $0.milestones.removeLast() }),
      ("milestones", { $0.milestones[0].count = 0 }),
    ]
    for (field, change) in broken {
      expectRejection(
        ProgressRejection.invalidProgressRules, field: "set_progress_rules.rules.\(field)"
      ) {
        try fixture.runAsOperator(.setProgressRules(change))
      }
    }
  }

  @Test func `a player is told how far it has come and what is next`() throws {
    let fixture = try world()
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    let own = try fixture.ask(.progress(of: ann), by: ann).progress.player
    #expect(own.tierName == "Listener" && own.nextTierResonance == 250)
    #expect(own.worths.first { $0.deed == .gift }?.resonance == 10)
    #expect(!own.progress.discovered.isEmpty)
    let other = try fixture.ask(.progress(of: ann), by: ben).progress.player
    #expect(other.progress.resonance == 50 && other.progress.discovered.isEmpty)
    try fixture.runAsOperator(.retireProgress(of: ann))
    expectRejection(ProgressRejection.progressRetired, field: "player") {
      _ = try fixture.ask(.progress(of: ann), by: ben)
    }
    #expect(try fixture.ask(.progress(of: ann), by: ann).progress.player.progress.isRetired)
    #expect(fixture.world.ownState(of: ben, at: fixture.now).progress.resonance == 50)
  }

  @Test func `nothing is earned in a world without rules`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    #expect(progress(of: ann, in: fixture) == nil)
    expectRejection(ProgressRejection.noProgress) {
      _ = try fixture.ask(.progress(of: ann), by: ann)
    }
    expectRejection(ProgressRejection.noProgress) {
      try fixture.runAsOperator(.adjustResonance(of: ann, by: 5))
    }
  }

  private func meet(_ one: PlayerID, _ other: PlayerID, in fixture: WorldFixture) throws {
    for player in [one, other] { try fixture.walk(player, to: .at(5_000, 5_000)) }
  }
}

extension Query {
  fileprivate static func progress(of player: PlayerID) -> Self {
    .with { $0.progress.player.player = player.rawValue }
  }
}
