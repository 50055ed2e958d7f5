/// Why a request about leaderboards is refused.
package enum LeaderboardsRejection: String, RejectionCode {
  /// A new board's number, name, kind of score or season is not allowed.
  case invalidBoard = "invalid_board"
  /// There is, or was, a board of that number.
  case boardTaken = "board_taken"
  /// There is a board of that name.
  case boardNameTaken = "board_name_taken"
  /// The world has as many boards as it may have.
  case tooManyBoards = "too_many_boards"
  /// There is no such board, or it was taken down.
  case noSuchBoard = "no_such_board"
  /// There is no such season, or its end is no longer kept.
  case noSuchSeason = "no_such_season"
  /// The player has no rank there, or none that is kept.
  case notRanked = "not_ranked"
  /// More players at once than are given.
  case pageOutOfRange = "page_out_of_range"
}

extension Rejection {
  /// There is no such board in use; `field` is the request's field that names it.
  static func noSuchBoard(_ board: UInt32, field: String) -> Self {
    Self(
      LeaderboardsRejection.noSuchBoard, "There is no board \(board) in use.", fields: field)
  }
}
