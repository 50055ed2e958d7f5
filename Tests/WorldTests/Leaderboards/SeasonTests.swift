import EventLog
import Projection
import Schema
import Testing

@testable import World

/// Seasons: how they end, what is kept of them, and what counts in the next.
@Suite struct SeasonTests {
  let fixture: WorldFixture
  let ann: PlayerID
  let ben: PlayerID
  let minute = WorldFixture.minute
  /// When the first season ends.
  let end: Timestamp

  init() throws {
    fixture = try WorldFixture()
    ann = try fixture.newPlayer("Ann")
    ben = try fixture.newPlayer("Ben")
    try fixture.runAsOperator(.defineBoard(4, "Gains", by: .wealth, season: minute))
    end = fixture.now + minute
  }

  @Test func `a season counts from 0, whatever was before`() throws {
    #expect(try fixture.top(4) == [])
    try fixture.grant(3, to: ben)
    try fixture.run(.consume(.of(coins: 2)), by: ann)
    #expect(try fixture.top(4) == [Line(ben, 3), Line(ann, -2)])
    #expect(fixture.nextDue == end)
  }

  @Test func `a season ends by schedule and the next begins at 0`() throws {
    try fixture.grant(3, to: ben)
    try fixture.grant(8, to: ann)
    fixture.wait(minute - 1)
    #expect(fixture.board(4).season == 1)
    let frozen = fixture.nextPosition.rawValue - 1
    fixture.wait(1)
    let ended = try fixture.lastEvent().leaderboards.seasonEnded
    #expect(ended.board == 4 && ended.season == 1 && ended.count == 2)
    #expect(ended.endedUs == end.microseconds && ended.frozenPosition == frozen)
    #expect(ended.places.map(\.player) == [ann.rawValue, ben.rawValue])
    #expect(ended.places.map(\.score) == [8, 3])
    #expect(ended.nextEndUs == end.microseconds + minute)
    #expect(fixture.nextDue == end + minute)

    #expect(try fixture.top(4) == [])
    try fixture.grant(1, to: ben)
    #expect(try fixture.top(4) == [Line(ben, 1)])
    #expect(try fixture.top(4, season: 2) == [Line(ben, 1)])
    #expect(try fixture.top(4, season: 1) == [Line(ann, 8), Line(ben, 3)])
    #expect(fixture.rank(of: ben, on: 4) == 1 && fixture.rank(of: ben, on: 4, season: 1) == 2)
    let past = try fixture.askAsOperator(.top(4, season: 1)).leaderboards.top
    #expect(past.frozenPosition == frozen && past.season == 1 && past.count == 2)
  }

  @Test func `what happens after a season's end counts in the next, however late the end is`()
    throws
  {
    try fixture.grant(8, to: ann)
    fixture.sleep(minute + 5)
    try fixture.grant(100, to: ben)
    #expect(try fixture.top(4) == [Line(ben, 100)])
    #expect(try fixture.top(4, season: 1) == [Line(ann, 8)])
    let row = fixture.board(4)
    #expect(row.season == 2 && row.frozenPosition == fixture.nextPosition.rawValue - 2)
    fixture.catchUp()
    let ended = try fixture.lastEvent().leaderboards.seasonEnded
    #expect(ended.season == 1 && ended.places.map(\.player) == [ann.rawValue])
    #expect(ended.frozenPosition == row.frozenPosition && ended.endedUs == end.microseconds)
    #expect(fixture.board(4).frozenPosition == 0 && fixture.board(4).season == 2)
    #expect(try fixture.top(4) == [Line(ben, 100)])
  }

  @Test func `a season that ended while the server was down ends once, and the next on time`()
    throws
  {
    try fixture.grant(8, to: ann)
    fixture.sleep(7 * minute + minute / 2)
    fixture.catchUp()
    #expect(fixture.board(4).season == 2)
    let ended = try fixture.lastEvent().leaderboards.seasonEnded
    #expect(ended.endedUs == end.microseconds)
    #expect(ended.nextEndUs == (end + 7 * minute).microseconds)
    #expect(fixture.nextDue == end + 7 * minute)
  }

  @Test func `who took no part in a season is in none, and comes back at 0`() throws {
    try fixture.grant(8, to: ann)
    fixture.wait(minute)
    try fixture.grant(1, to: ben)
    fixture.wait(minute)
    #expect(try fixture.top(4, season: 2) == [Line(ben, 1)])
    #expect(try fixture.top(4, season: 1) == [Line(ann, 8)])
    try fixture.grant(2, to: ann)
    #expect(try fixture.top(4) == [Line(ann, 2)])
    #expect(fixture.rank(of: ann, on: 4, season: 2) == nil)
    #expect(fixture.rank(of: ann, on: 4, season: 1) == 1)
    let seasons = try fixture.askAsOperator(.seasons(of: 4)).leaderboards.seasons.seasons
    #expect(seasons.map(\.season) == [2, 1])
    #expect(seasons.map(\.winner.name) == ["Ben", "Ann"] && seasons.map(\.count) == [1, 1])
    #expect(seasons[0].beganUs == end.microseconds && seasons[1].endedUs == end.microseconds)
  }

