package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about players.
  ///
  /// A profile is for all to see.
  package borrowing func answer(
    _ query: PlayersQuery, _ context: DecisionContext
  ) throws(Rejection) -> PlayersAnswer {
    switch query.query {
    case .profile(let query):
      let player = try subject(query.player, context)
      guard let profile = players.profile(of: player), profile.createdUs != 0 else {
        throw Rejection(
          CommonRejection.noSuchPlayer, "There is no player \(player) with a profile.",
          fields: "player")
      }
      return .with { $0.profile = profile }
    case .roles(let query):
      let profiles = players.withRole(after: PlayerID(query.after)).compactMap {
        players.profile(of: $0)
      }
      return .with { $0.roles.profiles = profiles }
    case nil: throw .unknownQuery
    }
  }
}
