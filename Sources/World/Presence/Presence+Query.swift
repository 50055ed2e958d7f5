package import Schema
import SwiftProtobuf

extension World {
  /// How many players one answer or one region's state lists at most.
  static var playersListed: Int { 1_000 }

  /// Answers a question about presence.
  package borrowing func answer(
    _ query: PresenceQuery, _ context: DecisionContext
  ) throws(Rejection) -> PresenceAnswer {
    switch query.query {
    case .who(let query):
      let region = try self.region(query.region, context)
      let answer = who(in: region)
      return .with { $0.who = answer }
    case .sessions(let query):
      let player = try ownSubject(query.player, orAnyone: .sessions, context)
      guard players.standing(of: player) != nil else {
        throw Rejection(
          CommonRejection.noSuchPlayer, "There is no player \(player).", fields: "player")
      }
      let past = presence.pastSessions(of: player) ?? .with { $0.player = player.rawValue }
      return .with { $0.sessions = past }
    case nil: throw .unknownQuery
    }
  }

  private borrowing func who(in region: RegionID) -> WhoAnswer {
    var answer = WhoAnswer()
    answer.region = region.number
    answer.players = presentPlayers(in: region)
    answer.count = UInt32(clamping: presence.presentByRegion.count(of: region))
    return answer
  }

  /// The connected players who stand in a region, by number, as others see them; at most
  /// ``playersListed``.
  borrowing func presentPlayers(in region: RegionID) -> [PresentPlayer] {
    var found: [PresentPlayer] = []
    for player in presence.players(in: region).prefix(Self.playersListed) {
      var shown = PresentPlayer()
      shown.player = player.rawValue
      if let profile = players.profile(of: player) {
        shown.name = profile.name
        shown.look = profile.look
      }
      shown.idle = presence.isIdle(player)
      if let row = movement.row(of: player) { shown.movement = row }
      found.append(shown)
    }
    return found
  }
}
