package import Schema

/// A player's place in a ranking: what decides who comes before whom.
package struct Placing: Hashable, Sendable {
  /// The score.
  package let score: Int64
  /// The position at which it came to be what it is.
  package let reached: UInt64
  /// The player's number.
  package let player: UInt64

  /// A place.
  package init(score: Int64, reached: UInt64, player: UInt64) {
    self.score = score
    self.reached = reached
    self.player = player
  }
}

extension Placing: Comparable {
  /// Orders by score from the highest down, then by who was first.
  package static func < (lhs: Self, rhs: Self) -> Bool {
    if lhs.score != rhs.score { return lhs.score > rhs.score }
    if lhs.reached != rhs.reached { return lhs.reached < rhs.reached }
    return lhs.player < rhs.player
  }
}

extension Placing {
  init(_ row: borrowing ScoreRow) {
    self.init(score: row.score, reached: row.reached, player: row.player)
  }

  /// The place in the latest season in which the player scored.
  init(_ row: borrowing SeasonScoreRow) {
    self.init(score: row.score, reached: row.reached, player: row.player)
  }

  /// A place as a season ended.
  package init(_ place: FinalPlace) {
    self.init(score: place.score, reached: place.reached, player: place.player)
  }
}

extension FinalPlace {
  init(_ placing: Placing) {
    self.init()
    player = placing.player
    score = placing.score
    reached = placing.reached
  }
}

extension SeasonScoreRow {
  /// The player's place in the season before the one that counts; nil when it has none.
  borrowing func placing(before season: UInt32) -> Placing? {
    guard season > 1 else { return nil }
    if self.season == season - 1 { return Placing(self) }
    guard formerSeason == season - 1 else { return nil }
    return Placing(score: formerScore, reached: formerReached, player: player)
  }

  /// Sets out from 0 in a season, and remembers the one before.
  mutating func begin(_ season: UInt32) {
    if self.season != 0 {
      formerSeason = self.season
      formerScore = score
      formerReached = reached
    }
    self.season = season
    score = 0
    reached = 0
  }

  /// Takes the player out of the season that it is in.
  mutating func leave() {
    season = 0
    score = 0
    reached = 0
  }
}
