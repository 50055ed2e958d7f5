package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about progress.
  ///
  /// - Throws: `no_progress`, `no_such_player`, `not_allowed`, `progress_retired`, `unknown_request`.
  package borrowing func answer(
    _ query: ProgressQuery, _ context: DecisionContext
  ) throws(Rejection) -> ProgressAnswer {
    guard let rules = progress.rules else {
      throw Rejection(ProgressRejection.noProgress, "Nothing is earned in this world.")
    }
    switch query.query {
    case .player(let query):
      let player = try subject(query.player, context)
      try requireActiveProfile(of: player, field: "player")
      let answer = try progressAnswer(of: player, rules, context)
      return .with { $0.player = answer }
    case .rules: return .with { $0.rules = rules }
    case nil: throw .unknownQuery
    }
  }

  private borrowing func progressAnswer(
    of player: PlayerID, _ rules: ProgressRules, _ context: DecisionContext
  ) throws(Rejection) -> PlayerProgressAnswer {
    var row = progress.row(of: player) ?? .with { $0.player = player.rawValue }
    let isOwn = context.requester.role == .player && context.requester.player == player
    if !isOwn {
      guard !row.isRetired else {
        throw Rejection(
          ProgressRejection.progressRetired, "The progress of player \(player) is put aside.",
          fields: "player")
      }
      row.discovered = []
    }
    let next = rules.tiers.dropFirst(Int(row.tier)).first
    let tier = row.tier > 0 ? rules.tiers.dropFirst(Int(row.tier) - 1).first : nil
    let worths = worths(for: row, at: context.now)
    return .with {
      $0.progress = row
      $0.tierName = tier?.name ?? ""
      $0.nextTierResonance = next?.resonance ?? 0
      $0.worths = worths
    }
  }
}
