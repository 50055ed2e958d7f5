package import Projection
package import Schema

/// The players of a board in the order of their ranks: as they are, or as a season ended.
package struct Ranking: Sendable {
  /// The board.
  package let board: BoardRow
  /// The season; 0 when the board has none.
  package let season: UInt32
  /// The last position that counted, when the season is over; 0 while scores change.
  package let frozenPosition: UInt64
  /// How many players have a rank.
  package let count: UInt64
  /// They, or of a season longer past the first of them.
  package let places: RankedSet<Placing>
}

extension Leaderboards {
  /// The ranking of a board; `season` 0 means the one that is running.
  ///
  /// - Throws: `no_such_board`, `no_such_season`.
  /// - Complexity: O(1) but for a season longer past, where it is O(``placesKept``).
  package borrowing func ranking(board: UInt32, season: UInt32) throws(Rejection) -> Ranking {
    guard let row = boards[BoardID(board)], !row.retired || season != 0 else {
      throw .noSuchBoard(board, field: "board")
    }
    if season != 0, season != row.season || row.retired {
      return try pastRanking(of: row, season: season)
    }
    let index = contest(on: board)
    let places = index.map { contests[$0].current } ?? lifetimeRanking(row.score)
    return Ranking(
      board: row, season: row.season, frozenPosition: 0, count: UInt64(places.count),
      places: places)
  }

  /// A player's place in a ranking; nil when it has none.
  ///
  /// - Complexity: O(1) but for a season longer past, where it is O(``placesKept``).
  package borrowing func placing(of player: PlayerID, in ranking: Ranking) -> Placing? {
    let number = player.rawValue
    guard ranking.season != 0 else {
      return scores.withRow(BoardKey(ranking.board.score, player: number)) { Placing($0) }
    }
    let row = seasonScores[BoardKey(ranking.board.id, player: number)]
    if let index = contest(on: ranking.board.board) {
      let season = contests[index].season
      if ranking.season == season { return row?.season == season ? row.map { Placing($0) } : nil }
      if ranking.season == season &- 1 { return row?.placing(before: season) }
    }
    let places = ranking.places.elements(in: 0..<Self.placesKept)
    return places.first { $0.player == number }
  }

  private borrowing func lifetimeRanking(_ kind: ScoreKind) -> RankedSet<Placing> {
    rankings.indices.contains(kind.rawValue) ? rankings[kind.rawValue] : RankedSet()
  }

  /// The season before the running one is known in full; of others the first places are kept.
  private borrowing func pastRanking(
    of board: BoardRow, season: UInt32
  ) throws(Rejection) -> Ranking {
    let kept = seasons[BoardKey(board.id, season: season)]
    if let index = contest(on: board.board), contests[index].season == season &+ 1 {
      let former = contests[index].former
      return Ranking(
        board: board, season: season,
        frozenPosition: kept?.frozenPosition ?? board.frozenPosition, count: UInt64(former.count),
        places: former)
    }
    guard let kept else {
      throw Rejection(
        LeaderboardsRejection.noSuchSeason,
        "Board \(board.board) has no season \(season), or how it ended is no longer kept.",
        fields: "season")
    }
    return Ranking(
      board: board, season: season, frozenPosition: kept.frozenPosition, count: kept.count,
      places: RankedSet(sorted: kept.places.map { Placing($0) }))
  }
}
