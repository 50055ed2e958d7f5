import Projection
package import Schema
import SwiftProtobuf

extension World {
  /// Most players that one page of a board lists, and how many it lists when nothing is said.
  private static var pageMax: UInt32 { 100 }
  private static var pageUsual: UInt32 { 10 }
  /// Most players that are shown on either side of one.
  private static var neighboursMax: UInt32 { 50 }

  /// Answers a question about leaderboards.
  ///
  /// - Throws: `no_such_board`, `no_such_season`, `not_ranked`, `page_out_of_range`, `not_allowed`,
  ///   `unknown_request`.
  package borrowing func answer(
    _ query: LeaderboardsQuery, _ context: DecisionContext
  ) throws(Rejection) -> LeaderboardsAnswer {
    var answer = LeaderboardsAnswer()
    switch query.query {
    case .boards:
      let rows = leaderboards.boardsInUse()
      answer.boards = .with { $0.boards = rows }
    case .top(let query): answer.top = try top(query)
    case .rank(let query): answer.rank = try rank(query, context)
    case .seasons(let query): answer.seasons = try seasons(query)
    case nil: throw .unknownQuery
    }
    return answer
  }

  private borrowing func top(_ query: TopQuery) throws(Rejection) -> RankingAnswer {
    guard query.limit <= Self.pageMax else {
      throw Rejection(
        LeaderboardsRejection.pageOutOfRange,
        "At most \(Self.pageMax) players are listed at once.", fields: "limit")
    }
    let ranking = try leaderboards.ranking(board: query.board, season: query.season)
    let limit = query.limit == 0 ? Self.pageUsual : query.limit
    let first = Int(clamping: min(query.offset, UInt64(ranking.places.count)))
    return answer(ranking, ranks: first..<first + Int(limit))
  }

  private borrowing func rank(
    _ query: RankQuery, _ context: DecisionContext
  ) throws(Rejection) -> RankingAnswer {
    guard query.neighbours <= Self.neighboursMax else {
      throw Rejection(
        LeaderboardsRejection.pageOutOfRange,
        "At most \(Self.neighboursMax) players are shown on either side.", fields: "neighbours")
    }
    let player = try subject(query.player, context)
    let ranking = try leaderboards.ranking(board: query.board, season: query.season)
    guard let placing = leaderboards.placing(of: player, in: ranking) else {
      throw Rejection(
        LeaderboardsRejection.notRanked,
        "Player \(player) has no rank there, or, in an old season, none among those kept.",
        fields: "player")
    }
    let index = ranking.places.rank(of: placing)
    let around = Int(query.neighbours)
    var answer = answer(ranking, ranks: max(0, index - around)..<index + around + 1)
    answer.rank = UInt64(index + 1)
    return answer
  }

  private borrowing func seasons(_ query: SeasonsQuery) throws(Rejection) -> SeasonsAnswer {
    guard let board = leaderboards.board(BoardID(query.board)) else {
      throw .noSuchBoard(query.board, field: "board")
    }
    var answer = SeasonsAnswer()
    answer.board = board.board
    for row in leaderboards.pastSeasons(of: board) {
      var season = PastSeason()
      season.season = row.season
      season.beganUs = row.beganUs
      season.endedUs = row.endedUs
      season.frozenPosition = row.frozenPosition
      season.count = row.count
      if let first = row.places.first { season.winner = shown(Placing(first), rank: 1) }
      answer.seasons.append(season)
    }
    return answer
  }

  private borrowing func answer(_ ranking: Ranking, ranks: Range<Int>) -> RankingAnswer {
    var answer = RankingAnswer()
    answer.board = ranking.board.board
    answer.score = ranking.board.score
    answer.season = ranking.season
    answer.frozenPosition = ranking.frozenPosition
    answer.count = ranking.count
    var rank = UInt64(ranks.lowerBound)
    for placing in ranking.places.elements(in: ranks) {
      rank += 1
      answer.players.append(shown(placing, rank: rank))
    }
    return answer
  }

  private borrowing func shown(_ placing: Placing, rank: UInt64) -> RankedPlayer {
    var shown = RankedPlayer()
    shown.rank = rank
    shown.player = placing.player
    shown.name = players.profile(of: PlayerID(placing.player))?.name ?? ""
    shown.score = placing.score
    shown.reached = placing.reached
    return shown
  }
}
