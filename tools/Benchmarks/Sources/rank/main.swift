// Keeps the scores of many players as a leaderboard does, in rows and a ranking made of them, and
// measures what is asked of them most.
//
//   rank PLAYERS SECONDS
//
// Prints one line of JSON; times are averages in microseconds.

import Projection
import Schema

struct Failure: Error {
  let message: String
}

/// What decides who comes before whom, as in `World`.
struct Placing: Comparable {
  let score: Int64
  let reached: UInt64
  let player: UInt64

  init(_ row: borrowing ScoreRow) {
    score = row.score
    reached = row.reached
    player = row.player
  }

  static func < (lhs: Self, rhs: Self) -> Bool {
    if lhs.score != rhs.score { return lhs.score > rhs.score }
    if lhs.reached != rhs.reached { return lhs.reached < rhs.reached }
    return lhs.player < rhs.player
  }
}

/// Numbers without pattern (George Marsaglia's xorshift).
struct Draw {
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func number(below limit: UInt64) -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state % limit
  }
}

struct Board: ~Copyable {
  let players: UInt64
  var scores = Table<UInt64, ScoreRow>("scores")
  var ranking = RankedSet<Placing>()
  var draw = Draw()
  var position: UInt64 = 0

  /// Players with scores of up to a thousand kilometres.
  init(players: UInt64) {
    self.players = players
    var placings: [Placing] = []
    for player in 0..<players {
      position += 1
      var row = ScoreRow()
      row.kind = .distance
      row.player = player
      row.score = Int64(draw.number(below: 1_000_000_000))
      row.reached = position
      scores.set(player, to: row)
      placings.append(Placing(row))
    }
    ranking = RankedSet(sorted: placings.sorted())
  }

  /// A player's rank, with five players on either side.
  mutating func askRank() throws -> Int {
    let player = draw.number(below: players)
    guard let placing = scores.withRow(player, { Placing($0) }) else {
      throw Failure(message: "player \(player) has no score")
    }
    let rank = ranking.rank(of: placing)
    let around = ranking.elements(in: max(0, rank - 5)..<rank + 6)
    guard around.contains(placing) else {
      throw Failure(message: "player \(player) is not at its rank, \(rank)")
    }
    return around.count
  }

  /// The first ten.
  mutating func askTop() -> Int {
    ranking.elements(in: 0..<10).count
  }

  /// A player walks up to 20 m more.
  mutating func update() -> Int {
    let player = draw.number(below: players)
    position += 1
    let (change, reached) = (Int64(1 + draw.number(below: 20_000)), position)
    var before: Placing?
    var after: Placing?
    scores.update(player) { row in
      before = Placing(row)
      row.score += change
      row.reached = reached
      after = Placing(row)
    }
    if let before, let after { ranking.replace(before, with: after) }
    return 1
  }
}

/// How long one run of `body` takes on average, in microseconds, taken over so many seconds.
func microseconds(over seconds: Double, _ body: () throws -> Int) rethrows -> Double {
  let clock = ContinuousClock()
  let begun = clock.now
  var runs = 0
  var sum = 0
  while clock.now - begun < .seconds(seconds) {
    for _ in 0..<1_000 { sum &+= try body() }
    runs += 1_000
  }
  precondition(sum > 0, "nothing was found")
  return (clock.now - begun) / .microseconds(runs)
}

func measure(players: UInt64, seconds: Double) throws -> String {
  let clock = ContinuousClock()
  let begun = clock.now
  var board = Board(players: players)
  let built = (clock.now - begun) / .seconds(1)
  let rank = try microseconds(over: seconds) { try board.askRank() }
  let top = microseconds(over: seconds) { board.askTop() }
  let update = microseconds(over: seconds) { board.update() }
  // After many updates the ranking is no longer as tidy as it was made.
  let later = try microseconds(over: seconds) { try board.askRank() }
  return """
    {"players": \(players), "build_s": \(built), "rank_us": \(max(rank, later)), \
    "top_us": \(top), "update_us": \(update)}
    """
}

let words = CommandLine.arguments
guard words.count == 3, let players = UInt64(words[1]), let seconds = Double(words[2]), players > 0
else {
  print("usage: rank PLAYERS SECONDS")
  throw Failure(message: "wrong arguments")
}
print(try measure(players: players, seconds: seconds))
