import Schema

extension Answer {
  /// The leaderboard that it shows; nil when it shows none.
  var ranking: RankingAnswer? {
    switch leaderboards.answer {
    case .top(let ranking), .rank(let ranking): ranking
    case .boards, .seasons, nil: nil
    }
  }
}

extension RankingAnswer {
  /// How the players are not in the order of their ranks; nil when they are.
  var disorder: String? {
    for (one, next) in zip(players, players.dropFirst()) {
      if next.rank != one.rank &+ 1 { return "rank \(next.rank) comes after rank \(one.rank)" }
      let isBehind =
        next.score < one.score
        || next.score == one.score
          && (next.reached, next.player) > (one.reached, one.player)
      if !isBehind { return "rank \(next.rank) is not behind rank \(one.rank)" }
    }
    if Set(players.map(\.player)).count != players.count { return "a player has two ranks" }
    if let last = players.last, last.rank > count {
      return "rank \(last.rank) is one of \(count)"
    }
    if rank != 0, !players.contains(where: { $0.rank == rank }) {
      return "rank \(rank) was found and is not shown"
    }
    return nil
  }

  /// How many coins it says that a player owns; nil when it does not say so.
  func wealth(of player: UInt64) -> Int64? {
    guard score == .wealth, season == 0 else { return nil }
    return players.first { $0.player == player }?.score
  }
}
