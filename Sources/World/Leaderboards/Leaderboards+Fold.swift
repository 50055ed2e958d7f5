import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension Leaderboards {
  /// Applies one event.
  ///
  /// Total: a board that is there is not set up again, one that is not there is not changed, and scores
  /// stop at the ends of their range.
  package mutating func fold(_ event: LeaderboardsEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .boardDefined(let event): define(event, at: entry.time)
    case .seasonEnded(let event): end(event, of: entry)
    case .boardRetired(let event): retire(event)
    }
  }

  private mutating func define(_ event: BoardDefined, at time: Timestamp) {
    guard !boards.contains(BoardID(event.board)) else { return }
    var row = BoardRow()
    row.board = event.board
    row.name = event.name
    row.score = event.score
    row.seasonUs = event.seasonUs
    row.beganUs = time.microseconds
    if row.hasSeasons {
      row.season = 1
      row.endsUs = event.firstEnd(at: time)
      contests.append(Contest(row))
    }
    boards.set(row.id, to: row)
  }

  private mutating func end(_ event: SeasonEnded, of entry: EntryStamp) {
    guard let index = contest(on: event.board) else { return }
    if !contests[index].isFrozen { freeze(index, before: entry) }
    contests[index].conclude(nextEndUs: event.nextEndUs)
    let board = BoardID(event.board)
    var season = SeasonRow()
    season.board = event.board
    season.season = event.season
    season.endedUs = event.endedUs
    season.frozenPosition = event.frozenPosition
    season.count = event.count
    season.places = event.places
    boards.update(board) { row in
      season.beganUs = row.beganUs
      row.beganUs = event.endedUs
      row.endsUs = event.nextEndUs
      row.frozenPosition = 0
    }
    seasons.set(BoardKey(board, season: event.season), to: season)
    if event.season > Self.seasonsKept {
      seasons.remove(BoardKey(board, season: event.season - Self.seasonsKept))
    }
  }

  private mutating func retire(_ event: BoardRetired) {
    let updated = boards.update(BoardID(event.board)) { row in
      row.retired = true
      row.frozenPosition = 0
    }
    guard updated, let index = contest(on: event.board) else { return }
    contests.remove(at: index)
    seasonScores.removeAll { $0.list == event.board }
  }

  /// Ends the season that counts, as of the entry before this one, and begins the next.
  private mutating func freeze(_ index: Int, before entry: EntryStamp) {
    contests[index].freeze()
    let season = contests[index].season
    boards.update(BoardID(contests[index].board)) { row in
      row.season = season
      row.frozenPosition = max(1, entry.position.rawValue &- 1)
    }
  }
}

// How scores change.
extension Leaderboards {
  /// Adds to a player's score of a kind, since the beginning of the world and in every season that
  /// ranks by it; 0 changes nothing, not even who was first.
  ///
  /// - Complexity: O(log players), for each board with seasons that ranks by it.
  mutating func add(
    _ change: Int64, to kind: ScoreKind, of player: UInt64, in entry: EntryStamp
  ) {
    guard change != 0, rankings.indices.contains(kind.rawValue) else { return }
    var before: Placing?
    var after = Placing(score: 0, reached: entry.position.rawValue, player: player)
    scores.upsert(BoardKey(kind, player: player)) { row in
      if row.reached != 0 { before = Placing(row) }
      row.kind = kind
      row.player = player
      row.score = row.score.addingWithinRange(change)
      row.reached = entry.position.rawValue
      after = Placing(row)
    }
    rankings[kind.rawValue].move(before, to: after)
    for index in contests.indices where contests[index].kind == kind {
      add(change, of: player, toContest: index, in: entry)
    }
  }

  private mutating func add(
    _ change: Int64, of player: UInt64, toContest index: Int, in entry: EntryStamp
  ) {
    if contests[index].isOver(at: entry.time.microseconds) { freeze(index, before: entry) }
    let board = contests[index].board
    let season = contests[index].season
    var before: Placing?
    var after = Placing(score: 0, reached: entry.position.rawValue, player: player)
    seasonScores.upsert(BoardKey(BoardID(board), player: player)) { row in
      if row.season == season { before = Placing(row) } else { row.begin(season) }
      row.board = board
      row.player = player
      row.score = row.score.addingWithinRange(change)
      row.reached = entry.position.rawValue
      after = Placing(row)
    }
    contests[index].current.move(before, to: after)
  }

  /// Takes a player off all rankings that still change.
  mutating func remove(_ player: UInt64, in entry: EntryStamp) {
    walkers.remove(PlayerID(player))
    for kind in ScoreKind.allCases {
      let key = BoardKey(kind, player: player)
      guard let placing = scores.withRow(key, { Placing($0) }) else { continue }
      rankings[kind.rawValue].remove(placing)
      scores.remove(key)
    }
    for index in contests.indices {
      // How a season ended does not change any more, however late that is entered.
      if contests[index].isOver(at: entry.time.microseconds) { freeze(index, before: entry) }
      let key = BoardKey(BoardID(contests[index].board), player: player)
      guard let row = seasonScores[key], row.season == contests[index].season else { continue }
      contests[index].current.remove(Placing(row))
      seasonScores.update(key) { $0.leave() }
    }
  }
}

extension BoardDefined {
  /// When the first season ends, in microseconds since 1970, if the board is set up at a time.
  func firstEnd(at time: Timestamp) -> Int64 {
    firstEndUs == 0 ? time.microseconds.addingUpToMax(seasonUs) : firstEndUs
  }
}

extension RankedSet<Placing> {
  fileprivate mutating func move(_ before: Placing?, to after: Placing) {
    if let before {
      replace(before, with: after)
    } else {
      insert(after)
    }
  }
}

extension Int64 {
  /// The sum, which stops at the ends of the range.
  func addingWithinRange(_ change: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(change)
    return overflow ? (change > 0 ? .max : .min) : sum
  }
}
