import EventLog
import Schema
import SwiftProtobuf

@testable import World

extension Command {
  /// Sets up a board; `season` and `firstEnd` in microseconds.
  static func defineBoard(
    _ board: UInt32, _ name: String, by score: ScoreKind, season: Int64 = 0, firstEnd: Int64 = 0
  ) -> Self {
    .with {
      $0.leaderboards.defineBoard = .with {
        $0.board = board
        $0.name = name
        $0.score = score
        $0.seasonUs = season
        $0.firstEndUs = firstEnd
      }
    }
  }

  static func retireBoard(_ board: UInt32) -> Self {
    .with { $0.leaderboards.retireBoard.board = board }
  }
}

extension Query {
  static var boards: Self {
    .with { $0.leaderboards.boards = BoardsQuery() }
  }

  static func top(
    _ board: UInt32, season: UInt32 = 0, offset: UInt64 = 0, limit: UInt32 = 0
  ) -> Self {
    .with {
      $0.leaderboards.top = .with {
        $0.board = board
        $0.season = season
        $0.offset = offset
        $0.limit = limit
      }
    }
  }

  static func rank(
    of player: PlayerID = PlayerID(UInt64(0)), on board: UInt32, season: UInt32 = 0,
    neighbours: UInt32 = 0
  ) -> Self {
    .with {
      $0.leaderboards.rank = .with {
        $0.board = board
        $0.season = season
        $0.player = player.rawValue
        $0.neighbours = neighbours
      }
    }
  }

  static func seasons(of board: UInt32) -> Self {
    .with { $0.leaderboards.seasons.board = board }
  }
}

/// A player and its score, in the order of ranks.
struct Line: Equatable, CustomStringConvertible {
  let player: PlayerID
  let score: Int64

  init(_ player: PlayerID, _ score: Int64) {
    self.player = player
    self.score = score
  }

  var description: String { "\(player): \(score)" }
}

extension RankingAnswer {
  /// What it lists.
  var lines: [Line] { players.map { Line(PlayerID($0.player), $0.score) } }
}

extension WorldFixture {
  /// A minute, which is the shortest season.
  static let minute: Int64 = 60_000_000

  /// What a board shows from the top.
  func top(_ board: UInt32, season: UInt32 = 0) throws(Rejection) -> [Line] {
    try askAsOperator(.top(board, season: season, limit: 100)).leaderboards.top.lines
  }

  /// A player's rank; nil when it has none.
  func rank(of player: PlayerID, on board: UInt32, season: UInt32 = 0) -> UInt64? {
    try? ask(.rank(on: board, season: season), by: player).leaderboards.rank.rank
  }

  /// A board as its row is.
  func board(_ board: UInt32) -> BoardRow {
    world.leaderboards.board(BoardID(board)) ?? BoardRow()
  }

  /// Grants coins as an operator.
  func grant(_ coins: Int64, to player: PlayerID) throws(Rejection) {
    try runAsOperator(.grant(to: player, coins: coins))
  }

  /// Trades coins of one player for coins of another.
  func trade(_ coins: Int64, of player: PlayerID, for others: Int64, of partner: PlayerID)
    throws(Rejection)
  {
    let trade = TradeID(nextPosition.rawValue)
    try run(.offer(.of(coins: coins), to: partner), by: player)
    try run(.change(trade, to: .of(coins: others)), by: partner)
    try run(.accept(trade, revision: 2), by: player)
    try run(.accept(trade, revision: 2), by: partner)
  }
}
