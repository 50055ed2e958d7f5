import EventLog
import Schema
import Testing

@testable import World

/// How scores follow from what happens in other systems, and who comes before whom.
@Suite struct ScoreTests {
  let fixture: WorldFixture
  let ann: PlayerID
  let ben: PlayerID
  let cid: PlayerID

  init() throws {
    fixture = try WorldFixture()
    ann = try fixture.newPlayer("Ann")
    ben = try fixture.newPlayer("Ben")
    cid = try fixture.newPlayer("Cid")
    try fixture.runAsOperator(.defineBoard(1, "Wealth", by: .wealth))
    try fixture.runAsOperator(.defineBoard(2, "Trades", by: .trades))
    try fixture.runAsOperator(.defineBoard(3, "Distance", by: .distance))
  }

  @Test func `wealth is what a player owns, however it came`() throws {
    #expect(try fixture.top(1) == [Line(ann, 100), Line(ben, 100), Line(cid, 100)])
    try fixture.grant(7, to: cid)
    try fixture.run(.consume(.of(coins: 1)), by: ben)
    let pile = PileID(fixture.nextPosition.rawValue)
    try fixture.run(.drop(.of(coins: 60)), by: ann)
    #expect(try fixture.top(1) == [Line(cid, 107), Line(ben, 99), Line(ann, 40)])
    try fixture.run(.pickUp(from: pile), by: ann)
    for player in [ann, ben] { try fixture.walk(player, to: .at(5_000, 5_000)) }
    try fixture.run(.give(.of(coins: 9), to: ben), by: ann)
    try fixture.trade(20, of: ann, for: 5, of: ben)
    #expect(try fixture.top(1) == [Line(ben, 123), Line(cid, 107), Line(ann, 76)])
  }

  @Test func `goods set aside for a trade are still owned`() throws {
    try fixture.run(.offer(.of(coins: 30), to: ben), by: ann)
    #expect(try fixture.top(1) == [Line(ann, 100), Line(ben, 100), Line(cid, 100)])
  }

  @Test func `a trade counts for both, once it commits`() throws {
    try fixture.trade(1, of: ann, for: 2, of: ben)
    try fixture.run(.offer(.of(coins: 1), to: cid), by: ann)
    #expect(try fixture.top(2) == [Line(ann, 1), Line(ben, 1)])
    try fixture.trade(1, of: cid, for: 2, of: ben)
    #expect(try fixture.top(2) == [Line(ben, 2), Line(ann, 1), Line(cid, 1)])
  }

  @Test func `of equal scores the one that was reached first comes first`() throws {
    try fixture.grant(10, to: cid)
    try fixture.grant(10, to: ann)
    #expect(try fixture.top(1) == [Line(cid, 110), Line(ann, 110), Line(ben, 100)])
    try fixture.grant(10, to: cid)
    try fixture.run(.consume(.of(coins: 10)), by: cid)
    #expect(try fixture.top(1) == [Line(ann, 110), Line(cid, 110), Line(ben, 100)])
  }

  @Test func `a trade of coins for as many changes nobody's turn`() throws {
    let before = try fixture.askAsOperator(.top(1)).leaderboards.top
    try fixture.trade(5, of: cid, for: 5, of: ann)
    #expect(try fixture.askAsOperator(.top(1)).leaderboards.top == before)
  }

  @Test func `who never scored has no rank, and who scored 0 is last`() throws {
    #expect(fixture.rank(of: ann, on: 2) == nil)
    expectRejection(LeaderboardsRejection.notRanked, field: "player") {
      _ = try fixture.ask(.rank(on: 2), by: ann)
    }
    try fixture.run(.consume(.of(coins: 100)), by: ann)
    #expect(try fixture.top(1).last == Line(ann, 0))
    #expect(fixture.rank(of: ann, on: 1) == 3)
  }

  @Test func `a board shows what happened before it was set up`() throws {
    try fixture.trade(1, of: ann, for: 2, of: ben)
    try fixture.runAsOperator(.defineBoard(9, "Late", by: .trades))
    #expect(try fixture.top(9) == [Line(ann, 1), Line(ben, 1)])
  }

  @Test func `who retires loses every rank`() throws {
    try fixture.runAsOperator(
      .defineBoard(4, "Season", by: .wealth, season: WorldFixture.minute))
    try fixture.grant(50, to: ben)
    try fixture.trade(1, of: ann, for: 2, of: ben)
    try fixture.run(.startMove(to: .at(9_000, 9_000)), by: ben)
    fixture.wait(500_000)
    try fixture.run(.retireProfile, by: ben)
    #expect(try fixture.top(1) == [Line(ann, 101), Line(cid, 100)])
    #expect(try fixture.top(2) == [Line(ann, 1)])
    #expect(try fixture.top(3) == [])
    #expect(try fixture.top(4) == [Line(ann, 1)])
    try fixture.disconnect(ben)
    #expect(try fixture.top(3) == [])
  }

  @Test func `a page begins and ends anywhere`() throws {
    for (index, name) in ["Dan", "Eve", "Fay", "Gus"].enumerated() {
      try fixture.grant(Int64(10 * (index + 1)), to: try fixture.newPlayer(name))
    }
    let page = try fixture.askAsOperator(.top(1, offset: 2, limit: 3)).leaderboards.top
    #expect(page.players.map(\.name) == ["Eve", "Dan", "Ann"])
    #expect(page.players.map(\.rank) == [3, 4, 5])
    #expect(page.players.map(\.score) == [120, 110, 100])
    #expect(page.count == 7 && page.score == .wealth && page.season == 0)
    #expect(page.frozenPosition == 0 && page.rank == 0)
    for offset in [7, .max] as [UInt64] {
      #expect(try fixture.askAsOperator(.top(1, offset: offset)).leaderboards.top.players == [])
    }
  }

  @Test func `a rank comes with those around`() throws {
    let dan = try fixture.newPlayer("Dan")
    try fixture.grant(5, to: dan)
    let own = try fixture.ask(.rank(on: 1), by: ben).leaderboards.rank
    #expect(own.rank == 3 && own.lines == [Line(ben, 100)])
    let around = try fixture.ask(.rank(on: 1, neighbours: 1), by: ben).leaderboards.rank
    #expect(around.lines == [Line(ann, 100), Line(ben, 100), Line(cid, 100)])
    #expect(around.players.map(\.rank) == [2, 3, 4])
    let first = try fixture.ask(.rank(of: dan, on: 1, neighbours: 50), by: ben).leaderboards.rank
    #expect(first.rank == 1 && first.players.count == 4 && first.count == 4)
  }

  @Test func `an operator has no rank and names a player`() throws {
    expectRejection(CommonRejection.notAllowed, field: "player") {
      _ = try fixture.askAsOperator(.rank(on: 1))
    }
    let named = try fixture.askAsOperator(.rank(of: ann, on: 1)).leaderboards.rank
    #expect(named.rank == 1)
  }
}
