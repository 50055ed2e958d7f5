import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about leaderboards.
  package borrowing func decide(
    _ command: LeaderboardsCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .defineBoard(let command): try decide(command, context, &decision)
    case .retireBoard(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ command: DefineBoard, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    var board: BoardDefined
    do throws(BoardFault) {
      board = try BoardDefined(checking: command)
    } catch {
      throw Rejection(
        LeaderboardsRejection.invalidBoard, error.message, fields: "define_board.\(error.field)")
    }
    board.firstEndUs = try firstEnd(of: command, context)
    try checkRoom(for: board)
    decision.leaderboards(.boardDefined(board))
  }

  /// When the first season of a new board ends; 0 when it has none.
  private borrowing func firstEnd(
    of command: DefineBoard, _ context: DecisionContext
  ) throws(Rejection) -> Int64 {
    let now = context.now.microseconds
    let latest = now.addingUpToMax(command.seasonUs)
    guard command.firstEndUs != 0 else { return command.seasonUs == 0 ? 0 : latest }
    guard command.firstEndUs > now, command.firstEndUs <= latest else {
      throw Rejection(
        LeaderboardsRejection.invalidBoard,
        "The first season ends after now, which is \(now), and by \(latest).",
        fields: "define_board.first_end_us")
    }
    return command.firstEndUs
  }

  private borrowing func checkRoom(for board: BoardDefined) throws(Rejection) {
    guard leaderboards.board(BoardID(board.board)) == nil else {
      throw Rejection(
        LeaderboardsRejection.boardTaken,
        "There is a board \(board.board) already, or was one; choose another number.",
        fields: "define_board.board")
    }
    let inUse = leaderboards.boardsInUse()
    let name = board.name.lowercased()
    if let other = inUse.first(where: { $0.name.lowercased() == name }) {
      throw Rejection(
        LeaderboardsRejection.boardNameTaken, "Board \(other.board) is called that already.",
        fields: "define_board.name")
    }
    guard inUse.count < Leaderboards.boardsMax,
      leaderboards.boards.count < Leaderboards.boardsEverMax
    else {
      throw Rejection(
        LeaderboardsRejection.tooManyBoards,
        """
        A world has at most \(Leaderboards.boardsMax) boards at a time, and \
        \(Leaderboards.boardsEverMax) ever.
        """, fields: "define_board.board")
    }
  }

  private borrowing func decide(
    _ command: RetireBoard, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard let row = leaderboards.board(BoardID(command.board)), !row.retired else {
      throw .noSuchBoard(command.board, field: "retire_board.board")
    }
    decision.leaderboards(.boardRetired(.with { $0.board = row.board }))
  }

  /// Ends a season that is due, as of its due time.
  ///
  /// `SeasonEnded`, with how it ended. The season that follows ends at the next due time that is still
  /// to come. For the scheduler.
  ///
  /// - Throws: `no_such_season` when none is due; there is nothing to be done.
  borrowing func decideSeasonEnd(
    of board: BoardID, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let now = context.now.microseconds
    guard let row = leaderboards.board(board), row.endsUs <= now,
      let index = leaderboards.contest(on: row.board)
    else {
      throw Rejection(
        LeaderboardsRejection.noSuchSeason, "No season of board \(board) is to end now.",
        fields: "subject")
    }
    let contest = leaderboards.contests[index]
    let ranked = contest.isFrozen ? contest.former : contest.current
    decision.leaderboards(
      .seasonEnded(
        .with {
          $0.board = row.board
          $0.season = contest.isFrozen ? contest.season &- 1 : contest.season
          $0.endedUs = row.endsUs
          $0.frozenPosition =
            contest.isFrozen ? row.frozenPosition : context.position.rawValue &- 1
          $0.count = UInt64(ranked.count)
          $0.places = ranked.elements(in: 0..<Leaderboards.placesKept).map { FinalPlace($0) }
          $0.nextEndUs = row.end(after: now)
        }))
  }
}

extension BoardRow {
  /// The first end of a season after a time that is not before the end of the running one.
  fileprivate func end(after now: Int64) -> Int64 {
    let (elapsed, isFar) = now.subtractingReportingOverflow(endsUs)
    guard !isFar, seasonUs > 0 else { return .max }
    let (ahead, isLong) = (elapsed / seasonUs + 1).multipliedReportingOverflow(by: seasonUs)
    return isLong ? .max : endsUs.addingUpToMax(ahead)
  }
}
