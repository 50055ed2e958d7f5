import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about chat, without the texts: those are added outside of the world.
  ///
  /// - Throws: `not_allowed`, `no_such_region`, `no_profile`, `unknown_request`.
  package borrowing func answer(
    _ query: ChatQuery, _ context: DecisionContext
  ) throws(Rejection) -> ChatAnswer {
    var answer = ChatAnswer()
    switch query.query {
    case .recent(let query):
      let region = try region(query.region, context)
      guard
        permits(Knowledge.messages.allowed, context.requester)
          || movement.region(of: context.requester.player) == region
      else {
        throw Rejection(
          CommonRejection.notAllowed, "You can look up what was said where you stand, only.",
          fields: "region")
      }
      answer.recent = .with { $0.messages = chats.rows(of: region).map(ToldMessage.init) }
    case .direct:
      let player = try subject(0, context)
      answer.direct = .with { $0.messages = chats.rows(to: player).map(ToldMessage.init) }
    case .blocks:
      let player = try subject(0, context)
      answer.blocks = chats.blocks(of: player) ?? .with { $0.player = player.rawValue }
    case .mutes(let query):
      let rows = chats.mutes(from: PlayerID(query.from), at: context.now.microseconds)
      answer.mutes = .with { $0.mutes = rows.map { row in .with { $0.mute = row } } }
    case nil: throw .unknownQuery
    }
    return answer
  }
}

extension ToldMessage {
  fileprivate init(_ row: MessageRow) {
    self = .with { $0.message = row }
  }
}

extension Chats {
  /// The first mutes in effect from a player's number on, by player.
  ///
  /// - Complexity: O(mutes × log mutes).
  package borrowing func mutes(from first: PlayerID, at now: Int64) -> [MuteRow] {
    var found: [MuteRow] = []
    for player in mutes.sortedKeys() where player >= first {
      guard found.count < Self.mutesListed else { break }
      if let row = mute(of: player, at: now) { found.append(row) }
    }
    return found
  }
}
