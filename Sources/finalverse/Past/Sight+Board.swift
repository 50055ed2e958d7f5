import EventLog
import Projection
import Schema
import SwiftProtobuf
import World

extension Sight {
  /// How many places of a board are shown to people.
  private static let placesShown = 20

  /// A board, who is on it, and how its past seasons ended.
  mutating func addBoard(_ board: BoardRow, of world: borrowing World) throws {
    try add("board", board)
    let past = world.leaderboards.pastSeasons(of: board)
    if board.retired {
      try add("ranking", RankingAnswer?.none)
      add("Board \(board.board), \(board.name), was taken down", [])
    } else {
      try addRanking(of: board, world)
    }
    try add("seasons", past)
    for season in past {
      let places = season.places.map { Placing($0) }
      let winners = world.lines(places.prefix(3), by: board.score)
      let ended = Timestamp(microseconds: season.endedUs)
      add(
        "Season \(season.season) ended at \(ended), frozen at position "
          + "\(season.frozenPosition), with \(Self.players(season.count))", winners)
    }
  }

  private mutating func addRanking(of board: BoardRow, _ world: borrowing World) throws {
    let ranking = try world.leaderboards.ranking(board: board.board, season: 0)
    let places = ranking.places.elements(in: 0..<Leaderboards.placesKept)
    var answer = RankingAnswer()
    answer.board = board.board
    answer.score = board.score
    answer.season = ranking.season
    answer.count = ranking.count
    for (index, place) in places.enumerated() {
      var shown = RankedPlayer()
      shown.rank = UInt64(index + 1)
      shown.player = place.player
      shown.name = world.players.profile(of: PlayerID(place.player))?.name ?? ""
      shown.score = place.score
      shown.reached = place.reached
      answer.players.append(shown)
    }
    try add("ranking", answer)
    let season =
      board.hasSeasons
      ? ", season \(board.season) until \(Timestamp(microseconds: board.endsUs))" : ""
    add(
      "Board \(board.board), \(board.name)\(season): \(Self.players(ranking.count))",
      world.lines(places.prefix(Self.placesShown), by: board.score))
  }

  private static func players(_ count: UInt64) -> String {
    Figures.count(count, "player", "players")
  }
}

extension World {
  /// The board that somebody means by a number or a name; by name only one in use.
  ///
  /// - Throws: A ``Failure`` when there is no such board.
  borrowing func board(called text: String, at position: Position) throws(Failure) -> BoardRow {
    if let number = UInt32(text), let board = leaderboards.board(BoardID(number)) { return board }
    let wanted = text.lowercased()
    if let board = leaderboards.boardsInUse().first(where: { $0.name.lowercased() == wanted }) {
      return board
    }
    throw Failure(
      .noData,
      """
      there is no leaderboard '\(text)' at position \(position). \
      'finalverse replay --kind BoardDefined' lists them.
      """)
  }

  /// The first places of a board, for people.
  fileprivate borrowing func lines(_ places: ArraySlice<Placing>, by score: ScoreKind) -> [String] {
    var cells: [[String]] = []
    for (index, place) in places.enumerated() {
      cells.append([
        "\(index + 1).", label(PlayerID(place.player)), score.text(place.score),
        "since position \(place.reached)",
      ])
    }
    return TextTable.lines(cells, leftAligned: [1, 3])
  }
}

extension ScoreKind {
  /// A score for people, with its unit.
  fileprivate func text(_ score: Int64) -> String {
    switch self {
    case .wealth: Figures.count(score, "coin", "coins")
    case .trades: Figures.count(score, "trade", "trades")
    case .distance: Figures.decimal(Double(score) / 1_000, places: 1) + " m"
    case .unspecified, .UNRECOGNIZED: Figures.count(score)
    }
  }
}