  @Test func `how a season ended does not change when somebody retires`() throws {
    try fixture.grant(8, to: ann)
    try fixture.grant(3, to: ben)
    fixture.wait(minute)
    try fixture.grant(1, to: ann)
    try fixture.run(.retireProfile, by: ann)
    #expect(try fixture.top(4) == [])
    #expect(try fixture.top(4, season: 1) == [Line(ann, 8), Line(ben, 3)])
    #expect(fixture.rank(of: ben, on: 4, season: 1) == 2)
  }

  @Test func `who retires after a season's end is in its result, however late that is entered`()
    throws
  {
    try fixture.grant(8, to: ann)
    try fixture.grant(3, to: ben)
    fixture.sleep(minute + 5)
    try fixture.run(.retireProfile, by: ann)
    #expect(try fixture.top(4) == [])
    #expect(try fixture.top(4, season: 1) == [Line(ann, 8), Line(ben, 3)])
    fixture.catchUp()
    let ended = try fixture.lastEvent().leaderboards.seasonEnded
    #expect(ended.season == 1 && ended.places.map(\.player) == [ann.rawValue, ben.rawValue])
    #expect(ended.frozenPosition == fixture.nextPosition.rawValue - 3)
  }

  @Test func `every place of the latest season is known, and of older ones the first hundred`()
    throws
  {
    fixture.isChecking = false
    var players: [PlayerID] = []
    for number in 0..<130 {
      let player = try fixture.newPlayer("Player \(number)")
      players.append(player)
      try fixture.run(.consume(.of(coins: Int64(number % 50) + 1)), by: player)
    }
    // Their starting goods came within the season too, so that they rank by what is left of them.
    fixture.wait(minute)
    let last = try #require(
      players.max {
        fixture.rank(of: $0, on: 4, season: 1) ?? 0 < fixture.rank(of: $1, on: 4, season: 1) ?? 0
      })
    #expect(fixture.rank(of: last, on: 4, season: 1) == 130)
    #expect(try fixture.top(4, season: 1).count == 100)
    #expect(fixture.world.violations() == [])
    fixture.wait(minute)
    #expect(fixture.rank(of: last, on: 4, season: 1) == nil)
    let old = try fixture.askAsOperator(.top(4, season: 1, offset: 90, limit: 50)).leaderboards.top
    #expect(old.players.count == 10 && old.count == 130)
  }

  @Test func `a hundred past seasons are kept`() throws {
    fixture.isChecking = false
    fixture.wait(103 * minute)
    #expect(fixture.board(4).season == 104)
    let seasons = try fixture.askAsOperator(.seasons(of: 4)).leaderboards.seasons.seasons
    #expect(seasons.map(\.season) == Array((4...103).reversed()))
    expectRejection(LeaderboardsRejection.noSuchSeason, field: "season") {
      _ = try fixture.top(4, season: 3)
    }
    #expect(fixture.world.violations() == [])
  }

  @Test func `a board that is taken down counts no more, and its past is kept`() throws {
    try fixture.grant(8, to: ann)
    fixture.wait(minute)
    try fixture.grant(1, to: ann)
    try fixture.runAsOperator(.retireBoard(4))
    #expect(fixture.nextDue == nil)
    expectRejection(LeaderboardsRejection.noSuchBoard, field: "board") { _ = try fixture.top(4) }
    #expect(try fixture.top(4, season: 1) == [Line(ann, 8)])
    #expect(fixture.rank(of: ann, on: 4, season: 1) == 1)
    #expect(try fixture.askAsOperator(.boards).leaderboards.boards.boards == [])
    let left = fixture.world.leaderboards.seasonScores.count
    #expect(left == 0)
    fixture.wait(5 * minute)
    #expect(fixture.board(4).season == 2 && fixture.board(4).retired)
  }

  @Test func `a first season may be shorter`() throws {
    let end = fixture.now + 1_000
    try fixture.runAsOperator(
      .defineBoard(5, "Short", by: .trades, season: minute, firstEnd: end.microseconds))
    fixture.wait(1_000)
    #expect(fixture.board(5).season == 2)
    #expect(fixture.board(5).endsUs == end.microseconds + minute)
  }

  /// Two seasons that end at the same time both do, and a late event ends only what it scores in.
  @Test func `seasons of several boards end each by itself`() throws {
    try fixture.runAsOperator(
      .defineBoard(5, "Deals", by: .trades, season: minute, firstEnd: end.microseconds))
    try fixture.trade(1, of: ann, for: 2, of: ben)
    fixture.sleep(minute)
    try fixture.grant(1, to: ann)
    #expect(fixture.board(4).season == 2 && fixture.board(5).season == 1)
    fixture.catchUp()
    #expect(fixture.board(4).season == 2 && fixture.board(5).season == 2)
    #expect(try fixture.top(5, season: 1) == [Line(ann, 1), Line(ben, 1)])
  }
}

extension WorldFixture {
  /// The last event of the last entry.
  fileprivate func lastEvent() throws -> Event {
    try entries.last?.events().last ?? Event()
  }
}
