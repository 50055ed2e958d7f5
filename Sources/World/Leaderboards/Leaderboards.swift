package import Projection
package import Schema

/// Who has most of something, for good or within a season.
///
/// **What it is.** A board ranks players by a kind of score. Scores follow from what happens in other
/// systems (`Leaderboards+Scores.swift` is the one place that says how), so that nothing is written to
/// the log when one changes. A board without seasons shows the score since the beginning of the world,
/// also when it is set up late. A board with seasons counts from 0 in each; a season ends by schedule,
/// and how it ended is kept with the position at which it was frozen.
///
/// **What it is not.** It decides nothing by ranks and gives no prizes.
///
/// **Its rules.**
/// - The higher score ranks first; of equal ones, the one that was reached at the earlier position; of
///   those reached in one entry, the lower player number.
/// - Who never scored has no rank, and who retires loses it, in running seasons too. How a season ended
///   does not change any more.
/// - What happens at a season's due time or later counts in the next season, however late its end is
///   entered.
/// - Of the latest past season every place is known, of the ones before it the first ``placesKept``.
package struct Leaderboards: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "leaderboards"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 2

  /// Most boards in use at a time: each may have to be brought up to date for each event.
  package static let boardsMax = 64
  /// Most boards that there ever are, those taken down included.
  package static let boardsEverMax = 1_000
  /// How many places of a season that ended are kept.
  package static let placesKept = 100
  /// How many past seasons of a board are kept; the log has all of them.
  package static let seasonsKept: UInt32 = 100

  var boards = Table<BoardID, BoardRow>("boards")
  var scores = Table<BoardKey, ScoreRow>("scores")
  var seasonScores = Table<BoardKey, SeasonScoreRow>("season_scores")
  var seasons = Table<BoardKey, SeasonRow>("seasons")
  var walkers = Table<PlayerID, WalkerRow>("walkers")

  /// Everybody with a score since the beginning of the world, by the kind's number; derived.
  var rankings = Leaderboards.noRankings
  /// The boards in use that have seasons; derived.
  var contests: [Contest] = []

  /// Nobody has scored yet.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&boards)
    try visitor.visit(&scores)
    try visitor.visit(&seasonScores)
    try visitor.visit(&seasons)
    try visitor.visit(&walkers)
  }

  /// Makes the rankings anew from the rows.
  package mutating func rebuildIndexes() {
    rankings = placingsOfKind().map { RankedSet(sorted: $0.sorted()) }
    contests = contestsOfRows()
  }

  /// A ranking of nobody for each kind of score.
  private static var noRankings: [RankedSet<Placing>] {
    let last = ScoreKind.allCases.map(\.rawValue).max() ?? 0
    return (0...last).map { _ in RankedSet() }
  }
}

// What follows from the rows alone.
extension Leaderboards {
  /// For each kind of score the places that the rows come to, in any order.
  borrowing func placingsOfKind() -> [[Placing]] {
    var placings: [[Placing]] = Self.noRankings.map { _ in [] }
    scores.forEachInOrder { _, row in
      if placings.indices.contains(row.kind.rawValue) {
        placings[row.kind.rawValue].append(Placing(row))
      }
    }
    return placings
  }

  /// The boards in use that have seasons, with the places that the rows come to.
  borrowing func contestsOfRows() -> [Contest] {
    var contests: [Contest] = []
    var indexOfBoard: [UInt32: Int] = [:]
    boards.forEachInOrder { _, row in
      guard row.hasSeasons, !row.retired else { return }
      indexOfBoard[row.board] = contests.count
      contests.append(Contest(row))
    }
    var current: [[Placing]] = contests.map { _ in [] }
    var former = current
    seasonScores.forEachInOrder { _, row in
      guard let index = indexOfBoard[row.board] else { return }
      let season = contests[index].season
      if row.season == season { current[index].append(Placing(row)) }
      if let placing = row.placing(before: season) { former[index].append(placing) }
    }
    for index in contests.indices {
      contests[index].current = RankedSet(sorted: current[index].sorted())
      contests[index].former = RankedSet(sorted: former[index].sorted())
    }
    return contests
  }
}

extension Leaderboards {
  /// The boards in use, by number.
  ///
  /// - Complexity: O(``boardsEverMax``).
  package borrowing func boardsInUse() -> [BoardRow] {
    var rows: [BoardRow] = []
    boards.forEachInOrder { _, row in if !row.retired { rows.append(copy row) } }
    return rows
  }

  /// A board, in use or not; nil when there never was one of that number.
  package borrowing func board(_ board: BoardID) -> BoardRow? {
    boards[board]
  }

  /// The past seasons of a board that are kept, the latest first.
  package borrowing func pastSeasons(of board: BoardRow) -> [SeasonRow] {
    // The latest may be over and its end not entered yet.
    let kept = Self.seasonsKept + 1
    let oldest = board.season > kept ? board.season - kept : 1
    var rows: [SeasonRow] = []
    for season in (oldest..<max(oldest, board.season)).reversed() {
      if let row = seasons[BoardKey(board.id, season: season)] { rows.append(row) }
    }
    return rows
  }

  /// The contest on a board; nil when the board has no seasons or is not in use.
  borrowing func contest(on board: UInt32) -> Int? {
    contests.firstIndex { $0.board == board }
  }
}

extension BoardRow {
  /// The board's number as a key.
  package var id: BoardID { BoardID(board) }

  /// Whether it counts within seasons.
  package var hasSeasons: Bool { seasonUs > 0 }
}
