import Projection
import Schema

extension Leaderboards {
  /// Checks that scores are what the other systems' rows say, as far as they say it, and that every
  /// ranking is what the rows come to.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    addScoreViolations(to: &found, in: world)
    addWalkerViolations(to: &found, in: world)
    addBoardViolations(to: &found)
    let placings = placingsOfKind()
    for (kind, ranking) in rankings.enumerated() where ranking.all != placings[kind].sorted() {
      found.report("the ranking by score \(kind) is not what the rows come to")
    }
    addContestViolations(to: &found)
  }

  private borrowing func addScoreViolations(
    to found: inout [Violation], in world: borrowing World
  ) {
    scores.forEachInOrder { key, row in
      if BoardKey(row.kind, player: row.player) != key || row.reached == 0 {
        found.report("a score of player \(row.player) is filed under another key")
      }
      if row.kind != .wealth, row.score < 0 {
        found.report("player \(row.player) has a score of \(row.score)")
      }
      if world.players.standing(of: PlayerID(row.player)) != .active {
        found.report("player \(row.player) is ranked without a profile in use")
      }
    }
    world.inventories.inventories.forEachInOrder { player, row in
      guard world.players.standing(of: player) == .active else { return }
      let score = scores.withRow(BoardKey(.wealth, player: player.rawValue)) { $0.score } ?? 0
      if score != row.coins {
        found.report("player \(player) owns \(row.coins) coins and is ranked with \(score)")
      }
    }
  }

  /// A walker's way is that of the movement, as far as it can be counted.
  private borrowing func addWalkerViolations(
    to found: inout [Violation], in world: borrowing World
  ) {
    world.movement.movements.forEachInOrder { player, row in
      let isSame = walkers.withRow(player) { Motion($0) } == Motion(row)
      if !isSame { found.report("player \(player) walks another way than it is ranked for") }
    }
    if walkers.count != world.movement.movements.count {
      found.report("\(walkers.count) walk, and \(world.movement.movements.count) are in the world")
    }
  }

  private borrowing func addBoardViolations(to found: inout [Violation]) {
    var names: Set<String> = []
    let inUse = boardsInUse()
    for row in inUse {
      if !names.insert(row.name.lowercased()).inserted {
        found.report("two boards are called \(row.name)")
      }
      if row.hasSeasons != (row.season > 0) || row.hasSeasons != (row.endsUs != 0) {
        found.report("board \(row.board) is in season \(row.season), which ends at \(row.endsUs)")
      }
    }
    if inUse.count > Self.boardsMax { found.report("there are \(inUse.count) boards") }
    seasons.forEachInOrder { key, row in
      let board = boards[BoardID(row.board)] ?? BoardRow()
      if key != BoardKey(board.id, season: row.season) || row.season >= board.season {
        found.report("season \(row.season) of board \(row.board) is over before its time")
      }
      let places = row.places.map { Placing($0) }
      let kept = min(row.count, UInt64(Self.placesKept))
      if zip(places, places.dropFirst()).contains(where: { $0 >= $1 }) || kept != places.count {
        found.report("the places of season \(row.season) of board \(row.board) are out of order")
      }
    }
  }

  private borrowing func addContestViolations(to found: inout [Violation]) {
    let expected = contestsOfRows()
    if contests.map(\.board).sorted() != expected.map(\.board) {
      found.report("boards \(expected.map(\.board)) have seasons that count, and others do")
    }
    for contest in contests {
      guard let rows = expected.first(where: { $0.board == contest.board }) else { continue }
      let isSame =
        contest.season == rows.season && contest.endsUs == rows.endsUs
        && contest.isFrozen == rows.isFrozen && contest.kind == rows.kind
        && contest.current.all == rows.current.all && contest.former.all == rows.former.all
      if !isSame { found.report("the seasons of board \(contest.board) are not those of the rows") }
    }
  }
}

extension RankedSet {
  /// All elements in order.
  fileprivate var all: [Element] { elements(in: 0..<count) }
}

extension [Violation] {
  fileprivate mutating func report(_ description: String) {
    append(Violation(system: Leaderboards.name, description))
  }
}
